package matchmaker

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// model is an exact, tiny store: documents with versions, and commits that are all or nothing.
type model struct {
	slots   map[string]versioned[Slot]
	tickets map[TicketID]versioned[Ticket]
	rooms   map[protocol.RoomID]versioned[Room]
	version int
	made    []Room // every room that ever was, in order
}

type versioned[T any] struct {
	value   T
	version int // 0: the document does not exist
}

func newModel() *model {
	return &model{
		slots:   map[string]versioned[Slot]{},
		tickets: map[TicketID]versioned[Ticket]{},
		rooms:   map[protocol.RoomID]versioned[Room]{},
	}
}

// reading is a view with the versions that it was read in.
type reading struct {
	View
	slotVersion, ticketVersion int
}

var errConflict = errors.New("a precondition failed")

// read reads the slot, and as much more as the flags say.
func (m *model) read(pool string, id TicketID, ticket, room bool) reading {
	var r reading
	if slot := m.slots[pool]; slot.version > 0 {
		r.Slot, r.slotVersion = &slot.value, slot.version
	}
	if !ticket {
		return r
	}
	r.TicketRead = true
	if t := m.tickets[id]; t.version > 0 {
		r.Ticket, r.ticketVersion = &t.value, t.version
	}
	if room && r.Ticket != nil {
		r.RoomRead = true
		if got := m.rooms[r.Ticket.RoomID]; got.version > 0 {
			r.Room = &got.value
		}
	}
	return r
}

// commit applies all of p's writes or none.
func (m *model) commit(pool string, id TicketID, r reading, p Plan) error {
	switch {
	case p.SlotWrite != Keep && m.slots[pool].version != r.slotVersion,
		p.Ticket != nil && m.tickets[id].version != r.ticketVersion,
		p.CreateRoom != nil && m.rooms[p.CreateRoom.ID].version != 0,
		p.CloseRoom != "" && m.rooms[p.CloseRoom].version == 0:
		return errConflict
	}
	m.version++
	switch p.SlotWrite {
	case Put:
		m.slots[pool] = versioned[Slot]{p.Slot, m.version}
	case Delete:
		delete(m.slots, pool)
	case Keep:
	}
	if p.Ticket != nil {
		m.tickets[id] = versioned[Ticket]{*p.Ticket, m.version}
	}
	switch p.OtherWrite {
	case Put:
		m.tickets[p.OtherTicket] = versioned[Ticket]{p.Other, m.version}
	case Delete:
		delete(m.tickets, p.OtherTicket)
	case Keep:
	}
	if p.CreateRoom != nil {
		m.rooms[p.CreateRoom.ID] = versioned[Room]{*p.CreateRoom, m.version}
		m.made = append(m.made, *p.CreateRoom)
	}
	if p.CloseRoom != "" {
		room := m.rooms[p.CloseRoom].value
		room.Closed = true
		m.rooms[p.CloseRoom] = versioned[Room]{room, m.version}
	}
	return nil
}

// call is one client's call, made in steps: each step reads, or commits what the last one decided.
type call struct {
	model   *model
	pool    string
	id      TicketID
	decide  func(View) Plan
	ticket  bool // read the ticket too
	room    bool // and its room
	reading reading
	plan    *Plan // decided, not committed
}

func (m *model) ask(r Request, now time.Time, fresh protocol.RoomID, l Limits) *call {
	return &call{
		model: m, pool: r.Pool, id: r.TicketID(),
		decide: func(v View) Plan { return Ask(r, v, now, fresh, l) },
	}
}

func (m *model) cancel(c Cancelled, now time.Time, l Limits) *call {
	return &call{
		model: m, pool: c.Pool, id: c.TicketID(),
		decide: func(v View) Plan { return Cancel(c, v, now, l) },
	}
}

// step does the next read or commit and tells whether the call is over.
func (c *call) step() (done bool) {
	if c.plan != nil {
		if !c.plan.Writes() {
			return true
		}
		if c.model.commit(c.pool, c.id, c.reading, *c.plan) == nil {
			return true
		}
		c.plan, c.ticket = nil, true
		return false
	}
	c.reading = c.model.read(c.pool, c.id, c.ticket, c.room)
	p := c.decide(c.reading.View)
	switch p.Read {
	case ReadTicket:
		c.ticket = true
	case ReadRoom:
		c.ticket, c.room = true, true
	case ReadNothing:
		c.plan = &p
		return !p.Writes()
	}
	return false
}

// finish does all the steps.
func (c *call) finish() Plan {
	for !c.step() {
	}
	return *c.plan
}

// roomNumber is the nth room id of a test.
func roomNumber(n int) protocol.RoomID {
	id, err := protocol.NewRoomID(newStream(fmt.Sprint("room", n)))
	if err != nil {
		panic(err)
	}
	return id
}

func requestNumber(n int) protocol.RequestID {
	id, err := protocol.NewRequestID(newStream(fmt.Sprint("request", n)))
	if err != nil {
		panic(err)
	}
	return id
}

// keyOf is the key that uid sends with its nth request.
func keyOf(uid string, n int) protocol.Key { return sha256.Sum256(fmt.Append(nil, uid, n)) }

// stream is as random as its seed: enough to tell ids apart.
type stream struct{ state [32]byte }

func newStream(seed string) *stream { return &stream{sha256.Sum256([]byte(seed))} }

func (s *stream) Read(p []byte) (int, error) {
	n := copy(p, s.state[:])
	s.state = sha256.Sum256(s.state[:])
	return n, nil
}
