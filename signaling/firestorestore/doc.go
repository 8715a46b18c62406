// Package firestorestore is the [signaling.Store] that is Firestore, over gRPC, as a client: it sends a
// user's ID token with every call and so goes through firestore.rules like a browser. Firestore's own
// types stay in here.
//
// The connection is made here and not by the Firestore client, because that one, when it sees
// FIRESTORE_EMULATOR_HOST, names itself the emulator's owner, who is above the rules. This package reads no
// environment; a process that has that variable set gets an idle connection more per store, opened by the
// Firestore client and not used.
//
// A [Store] counts what Firestore bills: see [Counts].
package firestorestore
