// Package differential holds the test that sends the same random operations to the official Firestore emulator and to
// ours, over the network and by the same raw client, and demands the same answers.
//
//	seed ─► world: documents, then requests ─┬─► ours ─────► outcomes ─┐
//	                                         └─► official ─► outcomes ─┴─► the same, or shrink and say which
//
// A world has a project of its own at both servers. Its operations come from its seed alone; where a request needs what
// a server chose (the update time of a precondition, a transaction), it holds a placeholder that each side fills in.
// What was found to differ and is mended is done again by name in TestRegressions.
//
// # What is compared
//
// Commits with every kind of write, transform and precondition, several on one document among them; batches of writes;
// the methods for single documents; lists of documents and collections, to their last page; queries and aggregations of
// package querytest; transactions, one at a time; streams that listen to queries and documents while these change, and
// that are cut and resumed. A quarter of the worlds is under security rules, asked by people with unsigned tokens.
// Compared are codes, documents, their order, transforms' results, and times: each server's times get numbers as they
// are first seen, so which times are equal is compared at each step, and their order in the end.
//
// Of a listener it is compared what it knows when it is told that nothing is missing: after each step that must be what
// a read of the same finds at the same server. How it is told is each server's own: the official emulator tells all
// again after each change (package listen).
//
// One operation is one write, one document that is got, one query, aggregation or list, one state that a listener came
// to, or one other step of a transaction, which both servers were sent and whose answers were compared. Every run does
// 100 000 at least, and fails if it does not; `make soak` goes on with new seeds. When the official emulator is not
// installed the test fails and says so.
//
// # What is not
//
// Messages of errors, resume tokens and ids of transactions are each server's own. Doubles of aggregations depend on
// the order in which the official emulator adds; package query compares them. Names that are too long and fields
// without a name are in package value.
//
// # Exceptions
//
// The official emulator is 1.19.9. These differ, and are left out or let pass:
//
//   - A query with a mistake, which rules would deny as well, is refused for the mistake. There rules come before some
//     mistakes and after others. Neither tells anything of what is stored.
//   - The official emulator answers some requests with UNKNOWN and no reason, since it failed inside, and some writes
//     with CANCELLED, since a listener who would hear of them has just gone. They are counted, and may be one of a
//     hundred at most.
//   - It does not tell how many results a query skipped; production does, and ours.
//   - It has a field in answers to aggregations that the published protocol has not.
//   - After a full page it has an empty one; ours ends with the full one.
//   - It looks at values outside of an update's mask less closely than at others, and at those that a later write of
//     the same commit replaces; ours looks at all.
//   - It lets clients ask for the documents of all collections; here that is for administrators.
//   - It never answers a listener whose query has a mistake. Ours refuses it.
//   - It does not tell a listener to all collections what is deleted. Here such a listener asks for one.
//   - A change that it did not tell a listener for 5 seconds counts as if it had failed inside (ADR 0011). Ours may
//     miss none.
//   - A read-only transaction whose commit it refused can still read; here it is over.
package differential
