// Package peertest sets up peers for tests: a [World] is a simulated network (pion's vnet), a store, and a function
// that pairs, all in this process. In a testing/synctest bubble, with a store in memory, time in it is virtual, so
// a test of a ten-second wait takes no time.
//
// The [Matcher] stands for the function: it answers as SPEC section 2 says and writes the pair room as SPEC D2 says,
// but keeps its queue in memory and has no pools, no tokens and no HTTP. Tests of the real function go over the
// network, in emulator-tests.
package peertest
