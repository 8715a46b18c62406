// Package listen tells clients what changes: the targets of one listen stream, and the messages that tell of them.
//
//	AddTarget ─► catch up with the feed ─► ADD · documents · CURRENT ─┐
//	feed ──────► each commit: what it changed in each target ─────────┴─► one NO_CHANGE with the read time
//
// A stream is at one moment of the database, the same for all its targets, and moves from commit to commit. Before a
// target is added the stream moves to the newest commit; the target is answered from the snapshot of that commit, and
// the next thing that it hears is the commit after it. So there is no moment in which a change can get lost.
//
// # Cost
//
// A stream sleeps through commits that concern none of its targets: it says in the feed which documents and
// collections it is interested in. A target of a query keeps everything that matches, in order, so that a commit costs
// what it changes; a limit is a window over that. The guard is asked again when a commit concerns the target, or what
// the guard looked at.
//
// # Resuming
//
// A resume token is the time of a snapshot, and that at which this process opened the database: one of an earlier
// process leads to a reset. While the feed reaches back to it, a target that is resumed hears what is different since;
// afterwards it is reset and hears all of it. A quiet stream hears a new moment when half of the feed has gone by, so
// that its token stays good. If the client says how many documents it expects, and there were not as many at that
// moment, an existence filter tells how many there are now, and the client asks for all. It has no bloom filter of
// names, which the protocol leaves to the server.
//
// # Differences to the official emulator
//
// The reference is the official emulator, version 1.19.9. These differ on purpose:
//
//   - After each change of a query the official emulator resets the target and tells all of it again, and whatever is
//     resumed is reset. Here clients hear what is different, as the protocol has it and production does.
//   - Of a target of documents it tells all that are missing again with each change. Here they are told once.
//   - once is honoured: the target is removed when it is current. The official emulator goes on with it.
//   - What breaks the protocol (a negative id, an id in use, no target at all) ends the stream with INVALID_ARGUMENT;
//     there it is UNKNOWN without a message. So it is there with a query that is not allowed, which here ends the
//     target alone, with the reason.
package listen
