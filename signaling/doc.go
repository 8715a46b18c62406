// Package signaling is how two peers meet through documents: which documents there are, who writes
// which of them and when (SPEC sections 3, 5 and 10). It knows no database: a [Store] keeps the documents,
// and firestorestore has the one that is Firestore.
//
//	rooms/{roomId}                     a pair room, which is itself a link …
//	rooms/{roomId}                     … or a mesh room, with
//	  members/{uid}                      who is in it, written by that uid
//	  links/{linkId}                     one link for each two members, written by the caller
//
//	link   caller ──offer──►  ◄──answer── callee
//	  callerCandidates/{n}   callee reads    written by the caller after its offer
//	  calleeCandidates/{n}   caller reads    written by the callee after its answer
//
//	codes/{slot}                       a short code (SPEC section 10), written by who made it
//	  guesses/{codeId}-{n}               one run of the exchange, written by both in turn
//
// A [Link] is reached through a [LinkRef], the same for pair rooms and mesh rooms; a mesh room through a
// [RoomRef], a short code through a [CodeRef]. They only name documents: they hold no state and may be copied and used
// by any goroutine.
//
// # Trust
//
// The store is curious and may lie. Whatever it answers is unknown until it is parsed here against its
// rule; offers, answers and batches stay opaque bytes. A document that cannot be parsed is an error of
// the link that it belongs to ([*protocol.ParseError]), and is left out of a list.
package signaling
