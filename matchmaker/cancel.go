package matchmaker

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Cancelled is one call of DELETE /quick-match, already checked (SPEC A7).
type Cancelled struct {
	UID  string
	Pool string // one that exists
	ID   protocol.RequestID
}

// TicketID is the id of the ticket to end.
func (c Cancelled) TicketID() TicketID { return NewTicketID(c.UID, c.Pool, c.ID) }

// Cancel decides DELETE /quick-match (SPEC A7). It leaves an ended ticket behind even if there was none:
// the request that it cancels may still be on its way, and must not wait when nobody listens any more. It
// is pure, and safe for concurrent use.
func Cancel(c Cancelled, v View, now time.Time, l Limits) Plan {
	id, t := c.TicketID(), v.Ticket
	if !v.TicketRead {
		return Plan{Read: ReadTicket}
	}
	p := Plan{Ticket: &Ticket{
		UID: c.UID, Pool: c.Pool, State: TicketEnded, CreatedAt: now, ExpireAt: now.Add(l.TicketLife),
	}}
	if v.Slot != nil && v.Slot.Ticket == id {
		p.SlotWrite = Delete
		return p
	}
	if t == nil || !now.Before(t.ExpireAt) {
		return p
	}
	switch t.State {
	case TicketEnded:
		return Plan{}
	case TicketMoved:
		return p
	case TicketWaiting, TicketPaired: // waiting, and without its slot: paired meanwhile
	}
	if !v.RoomRead {
		return Plan{Read: ReadRoom}
	}
	if mine(v.Room, c.UID) && !v.Room.Closed && now.Before(v.Room.ExpireAt) {
		p.CloseRoom = v.Room.ID
	}
	return p
}

// mine tells whether the room is there and uid is one of its two peers.
func mine(room *Room, uid string) bool {
	return room != nil && (room.Caller == uid || room.Callee == uid)
}
