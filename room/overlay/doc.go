// Package overlay decides who of a room is linked to whom, and by which links what is said goes round: for 2 members
// and for hundreds (SPEC section 14). Up to ten are all linked to each other. Beyond that each has about five
// links, chosen by HyParView (Leitão, Pereira, Rodrigues: «HyParView: a membership protocol for reliable gossip-based
// broadcast», DSN 2007), and events go along a tree that Plumtree keeps on them (the same authors, «Epidemic
// broadcast trees», SRDS 2007).
//
//	Connected, Lost, Failed ─►┌───────────────────────────────┐─► Connect, Disconnect
//	Received, Pushed, Refused ►│ Node: links · passive view ·  │─► Send, Push
//	Broadcast, Introduce     ─►│ who is here · what was heard  │─► Deliver, Introduced
//	Tick                     ─►└───────────────────────────────┘─► Announce, Joined, Gone
//
// A [Node] is one member. It is a state machine in the manner of etcd-io/raft: no I/O, no goroutine, no clock and no
// randomness of its own. The same inputs give the same actions.
//
// # Who is linked to whom
//
// A link is a WebRTC connection: dear, the same for both, and its end is noticed; that is what HyParView wants of its
// active view (section 4.1: symmetric, TCP as failure detector). The differences from the paper, and why:
//
//   - Five links are wanted, the paper's figure for 10 000 members; in 500 a message is then 4 to 6 hops away, and
//     half of the members may crash at once. Six to eight are kept too, since to drop a random neighbour for each
//     newcomer (section 4.2) would cost the neighbour another connection. Links above six end when both sides can
//     spare them.
//   - The walk of a newcomer (FORWARDJOIN) has 4 hops, not 6: 5⁴ is more than 500.
//   - The passive view of 30 is refilled from presences, which everybody hears of everybody all the time. They take
//     the place of the shuffle (section 4.4), and are signed, so that nobody can fill a view with members that are not
//     there.
//   - Who is called to take the place of a lost neighbour (section 4.3) is called by an introduction: offers travel
//     over the links, each hop knowing from which neighbour it last heard of whom, and answers go back the way that
//     their offer came. The store is used by who has hardly a link left, and in a mesh where there is no way.
//
// What this package cannot mend: newcomers whose only neighbour goes before they have heard of anybody else, and who
// have found each other, know of no room to go to. The caller sees that in the store's list of members.
//
// # How an event goes round
//
// As Plumtree says: to eager neighbours at once, to the others its id, in batches (IHAVE); who hears an id and not the
// event asks for it (GRAFT), who hears an event twice says so (PRUNE), and what is left is a tree. Of the paper's two
// kinds, one tree for all and one for each sender, it is the second: with one tree the messages of two authors prune
// different links of one circle, and paths grow long. Presences go the same way, so a member's tree is drawn before it
// says its first word. Among ten the author sends to everybody, nobody passes on, and all tell each other what they
// have: a message takes one hop, and where a link is missing it takes a question. Announcements are left out towards
// those who are known to have it.
//
// # What the caller does
//
//   - It calls Tick before every other input, and when Next says so, and does what is asked in order.
//   - It tells of a link when both ends have proved who they are, and has one at most with each member.
//   - Connect: it makes an offer with all candidates, sealed for the key in the member's last presence, and gives it to
//     Introduce; or it calls through the store, where only doors can be called (SPEC O8). Whatever comes to nothing it
//     tells to Failed, at once if it cannot even be tried.
//   - Introduced: it answers an offer within 6 s, by Introduce, each link id once; an answer it takes only if it is to
//     the link id of its own offer. What is sealed otherwise than it should be is Failed. A call through the store it
//     answers only if Accepts says so.
//   - Disconnect: it closes with a bye that has the reason spare, or tells who flooded or forged. Lost is for links
//     that end otherwise: lost connections, byes of the other, neighbours that do not read what is sent.
//   - A gossip frame it reads, and checks the signature, before Pushed; if that does not hold, it calls Refused. That
//     an event breaks other rules is its author's fault, not the neighbour's. What was delivered before need not be
//     checked again, but is Pushed all the same. What is beyond the pace of SPEC E14 it keeps back, before Pushed, and
//     gives it later.
//   - It keeps the bytes of what is delivered or broadcast for RememberFor, for Push; events in full, bodies too.
//   - Announce: it signs the presence and gives it to Broadcast, one after the other as they are asked for.
//   - It broadcasts its own events, nobody else's. What came by repair (SPEC R5) it neither broadcasts nor pushes.
//   - Alone: it enters the room as a newcomer does. Leave: it closes its links when the goodbye has been sent.
//   - Whether it is a door (SPEC R2) it decides by Members and Doors, and says by SetDoor.
//
// # Trust
//
// Neighbours may lie. Everything they say is bounded: frames by the minute, ids remembered and asked for, ways, offers,
// views, hops. Who floods is dropped and named, and so is who passes on what is not signed well ([Node.Refused]); who
// announces and does not deliver is not asked any more. Who is in the room, who may be, and what events mean is not
// decided here.
package overlay
