// Package rules is the language of Firestore security rules, version 2 (and 1): it parses a ruleset and
// decides requests by it.
//
//	source ──Parse──► Ruleset ──Allow(Request)──► Decision
//	                     │             │
//	                     │             └─ Reader: get(), exists(), getAfter(), existsAfter()
//	                     └─ blocks (match), functions, allow statements, all with line and column
//
// It is pure: no I/O but through [Reader], no clock (the request carries the time), no randomness, no
// state between requests. It imports nothing of Parley.
//
// # How a request is decided
//
// Every match block whose path fits the document's path contributes its allow statements for the method.
// One whose condition is true allows; what no statement allows is denied. A condition that fails (a field
// that is missing, an operation on the wrong type) counts as false and the next statement is tried.
// `||` and `&&` look at both sides: true || error is true and false && error is false, in either order.
// `let` and the arguments of functions are evaluated when they are first used, at most once.
//
// # How a list is decided
//
// From the query, never from the documents it would find. The filters become what is known of
// `resource.data`:
//
//   - one equality on a field makes the field that value, with all its methods;
//   - any other filters on a field make it a constraint: compared with a value it is true where a filter
//     implies it, and an error, which denies, where not; `x in field` follows from array-contains in the
//     same way; field.hasAny(list) and `field in list` are false where they do not follow, so never rely on
//     their negation; there is no other method;
//   - a field without a filter is missing, and reading it is an error. So `!('f' in resource.data)` is
//     true of a query that says nothing about f, there as here: the official emulator answers so too;
//   - `in`, array-contains-any and OR are taken apart: each alternative must be allowed on its own. A filter that
//     stands in one twice counts once;
//   - a filter's int proves something about a rule's float, a filter's double nothing about a rule's int but that
//     two numbers differ; a range of a type that rules do not order (bool, list, map, path, latlng) proves nothing;
//   - a comparison with null or NaN, which finds nothing, says that the field is true and false at once;
//     IS_NULL and IS_NAN are no such comparisons;
//   - wildcards of the path that the query leaves open are errors where they are used; an equality on
//     the document's name closes them and reads the document, if it is the only filter on the name. request.path
//     is then the document's.
//
// request.query has limit (null without one), offset and orderBy (field → 'ASC' or 'DESC').
//
// # Limits
//
// Those that production documents: 256 KiB of source, 10 nested blocks, 100 segments of a path, 7
// parameters and 10 lets of a function, calls 20 deep and never recursive, 1 000 expressions of a
// request, 10 lookups of documents (20 for all operations of a batch, see [Lookups]); and what keeps a
// hostile ruleset from eating the machine: 99 levels of an expression, 1 MiB of a computed value, and
// [WorkError] when comparing, hashing and matching take too long.
//
// # Trust
//
// Rules and requests may come from anybody on loopback: Parse and Allow never panic on them, and both are
// bounded in time and memory. A [Reader] is trusted.
//
// # Where it differs from the official emulator
//
//   - A function has at most 10 lets, as documented; the official emulator takes more.
//   - math.isInfinite is there, as documented; the official emulator does not know it.
//   - request has only what is documented; there, request also has fields, headers and inTransaction, and
//     request.query also has kind, parent and others.
//   - replace and split on an expression that can match nothing follow RE2, not Java, directly after
//     another match.
//   - Half of a character beyond U+FFFF, which an index or a range of a string can give, is U+FFFD.
//   - A {wildcard} in a path of an expression is text until bind fills it.
//   - values() of a stored map is in the order of the names; there it has none to rely on.
//   - An argument that can never have the right type is an error when it is reached; there, some of them
//     refuse the whole ruleset. `service` and `rules_version` are fields like any other after a point.
//   - int of a string takes ASCII digits only. Unused functions and variables are no warning.
//   - There is no bool(): neither has the official emulator.
//   - There, IS_NAN beside another filter on the field proves every comparison with a number, and `a == 1.0` beside
//     another one proves `a != 1`: both allow what the rule denies for each single document found. Here they prove
//     nothing. Nor does a filter prove `!= NaN`, which production does not document.
//   - Of two filters on the document's name, of which one is an equality, resource.__name__ is known there.
//
// What the official emulator answers is written down in testdata: 2 000 expressions and 280 queries. One test
// holds this package to the files, another holds the files to the emulator.
package rules
