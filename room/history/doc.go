// Package history holds what was said in one room: a set of signed events that everybody who has the same events
// orders and judges alike (SPEC section 13, ADR 0022). It decides which events are taken, says what is missing, writes
// own ones, and tells what another member lacks.
//
//	        Add                            taken ──► order (E6) ──► package timeline
//	event ───────► known? parents there? ──┤
//	                        │              refused: the rule, and who signed it
//	                        └─► waits for its parents: Missing, to be asked for
//
//	two members:  Summary ──────► Lacking ──────► Give, one after the other ──────► Add
//
// # Whether an event is taken
//
// Depends on it and its ancestors alone: whoever has them decides alike, in whatever order they came. What a removal
// makes silent (E10) depends on the whole set, and only ever grows; so it is told apart, see [Change] and
// [History.Says].
//
// Each event carries along what its ancestors have decided: the settings in force and the removals, both shared
// between events that have the same; and each chain the admission that it began with. So an event is judged by its
// parents, however long the room has been.
//
// # Trust
//
// Events come from anybody, and may be signed by members who mean harm. Here their signature holds already, see
// [protocol.ParseEvent]. What waits, what is remembered of refusals, and of faults, is bounded. Forks are taken (E12).
// What a hostile member may do is let others fetch and keep what it says, at the pace of [Pace], and no more.
//
// The package is pure: no I/O, no goroutine; times and randomness are passed in. A [History] is for one goroutine at a
// time.
package history
