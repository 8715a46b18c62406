// Package isolation holds the tests that prove the emulator's isolation: clients that work on the same few documents at
// once, through the real clients and over the network, and a checker that looks for one order that explains all that
// they saw.
//
//	clients ─► history: what each read and wrote, when it began, when it was answered ─► explain: an order, or none
//
// What is checked is strict serializability, which is what production promises for one database: there is an order of
// all operations in which each sees exactly what those before it have written, and which keeps to real time: what was
// answered before another began comes before it.
//
// An operation whose answer was lost may have happened, at any time since it began, or not at all. One that was refused
// (ABORTED, FAILED_PRECONDITION) has not happened; if an order without it does not exist, that is found.
//
// # Who takes part
//
//   - transactions of Google's client for Go, which hold what they have read, with documents and a query that asks for
//     documents by their value (so that one that comes to be or goes is a phantom);
//   - commits as browsers make them: reads without a transaction, then writes with update times as preconditions;
//   - blind increments, batches of writes, single reads and queries.
//
// The clock is a counter that all clients share, so that «before» means the same to all of them. `make soak` runs new
// seeds for longer.
package isolation
