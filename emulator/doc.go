// Package emulator is a Firestore and a Firebase Authentication in one process, for development, tests and hosting on
// one machine: gRPC for server SDKs, REST, WebChannel for the unmodified browser SDK, and sign-in, on one loopback
// port.
//
//	                 ┌─ gRPC ───────┐
//	one port ─► mux ─┼─ REST ───────┼─► gate ─► service ─► store (snapshots, commits, feed) ─► listeners
//	                 ├─ WebChannel ─┘    │         └─ guard         └─ durable (with a data directory)
//	                 └─ Auth             └─ faults,  (security rules)
//	                                        the bill
//
// # What tests can ask of it besides
//
// [Server.SetFaults] makes it slow, refuse, lose answers or break streams off, the same again with the same seed;
// [Server.Pause] and [Server.CutStreams] do so at a moment of the test's choice. [Server.Usage] is what Firestore
// would have billed, by client. In other languages:
//
//	PUT    /emulator/v1/faults    {"seed":1,"faults":[{"kind":"lose","methods":["Commit"],"times":1}]}
//	DELETE /emulator/v1/faults
//	POST   /emulator/v1/pause     and /resume, and /cut
//	GET    /emulator/v1/projects/P/databases/D/usage
//	DELETE /emulator/v1/projects/P/databases/D/usage
//
// # Trust
//
// It believes unsigned tokens, and «Bearer owner» is above all rules, as with every Firestore emulator. So whoever
// can reach the port can do everything: it listens on loopback alone. Whoever can read the data directory can read
// everything as well: only its owner can.
//
// # Time
//
// Commits, rules, tokens and time to live have one clock, which tests move forward: [Server.Advance]. A document of a
// collection group that [Options.Indexes] give a time-to-live field is deleted within a minute after that time.
//
// # Limits
//
// All documents are in memory. Without a data directory they are gone at the end; with one, a commit takes as long as
// the disk's sync, and is seen by nobody before. What is not supported answers UNIMPLEMENTED with its name.
package emulator
