// Package membertest runs rooms of many in one goroutine and in virtual time, by seed: people with the program's real
// part in a room (package room/member), the links between them, and the store where doors are found. It is for tests
// and for `parley bench rooms`.
//
//	World ──► Person: member.Member, what is kept on the device ──► actions: frames, calls, documents
//	  ▲                                                                 │
//	  └─ links: delay, speed, order · store: documents, calls ◄─────────┘
//
// What is real: the members, and every frame, which is written and read again. What is simulated: a link is reliable
// and ordered, as a data channel is, with a delay of its own, a speed, and now and then a hiccup, as when a packet is
// lost; a connection takes three round trips once it has been answered; a crash or a cut is noticed after a while;
// offers and answers are empty. Processors take no time.
//
// [Play] is a room in which anything may happen: people come, leave, crash with and without what they had kept, sleep,
// are slow, have clocks that are wrong; the network falls into parts; some mean harm, and are removed. When it is over
// and quiet, all that is promised is checked. The same seed is the same run.
package membertest
