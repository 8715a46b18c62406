// Package local starts everything that Parley needs on one machine: the services of `parley run`, for
// people, and for the tests and benchmarks of other packages.
//
//	                     ┌──────────── Front, one origin ────────────┐
//	browser ────────────►│ /                         web/dist        │
//	                     │ /__/firebase/init.json, /__/parley.json   │
//	                     │ /api/**  ─────────────────────────────────┼──► Function (child process)
//	                     │ /google.firestore.v1.Firestore/*, /v1/…  ─┼──► Firestore ┐ package emulator, in this process;
//	                     │ /identitytoolkit…, /securetoken…  ────────┼──► Auth      ┘ or the official one, a child
//	                     └───────────────────────────────────────────┘
//	browser ═══════════════ STUN, TURN ═════════════════════════════════► turnserver (this process)
//
// [Start] starts them in the order Firestore, Auth, TURN, Function, Front, and leaves alone what
// [Options] say is given: the contract of `firebase emulators:exec`. Each is ready when it answers,
// not after a time. A child that dies is started again on its port, with back-off; [Stack.Close] ends
// all of them and waits.
//
// # Trust
//
// These services are for development. The emulators believe unsigned tokens and know the administrator
// by the word "owner": whoever reaches them is whoever they like. Everything listens on loopback. Only
// [Options.LAN] opens the front (HTTPS) and the TURN server to a network; the front refuses hosts that
// are not its own (DNS rebinding) and the administrator's header from other machines, but a person in
// that network can still pass as another: nothing private belongs here.
package local
