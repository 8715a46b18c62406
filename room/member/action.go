package member

import "github.com/parley-chat/parley/protocol"

// Action is something that the caller does for a [Member]. The list is closed: the types of this file.
type Action interface{ action() }

// Connect asks for a link to Peer, whose presence has Key. With ByStore the caller finds the door's document with that
// key and calls it through the store at the room's code (SPEC D5); else it makes an offer, sealed for Key, and gives it
// to [Member.Introduce]. It ends with [Member.Linked] or [Member.Failed]; without either the member gives up by itself
// after a while.
type Connect struct {
	Peer    Peer
	Key     protocol.Key
	ByStore bool
}

// Disconnect ends the link to Peer, or what is being made of one, after a bye with the reason (SPEC R9). Neither
// [Member.Unlinked] nor [Member.Failed] need be called for it.
type Disconnect struct {
	Peer   Peer
	Reason protocol.ByeReason
}

// Send sends a frame to a neighbour, in the order of these actions. Of Bulk at most [MaxBulk] are under way to one
// neighbour: when the channel's buffer is low, and a bulk frame was sent since, the caller says [Member.Drained].
type Send struct {
	Peer  Peer
	Frame protocol.RoomFrame
	Bulk  bool
}

// Introduced hands over what another member sent by an introduction (SPEC O8). An offer is to be answered: it was
// accepted already; if it does not open, the caller says [Member.Failed]. Key is From's, by its presence. The
// caller checks that an answer is to the link id of its offer.
type Introduced struct {
	From   Peer
	Key    protocol.Key
	Step   protocol.Step
	Link   protocol.RoomID
	Sealed []byte
}

// Enter asks the caller to look through the store for doors at [Member.Code], and to call them (SPEC R3): at first, and
// again when all links are lost and nobody is known. It is over with the first [Member.Linked].
type Enter struct{}

// OpenDoor asks for a document of this member at the code (SPEC D4, with the key of its presence), and to answer the
// calls that come there, until [CloseDoor]. If the room is absent there, or over, the caller makes it anew (SPEC R11).
type OpenDoor struct{ Code protocol.RoomSecret }

// CloseDoor deletes that document, and ends the listening.
type CloseDoor struct{ Code protocol.RoomSecret }

// CreateRoom creates the room's document at the code (SPEC D3). One that is there already is as good.
type CreateRoom struct{ Code protocol.RoomSecret }

// Moved says that the room is at another code (SPEC R8): to be kept, and shown as the link for others.
type Moved struct {
	Epoch uint64
	Code  protocol.RoomSecret
}

// Took says that events were taken, or that their bodies have come, to be kept on the device: [Member.Event] gives
// them. For what this member says it comes before the frames that tell it to others: who keeps the chain
// ([Member.Chain]) writes both down before it sends, or does not go on with the chain in another stay.
type Took struct{ IDs []protocol.EventID }

// Forgot says that the bodies of events are gone: deleted, or over. What is kept of them is overwritten with the stub.
type Forgot struct{ IDs []protocol.EventID }

// Changed says which entries of the timeline came, went, or are to be drawn anew; some more than once.
type Changed struct{ IDs []protocol.EventID }

// People says that [Member.People] has changed.
type People struct{}

// Typists says that [Member.Typists] has changed.
type Typists struct{}

// Ended says that this member is not in the room any more. No action comes after it.
type Ended struct{ Reason EndReason }

// EndReason is a failure of SPEC section 8.
type EndReason string

// The reasons.
const (
	EndFull          EndReason = "room_full"
	EndLocked        EndReason = "room_locked"
	EndRemoved       EndReason = "removed"
	EndProtocolError EndReason = "protocol_error"
)

// Fault says that somebody broke a rule: to be shown or logged by name.
type Fault struct {
	Member Peer
	Kind   FaultKind
	// Rule of the SPEC, such as «E5».
	Rule string
}

// FaultKind says in a word what a fault is.
type FaultKind string

// The kinds. A fork is two events in one place of a chain; what is misplaced was signed, and goes against a rule;
// what is forged was not signed well, and is the fault of who brought it.
const (
	FaultForked    FaultKind = "forked"
	FaultMisplaced FaultKind = "misplaced"
	FaultForged    FaultKind = "forged"
	FaultFlooded   FaultKind = "flooded"
)

func (Connect) action()    {}
func (Disconnect) action() {}
func (Send) action()       {}
func (Introduced) action() {}
func (Enter) action()      {}
func (OpenDoor) action()   {}
func (CloseDoor) action()  {}
func (CreateRoom) action() {}
func (Moved) action()      {}
func (Took) action()       {}
func (Forgot) action()     {}
func (Changed) action()    {}
func (People) action()     {}
func (Typists) action()    {}
func (Ended) action()      {}
func (Fault) action()      {}
