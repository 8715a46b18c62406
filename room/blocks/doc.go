// Package blocks is one member's part in the exchange of blocks in a room (SPEC B2 to B9): what it asks whom for, what
// it tells whom, what it gives to whom, and who has lied. It knows digests, neighbours and windows; not files, disks or
// keys.
//
//	Linked, Unlinked, Drained ─►┌───────────────────────────────┐─► Send
//	Received                  ─►│ Exchange: sets · who has what │─► ReadBlock, Check, Keep
//	Want, Extend, Pause, …    ─►│ · what is asked for · windows │─► Blame
//	Read, Checked, Kept, Tick ─►└───────────────────────────────┘─► Changed
//
// An [Exchange] is a state machine like room/overlay: no I/O, no goroutine, no clock, no randomness. The same inputs
// give the same actions, here and in web/src/blocks.
//
// # What the caller does
//
//   - It calls Tick before every other input, and when Next says so, and does what is asked in order.
//   - It tells of a link when both ends have said hello, by Linked, with how many bytes the channel takes at once (B3);
//     by Drained how many it takes now, whenever that grows by something worth it, and when nothing is in the channel
//     any more. It then is at least 65 536. Frames that are not read well it drops.
//   - A block that is read for ReadBlock has the digest that is asked for, else the answer is nil (F2). When a file is
//     not there any more, or has changed, it calls Drop before it answers.
//   - Check: it hashes, where hashing is done best, and says by Checked whether the digest is the one. Keep: it writes,
//     and says by Kept whether the block will still be there tomorrow. Each task is answered once; later ones may be
//     answered earlier.
//   - Manifest: when a block of the plan is kept that says more of the plan, it calls Extend.
//   - Kept with false, a disk that is full, say, pauses the set: the caller tells the person, and calls Want when there
//     is hope.
//   - Blame: it tells the person who it was. Whether it drops the link is its affair.
//
// # Bounds
//
// Neighbours may lie. For each there are at most [protocol.MaxWants] wants that wait, two blocks read for it, one that
// is being put together, and 4 MiB of bits about what it has; of all together 128 blocks asked for within 10 s and
// not yet kept; none is asked for while 32 wait to be checked or kept. How many sets there are is up to the caller.
package blocks
