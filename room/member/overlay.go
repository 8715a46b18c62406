package member

import (
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// perform does what the overlay asks for, or asks the caller for it.
func (m *Member) perform(actions []overlay.Action) {
	for _, action := range actions {
		switch a := action.(type) {
		case overlay.Send:
			m.do(Send{Peer: a.Peer, Frame: a.Frame})
		case overlay.Push:
			m.push(a)
		case overlay.Deliver:
			if a.Item.Presence != nil {
				m.present(*a.Item.Presence)
			}
		case overlay.Announce:
			m.announce(a)
		case overlay.Alone:
			m.do(Enter{})
		case overlay.Connect:
			m.connect(a)
		case overlay.Disconnect:
			m.disconnected(a)
		case overlay.Introduced:
			m.introduced(a)
		case overlay.Joined:
			m.people = true
		case overlay.Gone:
			m.stays.remove(a.Peer)
			m.people = true
		}
	}
}

// push sends an item: a presence as it came, an event as the neighbour may have it (SPEC E13).
func (m *Member) push(a overlay.Push) {
	if m.link(a.Peer) == nil {
		return
	}
	f := protocol.OverlayFrame{Kind: protocol.KindGossip, Hops: []int{a.Hops}}
	if stay, known := m.stays.raw[a.ID]; known {
		f.Presence = stay.bytes
	} else if m.history == nil {
		return
	} else if e, there := m.history.Give(protocol.EventID(a.ID), a.Peer); there {
		f.Event = e.Encode()
	} else {
		return
	}
	m.do(Send{Peer: a.Peer, Frame: f})
}

// connect calls somebody: through the store only doors, which alone are found there (SPEC R2).
func (m *Member) connect(a overlay.Connect) {
	stay, here := m.stays.of(a.Peer)
	byStore := a.ByStore && here && stay.Stay == protocol.StayDoor
	switch {
	case byStore, here && m.node.Reaches(a.Peer):
		m.do(Connect{Peer: a.Peer, Key: stay.Key, ByStore: byStore})
	case !here && m.node.Reaches(a.Peer) && len(m.waits.calls) < maxWaits:
		m.waits.calls[a.Peer] = m.now
	default:
		m.perform(m.node.Failed(a.Peer))
	}
}

// disconnected takes it that the overlay wants a link no more.
func (m *Member) disconnected(a overlay.Disconnect) {
	m.do(Disconnect{Peer: a.Peer, Reason: protocol.BySpare})
	m.drop(a.Peer)
	m.people = true
	switch a.Reason {
	case overlay.ReasonFlooded:
		m.do(Fault{Member: a.Peer, Kind: FaultFlooded, Rule: "O9"})
	case overlay.ReasonForged:
		m.do(Fault{Member: a.Peer, Kind: FaultForged, Rule: "O1"})
	case overlay.ReasonSpare:
	}
}

// introduced takes an introduction from a member; from others none is answered.
func (m *Member) introduced(a overlay.Introduced) {
	stay, here := m.stays.of(a.From)
	switch {
	case a.Step == protocol.StepOffer && (m.isRemoved(a.From) || !m.mayBeMember(a.From)):
		m.perform(m.node.Introduce(a.From, protocol.StepRefusal, a.Link, nil))
		m.perform(m.node.Failed(a.From))
	case here:
		m.do(Introduced{From: a.From, Key: stay.Key, Step: a.Step, Link: a.Link, Sealed: a.Sealed})
	case len(m.waits.offers) < maxWaits:
		m.waits.offers[a.From] = heldOffer{a, m.now}
	}
}

// Received takes a frame of a neighbour, read by [protocol.ParseRoomFrame]. A restart is the caller's own affair.
func (m *Member) Received(peer Peer, frame protocol.RoomFrame) []Action {
	l := m.link(peer)
	if m.over || l == nil {
		return m.take()
	}
	l.heard = m.now
	if f, is := frame.(protocol.Message); is {
		if f.Kind == protocol.KindBye {
			m.bye(l, f.Reason)
		}
		return m.take()
	}
	m.met = true
	delete(m.refusers, peer)
	if f, is := frame.(protocol.OverlayFrame); is {
		m.fromOverlay(l, f)
	} else if m.pays(l, frame) {
		m.fromRoom(l, frame)
	}
	return m.take()
}

func (m *Member) fromOverlay(l *link, f protocol.OverlayFrame) {
	switch {
	case !l.joined: // who is no member, as far as is known here, has no part in the overlay
		m.pays(l, f)
	case f.Kind != protocol.KindGossip:
		m.perform(m.node.Received(l.peer, f))
	case f.Presence != nil:
		m.presence(l, f.Presence, f.Hops[0])
	default:
		m.gossip(l, f.Event, f.Hops[0])
	}
}

func (m *Member) fromRoom(l *link, frame protocol.RoomFrame) {
	switch f := frame.(type) {
	case protocol.RoomHave:
		m.have(l, f)
	case protocol.RoomSummary:
		m.summary(l, f)
	case protocol.RoomEvents:
		m.events(l, f)
	case protocol.RoomWant:
		m.want(l, f)
	case protocol.RoomTyping:
		m.typist(l)
	case protocol.RoomGot:
		m.got(l, f)
	case protocol.RoomEpoch:
		m.epoch(l, f)
	}
}

// pays takes a frame off what the neighbour may send; one that carries events nobody asked for is as many as they are.
func (m *Member) pays(l *link, frame protocol.RoomFrame) bool {
	cost := 1
	if f, is := frame.(protocol.RoomEvents); is && !m.asked(l) {
		cost = len(f.Events)
	}
	if l.joined {
		m.perform(m.node.Charge(l.peer, cost))
	} else if !l.frames.Spend(float64(cost), 0, strangersFrames, m.now) {
		m.dismiss(l)
		m.do(Fault{Member: l.peer, Kind: FaultFlooded, Rule: "O9"})
	}
	return m.link(l.peer) == l
}
