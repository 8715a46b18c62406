// Package hostile is a Firestore that lies, as strongly as one can: each victim is alone in a store of its own, and
// whatever the one shall see of the other is carried there by the attacker, who is the administrator of both.
//
//	Ann ◄──► store Left ◄── Carrier ──► store Right ◄──► Bob
//	                           │
//	                          Lie: what is carried, changed, twice, later or never
//
// A [Carrier] with [Honest] is a store like any other; that is the control of every test. The [Lies] are the ways to
// cheat that need nothing but the store. A [Forger] has a peer connection of its own besides, and [Relay] is a person
// in the middle, with a peer on either side, who passes on what is said.
//
// # Trust
//
// It attacks the peers of tests, on emulators. It knows what a store knows, which is every document, and never a room's
// secret, unless a test plays the thief.
package hostile
