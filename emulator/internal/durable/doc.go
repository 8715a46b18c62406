// Package durable keeps what the emulator knows in one file of a data directory, so that what was acknowledged outlives
// kill -9 and a power cut: the documents of all databases, and small buckets of keys and values for others.
//
//	store (one a database) ─ Append ─┐           ┌─ one bbolt transaction ─► parley.db ─ synced ─┐
//	                                 ├─► queue ──┤   (everything queued)                          │
//	Bucket ─ Put, Delete ────────────┘           └─ next one …                                    │
//	                     done, in the order of the queue ◄────────────────────────────────────────┘
//
// One goroutine writes: it takes everything that is queued, writes it in one transaction, and then answers. While a
// disk syncs, the next transaction gathers; so many commits cost one sync, and a single one does not wait for others.
// After an error nothing is written any more: what came later was decided by what is lost.
//
// # The file
//
// It is a bbolt database with two buckets. «records» has a record for each document (its full name; the protobuf
// without the name), for the newest commit's time of each database, and for each key of a [Bucket]. «state» has one
// entry, which is written in the same transaction as the records: a version, the transaction's number, how many records
// there are, and the sum of their SHA-256.
//
// # Damage
//
// bbolt believes the pages that it maps into memory: it checks the two meta pages alone, a bad page can end the process
// or keep it busy for ever, and a damaged meta page silently takes it one commit back. So [Open] reads the file itself
// first, with bounds: both meta pages, which must be of commits that follow each other, and the whole tree. Then it
// compares the records with their sum: none can be missing, foreign, altered or of an earlier commit. What does not
// pass is [ErrDamaged]; nothing of it is served, and nothing is written to it.
//
// What cannot be found: a disk that says that it has synced and then keeps the meta page of the commit before, so that
// the file is what it was then; and forgery, since a sum without a secret finds accidents only.
//
// # Trust
//
// Whoever can read the directory can read everything, so it is made for its owner alone (0700, the file 0600). One
// process at a time has it: bbolt holds a lock on the file ([ErrInUse]).
package durable
