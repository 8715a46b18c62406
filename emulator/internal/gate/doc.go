// Package gate is the one door to package service, for all transports: here calls and streams are made slow, refused or
// broken off, as a plan of package faults decides, and here is counted what they cost.
//
//	gRPC ──────┐        ┌─ faults ── wait, refuse ──┐          ┌─ count ─┐
//	REST ──────┼─► Gate ┤                           ├─► meter ─┤         ├─► service
//	WebChannel ┘        └─ lose, cut, twice, late ◄─┘          └─ rules ─┘
//
// # What stays true whatever goes wrong
//
//   - A listener is told the truth: documents may come twice, late, or all anew, but the marker that says «everything
//     until now has been told» never comes before what it is about. A reset is one that a server may make at any time.
//   - What waits is bounded: by the number of calls that wait at once, and by the feed behind a stream that stands
//     still. Whoever has stood still for too long is told UNAVAILABLE and comes back with what it knows.
//   - A call whose context ends waits no longer, and [Gate.Close] ends all waiting.
//   - What was lost on the way back has been done, and is billed.
//
// # What it knows
//
// [Gate.Operations] are the last calls that have passed, [Gate.Listeners] those who listen now: for package page.
package gate
