// Package lab connects peers over simulated networks: every pair of NAT types, with STUN alone and with TURN, at chosen
// round trips and losses. The peers are the real ones of package peer on pion's vnet; the store is in memory, and as
// far away as everything else.
//
//	192.168.1.0/24 ── NAT A ──┐                  ┌── NAT B ── 192.168.2.0/24
//	     first                ├── 10.0.0.0/24 ───┤                 second
//	                          │  RTT, loss       │
//	                     STUN, TURN          function, store
//
// One number says how far things are: a round trip between any two places in the middle takes RTT, be they peers,
// servers, the function or the store. Packets over the middle are lost by chance, each crossing for itself; the store's
// connection, which is TCP in life, loses nothing.
//
// A [Cell] is one such world, and [Meet] one meeting in it. Called in a testing/synctest bubble, as the tests here do,
// all of it happens in virtual time: a figure holds what the network and the timers take, and nothing of this machine.
//
// [Origin] is the same meeting as the system that Parley comes from had it: STUN alone, one document for each
// candidate, pion's default settings.
//
// [Messages] lets two who have met exchange many texts, [Trips] one over everything that carries bytes, on this
// machine's loopback and in real time. [Survive] lets a [Fault] come over two who talk, and counts what arrives.
package lab
