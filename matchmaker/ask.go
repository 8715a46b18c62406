package matchmaker

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Ask decides POST /quick-match (SPEC A3 to A6): wait, pair, renew, or repeat what was decided before. A
// room that has to be named gets the id fresh, which must be new and from a cryptographic source. It is
// pure, and safe for concurrent use.
func Ask(r Request, v View, now time.Time, fresh protocol.RoomID, l Limits) Plan {
	a := asking{Request: r, id: r.TicketID(), view: v, now: now, fresh: fresh, limits: l}
	if t := v.Ticket; t != nil && now.Before(t.ExpireAt) {
		return a.again(*t)
	}
	return a.first()
}

// asking is one decision in the making.
type asking struct {
	Request
	id     TicketID
	view   View
	now    time.Time
	fresh  protocol.RoomID
	limits Limits
}

// first answers a request that has no ticket, as far as is known: if it has one that was not read, the
// commit fails, because the ticket is not absent.
func (a asking) first() Plan {
	slot := a.view.Slot
	switch {
	case slot == nil:
		return a.enter()
	case slot.UID != a.UID && a.now.Before(slot.LeaseUntil):
		return a.pair(*slot)
	case slot.UID != a.UID || a.tooOld(*slot):
		return a.replace(*slot)
	case slot.Ticket == a.id:
		return a.renew(*slot)
	case !a.view.TicketRead:
		return Plan{Read: ReadTicket} // a new request, or a late one: only the ticket tells
	}
	return a.takeOver(*slot)
}

// again answers a request that has a ticket (SPEC A5).
func (a asking) again(t Ticket) Plan {
	switch t.State {
	case TicketEnded:
		return Plan{Err: ErrEnded}
	case TicketPaired:
		return Plan{Answer: a.paired(protocol.Caller, t.RoomID, *t.PeerKey)}
	case TicketWaiting, TicketMoved:
	}
	if slot := a.view.Slot; slot != nil && slot.UID == a.UID && slot.RoomID == t.RoomID {
		if a.tooOld(*slot) {
			return a.replace(*slot)
		}
		return a.renew(*slot)
	}
	if !a.view.RoomRead {
		return Plan{Read: ReadRoom}
	}
	if room := a.view.Room; room != nil && room.Callee == a.UID && a.now.Before(room.ExpireAt) {
		return Plan{Answer: a.paired(protocol.Callee, room.ID, room.CallerKey)}
	}
	return Plan{Err: ErrEnded}
}

// enter waits in a slot that is free.
func (a asking) enter() Plan {
	return Plan{
		SlotWrite: Put,
		Slot: Slot{
			UID: a.UID, Ticket: a.id, RoomID: a.fresh, Key: a.Key,
			CreatedAt: a.now, LeaseUntil: a.limits.leaseFrom(a.now, a.now),
		},
		Ticket: a.ticket(TicketWaiting, a.fresh, nil),
		Answer: a.waiting(a.fresh),
	}
}

// replace waits in a slot whose lease has ended. The ticket that had it is deleted, so that its request
// enters as a new one if it is made again (SPEC A6).
func (a asking) replace(old Slot) Plan {
	p := a.enter()
	if old.Ticket != a.id {
		p.OtherWrite, p.OtherTicket = Delete, old.Ticket
	}
	return p
}

// renew gives the slot a new lease. The newest request's key counts, since a page that was loaded anew has
// lost the old one.
func (a asking) renew(slot Slot) Plan {
	slot.LeaseUntil = a.limits.leaseFrom(a.now, slot.CreatedAt)
	p := Plan{SlotWrite: Put, Answer: a.waiting(slot.RoomID)}
	if slot.Ticket == a.id {
		slot.Key = a.Key
		if a.view.TicketRead && a.view.Ticket == nil {
			p.Ticket = a.ticket(TicketWaiting, slot.RoomID, nil) // it was broken, or deleted by hand
		}
	}
	p.Slot = slot
	return p
}

// takeOver gives a new request the slot in which its uid waits already (SPEC A5). The older request keeps
// a ticket for the same room, but cancelling it no longer ends the wait: a page that is loaded anew sends
// its goodbye and its new request at the same time.
func (a asking) takeOver(slot Slot) Plan {
	older := *a.ticket(TicketMoved, slot.RoomID, nil)
	older.CreatedAt = slot.CreatedAt
	p := Plan{
		SlotWrite: Put, OtherWrite: Put, OtherTicket: slot.Ticket, Other: older,
		Ticket: a.ticket(TicketWaiting, slot.RoomID, nil),
		Answer: a.waiting(slot.RoomID),
	}
	slot.Ticket, slot.Key = a.id, a.Key
	slot.LeaseUntil = a.limits.leaseFrom(a.now, slot.CreatedAt)
	p.Slot = slot
	return p
}

// pair meets the one who waits; whoever comes second is the caller (SPEC D2, S4).
func (a asking) pair(slot Slot) Plan {
	return Plan{
		SlotWrite: Delete,
		CreateRoom: &Room{
			ID: slot.RoomID, Caller: a.UID, Callee: slot.UID, CallerKey: a.Key, CalleeKey: slot.Key,
			CreatedAt: a.now, ExpireAt: a.now.Add(a.limits.RoomLife),
		},
		Ticket: a.ticket(TicketPaired, slot.RoomID, &slot.Key),
		Answer: a.paired(protocol.Caller, slot.RoomID, slot.Key),
	}
}

// tooOld tells whether the slot has been renewed for as long as it may be.
func (a asking) tooOld(slot Slot) bool {
	return !a.now.Before(slot.CreatedAt.Add(a.limits.maxWait()))
}

func (a asking) ticket(state TicketState, room protocol.RoomID, peer *protocol.Key) *Ticket {
	return &Ticket{
		UID: a.UID, Pool: a.Pool, State: state, RoomID: room, PeerKey: peer,
		CreatedAt: a.now, ExpireAt: a.now.Add(a.limits.TicketLife),
	}
}

func (a asking) waiting(room protocol.RoomID) protocol.QuickMatchAnswer {
	return protocol.QuickMatchAnswer{
		Status: protocol.Waiting, RoomID: room, Role: protocol.Callee, Lease: a.limits.Lease,
	}
}

func (a asking) paired(role protocol.Role, room protocol.RoomID, peer protocol.Key) protocol.QuickMatchAnswer {
	return protocol.QuickMatchAnswer{
		Status: protocol.Paired, RoomID: room, Role: role, PeerKey: &peer, Lease: a.limits.Lease,
	}
}
