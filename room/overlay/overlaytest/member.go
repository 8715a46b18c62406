package overlaytest

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// Member is one of a [World], and does for its node what a program would.
type Member struct {
	Node *overlay.Node
	Peer overlay.Peer
	// Heard is what was delivered of events, and when and in how many hops it came first. Times is how often.
	Heard map[overlay.ID]Arrival
	// Lies replaces what the member sends; nil for an honest one.
	Lies func(to *Member, f protocol.OverlayFrame) []protocol.OverlayFrame
	// Withholds: the member announces and does not deliver.
	Withholds bool
	// Trace is what the node was given and what came of it; nil unless Options.Traced has the member.
	Trace *Trace

	world    *World
	number   uint64
	alive    bool
	entering bool // calling through the store, without links
	links    map[*Member]*wire
	tickAt   time.Time
	said     uint64
}

// Arrival tells how an event came to a member.
type Arrival struct {
	At    time.Time
	Hops  int
	Times int
}

// wire is one direction of a link: when the last frame on it arrives.
type wire struct{ last time.Time }

// Join adds a member. Its first link is to contact, through the store; nil: it waits for others.
func (w *World) Join(contact *Member) *Member {
	m := &Member{
		world: w, number: uint64(len(w.Members)), alive: true, links: map[*Member]*wire{}, Heard: map[overlay.ID]Arrival{},
	}
	m.Peer = overlay.Peer(hash("member", m.number, w.opts.Seed))
	random := rand.New(rand.NewPCG(w.opts.Seed, m.number+2))
	if slices.Contains(w.opts.Traced, len(w.Members)) {
		m.Trace, m.Node = NewTrace(m.Peer, random, w.now)
	} else {
		m.Node = overlay.New(overlay.Config{Self: m.Peer, Now: w.now, Random: random})
	}
	w.Members = append(w.Members, m)
	w.byPeer[m.Peer] = m
	m.schedule()
	if contact != nil {
		m.enter(contact)
	}
	return m
}

// Say broadcasts an event.
func (m *Member) Say() overlay.ID {
	m.said++
	id := overlay.ID(hash("event", m.number, m.said))
	m.Tell(id)
	return id
}

// Tell broadcasts an event that has a name already.
func (m *Member) Tell(id overlay.ID) {
	item := overlay.Item{ID: id, Author: m.Peer}
	m.world.items[id] = item
	m.Heard[id] = Arrival{At: m.world.now, Times: 1}
	m.input(Input{Do: Broadcast, Item: item})
}

// SetDoor lets the member say that it is a door, or is none.
func (m *Member) SetDoor(door bool) {
	m.input(Input{Do: SetDoor, Door: door})
}

// Refuse lets the member find that a neighbour has sent it what is forged.
func (m *Member) Refuse(other *Member) { m.input(Input{Do: Refused, Peer: other.Peer}) }

// Crash ends a member without a word; its neighbours notice after a while.
func (m *Member) Crash() {
	m.alive = false
	for _, other := range m.linkedTo() {
		m.world.Cut(m, other)
	}
}

// Leave says goodbye, and is gone a second later.
func (m *Member) Leave() {
	m.input(Input{Do: Leave})
	m.world.After(time.Second, m.Crash)
}

// Alive tells whether the member has neither crashed nor left.
func (m *Member) Alive() bool { return m.alive }

// linkedTo are the other ends of its links, in the order in which they joined.
func (m *Member) linkedTo() []*Member {
	var others []*Member
	for other := range m.links {
		others = append(others, other)
	}
	slices.SortFunc(others, func(a, b *Member) int { return cmp.Compare(a.number, b.number) })
	return others
}

// input gives the node something, after the time, and does what it asks for.
func (m *Member) input(in Input) {
	if !m.alive {
		return
	}
	for _, a := range m.give(in) {
		m.perform(a)
	}
	m.schedule()
}

func (m *Member) give(in Input) []overlay.Action {
	if m.Trace != nil {
		return m.Trace.Give(m.Node, m.world.now, in)
	}
	return in.Give(m.Node, m.world.now)
}

// schedule sees to it that the node ticks when it wants to.
func (m *Member) schedule() {
	next := m.Node.Next()
	if !m.tickAt.IsZero() && !next.Before(m.tickAt) {
		return
	}
	m.tickAt = next
	m.world.After(next.Sub(m.world.now), func() {
		if m.tickAt.Equal(next) {
			m.tickAt = time.Time{}
			m.input(Input{})
		}
	})
}

func (m *Member) perform(action overlay.Action) {
	w := m.world
	switch a := action.(type) {
	case overlay.Send:
		m.transmit(w.byPeer[a.Peer], a.Frame)
	case overlay.Push:
		m.push(w.byPeer[a.Peer], a)
	case overlay.Deliver:
		m.take(a)
	case overlay.Announce:
		p := &protocol.Presence{Member: m.Peer, Counter: a.Counter, Stay: a.Stay}
		item := overlay.Item{ID: hash("presence", m.number, a.Counter), Author: m.Peer, Presence: p}
		w.items[item.ID] = item
		m.input(Input{Do: Broadcast, Item: item})
	case overlay.Alone:
		m.enter(m)
	case overlay.Connect:
		m.call(w.byPeer[a.Peer], a)
	case overlay.Disconnect:
		m.hangUp(w.byPeer[a.Peer], a.Reason)
	case overlay.Introduced:
		m.introduced(w.byPeer[a.From], a)
	}
}

func (m *Member) take(a overlay.Deliver) {
	if a.Item.Presence != nil {
		return
	}
	arrival, known := m.Heard[a.Item.ID]
	if !known {
		arrival = Arrival{At: m.world.now, Hops: a.Hops}
	}
	arrival.Times++
	m.Heard[a.Item.ID] = arrival
	if m.world.Delivered != nil {
		m.world.Delivered(m, a.Item)
	}
}

// hash makes ids of numbers.
func hash(what string, a, b uint64) [32]byte {
	in := binary.BigEndian.AppendUint64([]byte(what), a)
	return sha256.Sum256(binary.BigEndian.AppendUint64(in, b))
}
