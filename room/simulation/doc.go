// Package simulation runs rooms of many in one goroutine, by seed: the real code of package room/history and
// room/timeline, and between its members a network that delays, reorders and loses what it carries, is parted and grows
// together again. People come, leave, fall silent, and lose all that they have; some mean harm.
//
//	chance ──► somebody says, edits, joins, crashes …
//	       └─► one of the messages on the way arrives ──► Add ──► passed on to some others
//	at the end: no more faults, everybody compares with everybody ──► all that is promised is checked
//
// How events travel here is simple gossip and is not what the product does (package room/overlay is); it only has to be
// worse than that. The same seed is the same run.
package simulation
