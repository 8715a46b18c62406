package overlay

import "github.com/parley-chat/parley/protocol"

// Action is something that the caller does for a [Node]. The list is closed: the types of this file.
type Action interface{ action() }

// Connect asks for a link to Peer. The caller makes an offer and gives it to [Node.Introduce], or calls the peer
// through the store if ByStore is set. It ends with [Node.Connected] or [Node.Failed]; without either the
// node gives up by itself, after attemptFor.
type Connect struct {
	Peer    Peer
	ByStore bool
}

// Alone says that this member had links, has none, and knows nobody whom it could call: the caller enters the room
// again as a newcomer does. It comes again with pauses of 30 s, doubled up to 5 minutes, while that lasts.
type Alone struct{}

// Disconnect ends a link, or what is being made of one. [Node.Lost] need not be called for it.
type Disconnect struct {
	Peer   Peer
	Reason Reason
}

// Reason is why a link is ended.
type Reason string

// The reasons. The first is nobody's fault; the others are, and the peer is not linked to again for BlockedFor: the
// caller tells its name.
const (
	ReasonSpare   Reason = "spare"
	ReasonFlooded Reason = "flooded"
	ReasonForged  Reason = "forged"
)

// Send sends a frame to a neighbour.
type Send struct {
	Peer  Peer
	Frame protocol.OverlayFrame
}

// Push sends a gossip frame to a neighbour: the caller puts the item's bytes into it. If it has them no more, it
// leaves the action out.
type Push struct {
	Peer Peer
	ID   ID
	Hops int
}

// Deliver hands over an item, once while it is remembered. From is the neighbour that brought it.
type Deliver struct {
	Item Item
	From Peer
	Hops int
}

// Announce asks for a presence that says this: the caller signs it and gives it to [Node.Broadcast].
type Announce struct {
	Counter uint64
	Stay    protocol.Stay
}

// Introduced hands over what another member sent by [Node.Introduce]. An offer is to be answered: it was accepted
// already. The caller checks what is sealed, and that an answer is to the link id of its offer.
type Introduced struct {
	From   Peer
	Step   protocol.Step
	Link   protocol.RoomID
	Sealed []byte
}

// Joined says that a member is in the room.
type Joined struct{ Peer Peer }

// Gone says that a member is not in the room any more: it said goodbye, or has not been heard of for GoneAfter.
type Gone struct{ Peer Peer }

func (Connect) action()    {}
func (Alone) action()      {}
func (Disconnect) action() {}
func (Send) action()       {}
func (Push) action()       {}
func (Deliver) action()    {}
func (Announce) action()   {}
func (Introduced) action() {}
func (Joined) action()     {}
func (Gone) action()       {}
