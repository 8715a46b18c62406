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
// What is not supported is answered UNIMPLEMENTED with its name.
package service
