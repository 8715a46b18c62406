// Package emulator is a Firestore and a Firebase Authentication in one process, for development, tests and hosting on
// one machine: gRPC for server SDKs, REST, WebChannel for the unmodified browser SDK, and sign-in, on one loopback
// port.
//
//	                 ┌─ gRPC ───────┐
//	one port ─► mux ─┼─ REST ───────┼─► service ─► store (snapshots, commits, feed) ─► listeners
//	                 ├─ WebChannel ─┘     └─ guard         └─ durable (with a data directory)
//	                 └─ Auth                (security rules)
//
// # Trust
//
// It believes unsigned tokens, and «Bearer owner» is above all rules, as with every Firestore emulator. So whoever
// can reach the port can do everything: it listens on loopback alone. Whoever can read the data directory can read
// everything as well: only its owner can.
//
// # Limits
//
// All documents are in memory. Without a data directory they are gone at the end; with one, a commit takes as long as
// the disk's sync, and is seen by nobody before. What is not supported answers UNIMPLEMENTED with its name.
package emulator
