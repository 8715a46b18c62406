package member

import (
	"errors"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/overlay"
)

// gossip takes an event that a neighbour has passed on. It is passed on from here once it is taken, so that nobody
// spreads what goes against a rule.
func (m *Member) gossip(l *link, data []byte, hops int) {
	if m.history == nil {
		return
	}
	e, id, ok := m.parse(l, data)
	if !ok {
		return
	}
	name := protocol.GossipID(id)
	switch {
	case m.history.Has(id):
		m.add(l, e, id)
		m.perform(m.node.Pushed(l.peer, overlay.Item{ID: name, Author: e.Author}, hops))
	case !m.pace.Take(e.Author, m.now): // it waits with its sender, and is repaired (SPEC E14)
		m.perform(m.node.Held(l.peer, name))
	default:
		if len(m.waits.events) < maxWaits {
			m.waits.events[id] = heldEvent{from: l.peer, hops: hops, at: m.now}
		}
		m.add(l, e, id)
		if m.history.Waits(id) {
			m.perform(m.node.Held(l.peer, name))
		}
	}
}

// parse reads an event of the room. Who brings one that is not signed well, or that everybody refuses by itself, is
// dropped; the author of the latter is at fault, too.
func (m *Member) parse(l *link, data []byte) (protocol.Event, protocol.EventID, bool) {
	e, id, err := parseEvent(m.root, data)
	if err == nil {
		return e, id, true
	}
	if fault, signed := errors.AsType[*protocol.FaultError](err); signed {
		m.history.Blame(fault)
		m.blame(history.Fault{Author: fault.Author, Rule: fault.Err.Rule, Event: fault.Event})
	}
	m.forged(l, err)
	return e, id, false
}

// parseEvent reads an event of a room, or its first one, which is signed for no room (SPEC E2).
func parseEvent(root protocol.EventID, data []byte) (protocol.Event, protocol.EventID, error) {
	if len(data) > 1 && protocol.EventKind(data[1]) == protocol.EventRoom {
		if e, id, err := protocol.ParseEvent(protocol.EventID{}, data); err == nil && id == root {
			return e, id, nil
		}
	}
	return protocol.ParseEvent(root, data)
}

// forged drops who brought what is not well made; not for what a later version may have.
func (m *Member) forged(l *link, err error) {
	if refused, is := errors.AsType[*protocol.ParseError](err); is && refused.Reason == protocol.UnsupportedVersion {
		return
	}
	m.perform(m.node.Refused(l.peer))
}

// add takes an event into the history, with all that comes of it.
func (m *Member) add(l *link, e protocol.Event, id protocol.EventID) {
	c, err := m.history.Add(e, id, m.now)
	m.show(c)
	m.follow(c)
	for _, missing := range c.Missing {
		m.wants.need(missing, l.peer, m.now)
	}
	if fault, is := errors.AsType[*protocol.FaultError](err); is {
		m.blame(history.Fault{Author: fault.Author, Rule: fault.Err.Rule, Event: fault.Event})
		if fault.Author == l.peer {
			m.perform(m.node.Refused(l.peer))
		}
	}
}

// blame tells a fault, once for each event.
func (m *Member) blame(f history.Fault) {
	kind := FaultMisplaced
	if f.Rule == "E12" {
		kind = FaultForked
	}
	m.do(Fault{Member: f.Author, Kind: kind, Rule: f.Rule})
}

// show shows a change of the history.
func (m *Member) show(c history.Change) {
	m.took = append(append(m.took, c.Taken...), c.Bodies...)
	m.drawn = append(m.drawn, m.timeline.Apply(c)...)
	m.forgot = append(m.forgot, m.history.Forgotten()...)
	for _, f := range c.Faults {
		m.blame(f)
	}
}

// follow does what a change of the history brings with it.
func (m *Member) follow(c history.Change) {
	rules := len(c.Silenced) > 0
	for _, id := range c.Taken {
		e, _ := m.history.Event(id)
		rules = rules || e.Kind == protocol.EventRemoval
		m.taken(e, id)
	}
	if rules {
		m.checkMembership()
		m.checkEpochs()
	}
	m.in = m.isIn()
}

// taken does what a new event brings with it.
func (m *Member) taken(e protocol.Event, id protocol.EventID) {
	m.wrote(e.Author)
	if e.Kind == protocol.EventAdmission {
		if a, err := protocol.ParseAdmission(e.Body); err == nil {
			m.people = true
			m.joinAll()
			m.admitted(a.Member)
		}
	}
	if held, gossiped := m.waits.events[id]; gossiped {
		delete(m.waits.events, id)
		item := overlay.Item{ID: protocol.GossipID(id), Author: e.Author}
		m.perform(m.node.Pushed(held.from, item, held.hops))
	}
}

// checkMembership ends what there is with those who are members no more, also with this one.
func (m *Member) checkMembership() {
	m.people = true
	if !m.isIn() {
		m.thrownOut()
		return
	}
	for _, l := range m.neighbours() {
		if m.isRemoved(l.peer) {
			m.expel(l.peer)
			m.do(Disconnect{Peer: l.peer, Reason: protocol.ByRemoved})
		}
	}
	if !m.synced {
		return
	}
	for _, peer := range m.node.Members() {
		if !m.history.Member(peer) {
			m.expel(peer)
		}
	}
}

// expel forgets somebody's presence and link.
func (m *Member) expel(peer Peer) {
	m.drop(peer)
	m.stays.remove(peer)
	m.perform(m.node.Expel(peer))
}

// thrownOut ends this member's part if it was removed. If it only has no say any more, since who let it in was removed,
// it enters anew, to be let in by somebody else.
func (m *Member) thrownOut() {
	if m.isRemoved(m.self) {
		m.end(EndRemoved)
		return
	}
	if !m.in {
		return
	}
	m.in = false
	for _, l := range m.neighbours() {
		m.dismiss(l)
	}
}
