// Package emulatortests holds the tests over the network whose people are Go peers: the services of
// `parley run`, the official Firestore emulator with the project's rules among them, and peers that know
// nothing but the address. The browsers' half is in browser/, the rules' in rules/.
//
// FIRESTORE_EMULATOR_HOST and FIREBASE_AUTH_EMULATOR_HOST are honoured: emulators that run already are
// used and left alone.
package emulatortests
