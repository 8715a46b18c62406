// Package query holds what a structured query means: which of its documents a query finds, in which order,
// and what an aggregation makes of them. [Compile] checks a query as production does and gives a [Query];
// [Query.Run] is the reference meaning, to which every index must keep.
//
//	q, err := query.Compile(parent, request.GetStructuredQuery())
//	…
//	result := q.Run(documents)          // any order in, the query's order out
//	q.Matches(doc), q.Compare(a, b)     // one by one, for listeners
//	q.Canonical()                       // equal for equal queries
//	q.Index()                           // the part of one field's index that is enough to look at
//	q.Order(), q.Find(source)           // the part to go through in order, which ends early
//
// # How documents are found
//
// A document is found if it is below the parent in the collection asked for, passes the filter, has every
// field that the query orders by, and lies between the cursors. The order is that of order_by, then of the
// fields with inequalities that it does not name, by their paths, then of __name__; what is added goes in the
// direction of the last in order_by. Offset, then limit, cut the list; the projection cuts the documents.
//
// Comparisons are those of package value: numbers by exact value whether integer or double. An inequality
// finds only values of its operand's type. A filter whose operand is null or NaN finds nothing, except != NaN
// and what IS_NULL, IS_NAN and their negations say. Negations (!=, not-in, IS_NOT_NULL, IS_NOT_NAN) find
// neither null nor documents without the field. Order and cursors look at the first 1 500 bytes of a value,
// as an index does; filters look at all of it.
//
// # Role
//
// Pure: no I/O, no clock, no shared state. Queries come from clients: Compile refuses with a
// [value.InvalidError] (INVALID_ARGUMENT) or an [UnimplementedError], and never panics.
//
// # Differences to the official emulator
//
// A differential test runs random queries on both (differential_test.go). The reference is the official
// emulator, version 1.19.9. These differ on purpose:
//
//   - find_nearest is answered with UNIMPLEMENTED; the emulator evaluates it.
//   - An AND without filters inside another filter is refused, as the protocol demands at least one; the
//     emulator gives it meanings that change with what stands beside it. As the whole filter it is allowed.
//   - The emulator takes null and the empty array for the same when it leaves out repeated filters, so it
//     allows array-contains null and array-contains [] together; here they are two, of which one is allowed.
//   - More than five aggregations are INVALID_ARGUMENT, which production documents
//     (https://firebase.google.com/docs/firestore/query-data/aggregation-queries); the emulator answers UNKNOWN.
//   - The sum of doubles is compensated and does not depend on the order of documents; the emulator's last
//     bits depend on it, and production promises nothing.
package query
