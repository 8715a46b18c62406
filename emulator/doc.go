// Package emulator is a Firestore and a Firebase Authentication in one process, for development, tests and hosting on
// one machine: gRPC for server SDKs, REST, WebChannel for the unmodified browser SDK, and sign-in, on one loopback
// port.
//
//	                 ┌─ gRPC ───────┐
//	one port ─► mux ─┼─ REST ───────┼─► service ─► store (snapshots, commits, feed) ─► listeners
//	                 ├─ WebChannel ─┘     └─ guard (security rules)
//	                 └─ Auth
//
// # Trust
//
// It believes unsigned tokens, and «Bearer owner» is above all rules, as with every Firestore emulator. So whoever
// can reach the port can do everything: it listens on loopback alone.
//
// # Limits
//
// Documents are in memory and gone at the end. What is not supported answers UNIMPLEMENTED with its name.
package emulator
