package member

import (
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// stays is who is here, as presences say, and the presences' bytes as long as others may ask for them.
type stays struct {
	here  map[Peer]protocol.Presence
	keys  map[protocol.Key]int // how many of here have it
	raw   map[protocol.GossipID]rawStay
	order []protocol.GossipID // of raw, the oldest first
}

type rawStay struct {
	bytes []byte
	at    time.Time
}

// maxRawStays bounds what is remembered of presences: more than a room says in the time for which they are asked for.
const maxRawStays = 16384

func newStays() stays {
	return stays{
		here: map[Peer]protocol.Presence{}, keys: map[protocol.Key]int{}, raw: map[protocol.GossipID]rawStay{},
	}
}

// of is somebody's presence; false if they are not here.
func (s *stays) of(peer Peer) (protocol.Presence, bool) {
	p, here := s.here[peer]
	return p, here
}

func (s *stays) set(p protocol.Presence) {
	s.remove(p.Member)
	s.here[p.Member] = p
	s.keys[p.Key]++
}

func (s *stays) remove(peer Peer) {
	p, here := s.here[peer]
	if !here {
		return
	}
	delete(s.here, peer)
	if s.keys[p.Key]--; s.keys[p.Key] == 0 {
		delete(s.keys, p.Key)
	}
}

func (s *stays) keep(id protocol.GossipID, bytes []byte, now time.Time) {
	if _, known := s.raw[id]; known {
		return
	}
	s.raw[id] = rawStay{bytes, now}
	if s.order = append(s.order, id); len(s.order) > maxRawStays {
		s.drop()
	}
}

func (s *stays) drop() {
	delete(s.raw, s.order[0])
	s.order = s.order[1:]
}

func (s *stays) forget(now time.Time) {
	for len(s.order) > 0 && now.Sub(s.raw[s.order[0]].at) >= overlay.RememberFor {
		s.drop()
	}
}

// announce signs the own presence (SPEC O2), as soon as a room is known.
func (m *Member) announce(a overlay.Announce) {
	if m.root == (protocol.EventID{}) {
		return
	}
	p := protocol.Presence{Member: m.self, Key: m.config.Key, Counter: a.Counter, Stay: a.Stay}
	raw := p.Sign(m.config.Private, m.root)
	id := p.ID(m.root)
	m.stays.keep(id, raw, m.now)
	m.perform(m.node.Broadcast(overlay.Item{ID: id, Author: m.self, Presence: &p}))
}

// presence takes one that a neighbour has passed on. What is said of somebody who is no member yet waits a while for
// the admission: anybody can make any number of keys.
func (m *Member) presence(l *link, raw []byte, hops int) {
	p, id, err := protocol.ParsePresence(raw, m.root)
	if err != nil {
		m.forged(l, err)
		return
	}
	if m.isRemoved(p.Member) {
		return
	}
	if !m.mayBeMember(p.Member) {
		m.waits.hold(p.Member, heldPresence{raw: raw, presence: p, id: id, from: l.peer, hops: hops, at: m.now})
		m.perform(m.node.Held(l.peer, id))
		return
	}
	m.stays.keep(id, raw, m.now)
	m.perform(m.node.Pushed(l.peer, overlay.Item{ID: id, Author: p.Member, Presence: &p}, hops))
}

// mayBeMember tells whether somebody is a member, or may be by what has not come yet.
func (m *Member) mayBeMember(peer Peer) bool { return !m.synced || m.history.Member(peer) }

// present takes it that the overlay has found a presence to be news.
func (m *Member) present(p protocol.Presence) {
	if p.Stay == protocol.StayLeaving {
		m.stays.remove(p.Member)
	} else {
		m.stays.set(p)
		m.arrived(p.Member)
	}
	m.people = true
}
