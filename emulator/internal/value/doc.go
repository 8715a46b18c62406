// Package value holds what Firestore says of single values, over the messages of the wire
// ([firestorepb.Value]): their total order and equality, keys whose bytes sort like the values, their size
// as it is billed, field paths, the limits a document keeps to, and what a field transform makes of a value.
//
// The order of types, first to last:
//
//	null · boolean · number (NaN first) · timestamp · string · bytes · reference · geo point · array · vector · map
//
// # Role
//
// It is pure: no I/O, no clock, no state. Every function may be called from any goroutine; those that change
// what they are given say so ([FieldPath.Set], [FieldPath.Delete], [Transform]).
//
// # Trust
//
// Values come from clients. Compare, Equal, AppendKey and Size take whatever a message can hold and never
// panic; [ValidateValue] and [ValidateDocument] refuse what production refuses, with an [InvalidError].
//
// # Differences to the official emulator
//
// The reference is the official emulator, version 1.19.9. These differ on purpose, since production's
// documentation says otherwise (https://firebase.google.com/docs/firestore/quotas):
//
//   - A document name of more than 6 KiB is refused; the emulator takes it.
//   - appendMissingElements with an array among its elements is refused, as an array directly in an array
//     is everywhere else; the emulator stores it, and then such a document cannot be written back.
//   - What a transform makes too deep or too large, [ValidateDocument] refuses if it is called on the result,
//     as it should be; the emulator stores what is too deep.
package value
