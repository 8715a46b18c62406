// Package signalingtest holds what every [signaling.Store] keeps, as tests ([Run]), and a store in memory
// ([Memory]) that keeps it, for tests that need virtual time or choose what happens when.
//
// The contract runs on the official Firestore emulator too, so what Memory answers is what Firestore
// answers. Memory has no rules: whoever asks may do everything. Tests of who may do what use the emulator.
package signalingtest
