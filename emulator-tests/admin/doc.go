// Package admin is a Firestore emulator's database as its administrator has it: every document, every version of it,
// and writes that no rule forbids. It is what a store that lies, or that remembers all, can do.
//
//	Database ─ Listen ─► Feed ─► each change of each document, in order
//	         └ Write  ─► any document
//
// # Trust
//
// For tests only: it says «Bearer owner», which an emulator believes and production does not. It speaks the plain gRPC
// of Firestore, because the Go client has no query for documents of all collections.
package admin
