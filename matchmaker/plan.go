package matchmaker

import (
	"errors"

	"github.com/parley-chat/parley/protocol"
)

// Errors that a store's methods wrap; callers branch on them.
var (
	// ErrEnded tells that the request id is used up: its ticket was cancelled, or was paired in a room that
	// is gone. The client takes a new request id (SPEC A7).
	ErrEnded = errors.New("matchmaker: the ticket has ended")
	// ErrContention tells that others were always faster. Nothing was changed; the same call may be made again.
	ErrContention = errors.New("matchmaker: contention")
	// ErrUnavailable tells that the store cannot be reached or does not answer. Whether the call took effect
	// is not known; the same call may be made again and finds out (SPEC A5).
	ErrUnavailable = errors.New("matchmaker: store unavailable")
)

// View is what was read from the store. The slot is always read. Ticket and room cost a read each that most
// calls can do without, so a decision asks for them ([Plan].Read).
type View struct {
	Slot *Slot // nil: nobody waits

	TicketRead bool
	Ticket     *Ticket // the request's own; nil: none, or not read

	RoomRead bool
	Room     *Room // Ticket's room; nil: none, or not read
}

// Read names a document that a decision needs and the view does not have.
type Read int

// What may be missing.
const (
	ReadNothing Read = iota
	ReadTicket
	ReadRoom
)

// Plan is a decision: either one more document to read, or what to answer once all the writes are done, in
// one atomic commit. No writes: the answer holds as it is.
//
// The preconditions of the commit: the slot is as it was read (absent, or that version), if SlotWrite is
// not Keep. The own ticket is as it was read, or absent if it was not read, if Ticket is set. The room
// does not exist, if CreateRoom is set; it exists, if CloseRoom is set. OtherTicket has none: it belongs to
// the slot that was read.
//
// If the commit fails on a precondition, or its outcome is unknown, everything is read again, the ticket
// included, and decided again.
type Plan struct {
	Read Read // not ReadNothing: read that and ask again; the rest is unset

	SlotWrite   Write
	Slot        Slot    // if SlotWrite is Put
	Ticket      *Ticket // the own ticket, to be put
	CreateRoom  *Room
	CloseRoom   protocol.RoomID // to be closed with reason left (SPEC D6); empty: none
	OtherWrite  Write           // what to do with another ticket, named OtherTicket
	OtherTicket TicketID
	Other       Ticket // if OtherWrite is Put

	Answer protocol.QuickMatchAnswer // of [Ask]
	Err    error                     // of Ask: ErrEnded instead of an answer; then there are no writes
}

// Write says what happens to a document.
type Write int

// What may happen to a document.
const (
	Keep Write = iota
	Put
	Delete
)

// Writes tells whether there is anything to commit.
func (p Plan) Writes() bool {
	return p.SlotWrite != Keep || p.OtherWrite != Keep || p.Ticket != nil || p.CreateRoom != nil || p.CloseRoom != ""
}
