// Package cpace exchanges the secret of a room between two who know the words of a short code, over a store that sees
// and may change all of it (SPEC section 10). It is CPace, draft-irtf-cfrg-cpace-21, over ristretto255 with SHA-512, in
// the roles of an initiator and a responder, with the explicit key confirmation of the draft's section 9.4.
//
//	Joiner (was told the code)                 Creator (made it)
//	NewJoiner ─── Share ──────────────────────► Answer
//	Confirm ◄──── Share, Tag ──────────────────┘
//	   └───────── tag ────────────────────────► Give
//	Take ◄─────── sealed secret ────────────────┘
//
// Both say what they take part in with a [Binding]; a run ends well only if both say the same.
//
// # Trust
//
// Whoever is in the middle has one guess at the words for each run: what travels does not let them try words
// afterwards. The creator's tag goes first, so a joiner can test one guess by a run; the creator counts them (SPEC N5).
// Words are never hashed into anything but the generator. A run's secrets are wiped when it is over, as far as Go lets
// a program know what it has copied.
//
// The group is github.com/gtank/ristretto255, whose operations on secrets take constant time. The rest is hashes and
// comparisons of the standard library. protocol/vectors/cpace.json has the draft's vectors.
package cpace
