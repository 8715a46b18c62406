package member

import (
	"slices"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/timeline"
)

// Person is somebody who is a member.
type Person struct {
	ID   Peer
	Name string // as the last admission says; may be empty
	// In is false for who was removed, or whose admission does not count any more.
	In bool
	// Here: their presence was heard, and is not over. Linked: there is a link to them. Door: see [OpenDoor].
	Here, Linked, Door bool
	Founder, Self      bool
	// Admission is the event that let them in; of the founder the root.
	Admission protocol.EventID
}

// Self is the own identity.
func (m *Member) Self() Peer { return m.self }

// Root is that of the room; zero while none is known.
func (m *Member) Root() protocol.EventID { return m.root }

// History is what was said; nil until the room's first event is here. It is to be read only.
func (m *Member) History() *history.History { return m.history }

// Timeline is what there is to see; nil as long as History is. It is to be read only.
func (m *Member) Timeline() *timeline.Timeline { return m.timeline }

// Chain is the chain that this member writes, and its last number: to be kept where the key is. See [Took].
func (m *Member) Chain() (protocol.ChainID, uint64) { return m.writer.Chain() }

// Event gives an event as it is to be kept, and when it came; false if it is not there.
func (m *Member) Event(id protocol.EventID) (KeptEvent, bool) {
	if m.history == nil {
		return KeptEvent{}, false
	}
	e, there := m.history.Event(id)
	return KeptEvent{Event: e.Encode(), Arrived: m.history.Arrived(id)}, there
}

// IsIn tells whether this member is let in, as far as it knows: only then can it say anything.
func (m *Member) IsIn() bool { return m.isIn() }

// Synced tells whether what was said before this member came is here, as far as its first neighbour had it.
func (m *Member) Synced() bool { return m.synced }

func (m *Member) isIn() bool { return m.history != nil && m.history.Member(m.self) }

// Settings are the room's; zero while none is known.
func (m *Member) Settings() protocol.RoomSettings {
	if m.history == nil {
		return protocol.RoomSettings{}
	}
	settings, _ := m.history.Settings()
	return settings
}

// People are the members, the founder first, then in the order in which they were let in. It takes time with their
// number.
func (m *Member) People() []Person {
	return slices.DeleteFunc(m.Everybody(), func(p Person) bool { return !p.In })
}

// Everybody are People and, in the same order, those who were members: something of theirs may still be shown.
func (m *Member) Everybody() []Person {
	if m.history == nil {
		return nil
	}
	var people []Person
	for _, one := range m.history.Members() {
		stay, here := m.stays.of(one.ID)
		p := Person{
			ID: one.ID, Name: one.Name, In: one.In, Here: here && one.In, Linked: m.link(one.ID) != nil,
			Door: stay.Stay == protocol.StayDoor, Founder: one.ID == m.history.Founder(), Self: one.ID == m.self,
			Admission: one.Admission,
		}
		if p.Self {
			p.Here, p.Door = true, m.doors.open
		}
		people = append(people, p)
	}
	return people
}

// Neighbours are the members that this one is linked to, in the order in which they came.
func (m *Member) Neighbours() []Peer { return m.node.Neighbours() }

// Mesh tells whether the room is small enough that everybody is linked to everybody.
func (m *Member) Mesh() bool { return m.node.Mesh() }

// Key is the key of somebody's presence; false if they are not here.
func (m *Member) Key(peer Peer) (protocol.Key, bool) {
	stay, here := m.stays.of(peer)
	return stay.Key, here
}

// Knows tells whether a key is in the presence of somebody who is here, or is the own one: a door that finds it in
// another's document need not call that one (SPEC R3).
func (m *Member) Knows(key protocol.Key) bool {
	return key == m.config.Key || m.stays.keys[key] > 0
}

// IsDoor tells whether this member is a door (SPEC R2): then the caller looks through the store's documents now and
// then, and calls those that came before it and whose keys [Member.Knows] does not know.
func (m *Member) IsDoor() bool { return m.doors.open }

// Code is where the room is found now, and Epoch how often it has moved.
func (m *Member) Code() protocol.RoomSecret { return m.epochs.code }

// Epoch is how often the room has moved to another code (SPEC R8).
func (m *Member) Epoch() uint64 { return m.epochs.now }

// Typists are the members who are writing, in the order in which they began.
func (m *Member) Typists() []Peer {
	var typing []Peer
	for _, t := range m.receipts.typists {
		typing = append(typing, t.peer)
	}
	return typing
}

// Receipt is that somebody has an event of this member, and whether they have read it, as far as they tell.
type Receipt struct {
	Member Peer
	Read   bool
}

// Receipts tells who is known to have an event of this member, ascending. Neighbours say so: in a room beyond ten that
// is not everybody.
func (m *Member) Receipts(id protocol.EventID) []Receipt {
	if m.history == nil {
		return nil
	}
	e, there := m.history.Event(id)
	if !there || e.Author != m.self {
		return nil
	}
	return m.receipts.of(e.Chain, e.N)
}

// hereCount is how many members there are in the room at this time, this one among them.
func (m *Member) hereCount() int {
	n := 1 + len(m.node.Members())
	for _, l := range m.links {
		if _, here := m.stays.of(l.peer); !here {
			n++
		}
	}
	return n
}

// isFounder tells whether this member began the room.
func (m *Member) isFounder() bool { return m.history != nil && m.history.Founder() == m.self }

// isRemoved tells whether somebody was removed, and not let in again since.
func (m *Member) isRemoved(peer Peer) bool { return m.history != nil && m.history.Removed(peer) }

// expire forgets what is over (SPEC E13).
func (m *Member) expire() {
	if m.timeline != nil {
		m.drawn = append(m.drawn, m.timeline.Expire(m.now)...)
		m.forgot = append(m.forgot, m.history.Forgotten()...)
	}
}
