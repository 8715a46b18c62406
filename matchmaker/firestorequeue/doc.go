// Package firestorequeue keeps the queue of quick-match in Firestore. It reads, asks package matchmaker
// what to do, and commits that atomically. All state is in Firestore: any number of processes may serve one
// queue, and may end at any moment.
//
//	queue/{pool}/slots/0   uid ticket roomId key createdAt leaseUntil expireAt
//	tickets/{ticketId}     uid pool state roomId peerKey createdAt expireAt
//	rooms/{roomId}         kind state caller callee callerKey calleeKey createdAt expireAt   (SPEC D1, D2)
//
// The usual call is two RPCs: one read of the slot, one commit. There is no lock: a read outside of a
// transaction takes none, and each write of the commit has a precondition (absent, or in the version that
// was read), so of two commits that contend one fails at once, reads again, the ticket included, and
// decides again. docs/adr/0003-queue-commits.md says why.
//
// An RPC that fails may have been applied all the same. That is treated like a conflict: the next attempt
// reads what is there.
//
// # Trust
//
// Firestore may hold documents that are broken: by hand, by another version. A document that is not whole is
// treated as absent, replaced where the rules write it, and logged by its kind, never with its contents.
package firestorequeue
