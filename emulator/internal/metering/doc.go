// Package metering counts what Firestore would bill: documents read, written and deleted, by database and client.
//
//	package gate:    what a request asked and was answered ─┐
//	package service: documents that rules looked up ────────┼─► Bill ─► Meter: by database, by client
//	                 index entries that were aggregated ────┘
//
// # What is counted, as https://cloud.google.com/firestore/pricing has it (Standard edition)
//
//   - A read for each document that is told, and for each that was asked for by name and is missing; one for a query
//     that finds nothing; one for each document that an offset skips; one for a page of collection ids.
//   - Aggregations: a read for each 1000 index entries or part of them, at least one.
//   - Listeners: a read for each document that is added or changed, or leaves because it has changed; none for one
//     that is deleted; at least one for a target that is not resumed. A target that comes back after more than 30
//     minutes is a new one.
//   - Rules: a read for each document that get(), exists() and the like look up, once for each request, also if the
//     rules refuse then. A listener pays when it begins and when such a document has changed.
//   - A write or a delete for each one of a commit, also where nothing changes. Commits that fail cost nothing.
//     What time to live deletes is the administrator's.
//
// # What is not exact
//
//   - Composite queries are billed for index entries that lead to no document: not counted.
//   - What production bills for failed preconditions, for checks without a write (verify), for partitions of a query
//     and when it resets a listener by itself is not said anywhere: here it is nothing, nothing, one read, and what is
//     told.
//   - Production looks up rules' documents when it likes to; here it is as said above.
//   - Bytes, storage, backups and the console are not counted; nor is clearing a database by the emulator's endpoint.
package metering
