// Package store keeps the documents of one Firestore database in memory: snapshots to read from, commits that are
// all or nothing, transactions that hold what they have read, and a feed of everything that was committed.
//
//	          Begin ──► transaction: what it has read
//	                        │ conflicts
//	Commit ─► wait for ◄────┘                    ┌──────────► snapshot (any number of readers, no lock)
//	          apply to a copy ─► journal ─► publish
//	          check (rules)                      └──────────► feed ─► listeners
//
// # Time
//
// Commits have times that only ever grow, at least a microsecond apart. A snapshot is the database as of a commit.
// The trees behind snapshots share what did not change, so taking one costs nothing and keeping one costs what has
// changed since.
//
// # Indexes
//
// A query that has looked at a thousand documents or more leaves an index behind: of one field of one collection or
// collection group, or of the elements of the arrays in that field. Commits keep it up to date, and later queries look
// only at a part of it, or, if they have a limit, go through it in their order and stop early ([Snapshot.Source]). A
// database keeps the 16 indexes that were used last. They make queries fast and never change what is found; small
// collections have none.
//
// # Isolation
//
// A transaction of a server holds what it has read, as Firestore's Standard edition does: a commit of somebody else
// that would change a document, or the result of a query, that it has read waits until the transaction ends.
// Whoever would close a circle of waiting is told ABORTED at once, and whoever has waited for too long as well, so
// nobody waits for ever. A transaction that is idle or old is ended. Since what was read cannot change until the
// commit, histories are serializable in the order of their commits. Browsers have no transactions: they commit with
// preconditions, which are checked in the commit.
//
// # Durability
//
// With a [Journal] a commit is decided in memory and shown when the journal has kept it. What waits for the journal is
// a queue behind the current snapshot; further commits are decided by its newest one. Nobody learns what a crash could
// take back, not even by an error: reads of transactions and refusals wait until what they know is kept.
//
// # Trust
//
// The store believes its caller as to who may do what: rules are checked by a function that the caller hands to
// [Store.Commit]. Names and values come from the network and are checked here.
package store
