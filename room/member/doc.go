// Package member is one member's part in a room of many: what it says, hears, keeps and decides (SPEC sections 13 to
// 15). It holds together the parts that know nothing of each other: package overlay (who is linked to whom),
// history (what was said), timeline (what there is to see).
//
//	Linked, Unlinked, Failed ─►┌──────────────────────────────┐─► Connect, Disconnect, Introduced
//	Received, Drained         ─►│ Member                       │─► Send
//	Introduce                 ─►│  overlay · history · timeline│─► Enter, OpenDoor, CloseDoor, CreateRoom
//	Say, React, Remove, Leave ─►│  letting in · repair · doors │─► Took, Forgot, Moved: to be kept
//	Tick                      ─►└──────────────────────────────┘─► Changed, People, Typists, Fault, Ended: to be shown
//
// It is a state machine in the manner of package overlay: no I/O, no goroutine, no clock, no randomness of its own. The
// caller does what the actions say, in order, and tells what came of it. The same inputs give the same actions. Each
// input, and each read, is for one goroutine at a time; before an input comes a [Member.Tick] with the time.
//
// # A life
//
// [New] gives [Enter]: the caller looks through the store for doors and calls one (SPEC R3), or finds nobody and says
// so ([Member.Alone]). A link is told by [Member.Linked] once both have proved who they are and have said hello
// ([Member.Hello]); from then on each frame goes to [Member.Received]. The member that is there lets the newcomer in,
// and the newcomer hears what was said before, and is called by others, as introductions ([Connect], [Introduced],
// [Member.Introduce]) ask. [Ended], or the caller's [Member.Leave], is the end; afterwards every input does nothing.
//
// # Trust
//
// Whoever is linked has proved an identity, and may be hostile. What a neighbour can make this member do or keep is
// bounded: by package overlay for frames, by package history for events, here for what is asked, what is sent at a
// time, and what is held until something else has come. Who breaks a rule is dropped and named in [Fault]. Only
// members, by the own history, are told the code of a new epoch and the bodies of what was said.
package member
