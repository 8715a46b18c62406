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
// A person opens the address in a browser: the documents, who listens, the last operations, the bill and whether there
// are rules. Who asks for no page is told «Ok», as the official emulator says it.
//
// # Trust
//
// It believes unsigned tokens, and «Bearer owner» is above all rules, as with every Firestore emulator. So
// every program that can reach the port can do everything: it listens on loopback alone. Pages in this machine's
// browser reach it, too:
//
//   - A page of another site is never the administrator, whether it says so in a header or in the handshake of
//     WebChannel. The page for people is closed to it, and /emulator/v1/…: documents, rules, accounts, faults, clock
//     and the bill. The same holds for another machine, when a proxy names it in X-Forwarded-For. It is told
//     PERMISSION_DENIED.
//   - As a user it may call, with whatever token it makes up: the rules are what holds it. Phones come so.
//   - A page whose site has a name that resolves to this machine (DNS rebinding) is refused by that name: HTTP is
//     served for localhost, names below it, and addresses of loopback. gRPC looks at no names; no page can speak it.
//
// Whoever can read the data directory can read everything as well: only its owner can.
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
