// Package service is Firestore's API, version 1, over package store: what a request asks for becomes reads and
// commits, what goes wrong becomes a gRPC status. Transports (gRPC, REST, WebChannel) call its methods; they say who
// calls by [WithCaller].
//
//	gRPC ──────┐                       ┌─► guard (security rules)
//	REST ──────┼─► Service ─► database ┤
//	WebChannel ┘   (names)    by name  └─► store: snapshots, commits, feed
//
// # Trust
//
// Everything in a request is a stranger's word. Names are checked to lie in one database, sizes and depths by
// packages store and value. A caller who is not an administrator is asked about by the guard, for each document
// and each query; without a guard strangers may do nothing.
//
// What is wrong with a request by itself is told first, then what the rules say, then what is wrong with it because of
// what is stored: so nobody learns from an error about documents that they may not read.
//
// What is not supported is answered UNIMPLEMENTED with its name.
//
// # Differences to the official emulator
//
// The tests make the same calls at both, version 1.19.9 of the official one. These differ on purpose:
//
//   - A request has one database: names of others are INVALID_ARGUMENT. The emulator reads and writes there.
//   - A commit has at most 500 transforms of one document, ids at most 1 500 bytes and names 6 KiB also where they are
//     only read, documents at most 40 000 index entries, requests at most 10 MiB, as production documents; the emulator
//     has none of these but the last, which is 4 MiB.
//   - A token or a page token that cannot be read is UNAUTHENTICATED or INVALID_ARGUMENT; the emulator says UNKNOWN for
//     some, and INVALID_ARGUMENT for tokens.
//   - explain_options are refused by name; the emulator leaves them out. It has no PartitionQuery.
//   - skipped_results are told of a query with an offset, as the protocol says.
//   - A mask holds for a list with missing documents too, and an ordered list has more than one page: there the
//     emulator fails with UNKNOWN.
//   - A read in the past reaches back to the oldest snapshot that is kept; with data of an earlier process, at most to
//     the start of this one.
//   - PERMISSION_DENIED says what production says, and nothing of the rules.
//   - Plain writes wait for transactions as in production; the emulator gives up with ABORTED after two seconds.
package service
