// Package listen tells clients what changes: the targets of one listen stream, and the messages that tell of them.
//
//	AddTarget ─► catch up with the feed ─► ADD · documents · CURRENT ─┐
//	feed ──────► each commit: what it changed in each target ─────────┴─► one NO_CHANGE with the read time
//
// A stream is at one moment of the database, the same for all its targets, and moves from commit to commit. Before a
// target is added the stream moves to the newest commit; the target is answered from the snapshot of that commit, and
// the next thing that it hears is the commit after it. So there is no moment in which a change can get lost.
//
// A resume token is the time of a snapshot. While the feed reaches back to it, a target that is resumed hears what is
// different since; afterwards it is reset and hears all of it.
package listen
