package member

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/timeline"
)

// quietFor is how long nothing has come from a neighbour that has nothing more to send.
const quietFor = 2 * time.Second

// create makes a new room, whose founder this member is (SPEC R1).
func (m *Member) create(settings protocol.RoomSettings) error {
	h, _, err := m.writer.Begin(settings, m.now)
	if err != nil {
		return err
	}
	m.enter(h)
	m.in, m.synced = true, true
	m.took = append(m.took, m.root)
	m.drawn = append(m.drawn, m.root)
	if m.config.Name != "" {
		_, err = m.write(protocol.EventAdmission, protocol.Admission{Member: m.self, Name: m.config.Name})
	}
	return err
}

// enter has a room's history from now on.
func (m *Member) enter(h *history.History) {
	m.root, m.history, m.timeline = h.Root(), h, timeline.New(h)
	m.in = m.isIn()
}

// restore goes on with what was kept.
func (m *Member) restore(kept Kept) error {
	if len(kept.Events) == 0 {
		return ErrKept
	}
	first := kept.Events[0]
	e, id, err := protocol.ParseEvent(protocol.EventID{}, first.Event)
	if err != nil {
		return ErrKept
	}
	h, err := history.New(e, id, first.Arrived)
	if err != nil {
		return ErrKept
	}
	for _, one := range kept.Events[1:] {
		if e, id, err := parseEvent(h.Root(), one.Event); err == nil {
			_, _ = h.Add(e, id, one.Arrived) // what does not belong there is left out
		}
	}
	m.enter(h)
	h.Forgotten()
	m.expire() // what is over by now is not shown first
	if kept.N > 0 {
		m.writer.Resume(kept.Chain, kept.N)
	}
	m.epochs.candidates = append(m.epochs.candidates, kept.Codes...)
	m.checkEpochs()
	return nil
}

// begin has the room's first event, which a neighbour has sent to who knows of none, or knows its name only.
func (m *Member) begin(data []byte) bool {
	e, id, err := protocol.ParseEvent(protocol.EventID{}, data)
	if err != nil || m.root != id && m.root != (protocol.EventID{}) {
		return false
	}
	h, err := history.New(e, id, m.now)
	if err != nil {
		return false
	}
	m.enter(h)
	m.took, m.drawn = append(m.took, id), append(m.drawn, id)
	m.joinAll()
	return true
}

// meet goes on with somebody who has said hello (SPEC R4). Two who know of no room wait until one of them does.
func (m *Member) meet(l *link) {
	none := protocol.EventID{}
	if m.history == nil && l.Theirs.Root != none {
		m.root = l.Theirs.Root
	}
	m.people = true
	if l.waited = m.root == none; l.waited {
		m.compare(l)
		m.becomeDoor() // it is still to be found by who knows more, and looks for them
		return
	}
	m.joinAll()
}

// joinAll goes on with all links, once a room is known: each is compared with, and the overlay knows of those that are
// members.
func (m *Member) joinAll() {
	for _, l := range m.neighbours() {
		if m.link(l.peer) != l || l.waited && m.history == nil {
			continue
		}
		m.letIn(l)
		if !l.greeted {
			m.greet(l)
		}
		if !l.joined && m.mayBeMember(l.peer) {
			m.join(l)
		}
	}
}

// greet begins to compare.
func (m *Member) greet(l *link) {
	l.greeted = true
	if l.waited { // it hears first of what room that is
		l.repair.lacking = m.history.Lacking(nil)
		m.pump(l)
	}
	m.compare(l)
}

// join makes a link one of the overlay's.
func (m *Member) join(l *link) {
	l.joined = true
	m.perform(m.node.Connected(l.peer))
	if m.link(l.peer) == l {
		m.tellEpoch(l)
		m.mustTell(l)
	}
}

// neighbours are the links, for going through while some end.
func (m *Member) neighbours() []*link { return slices.Clone(m.links) }

// refuses tells whether somebody may not come in, and why (SPEC R4, R10).
func (m *Member) refuses(peer Peer, with Link) (protocol.ByeReason, bool) {
	if m.history == nil {
		return "", false
	}
	_, here := m.stays.of(peer)
	switch {
	case m.isRemoved(peer):
		return protocol.ByRemoved, true
	case !here && m.hereCount() >= m.config.Limit:
		return protocol.ByFull, true
	case m.history.Member(peer) || with.Theirs.Root == m.root:
		return "", false
	case m.isIn() && !m.mayLetIn() || m.epochs.isOld(with.Code):
		return protocol.ByLocked, true
	}
	return "", false
}

// mayLetIn is SPEC E9; and nobody new comes into a locked room, though the founder's admission would count.
func (m *Member) mayLetIn() bool {
	settings := m.Settings()
	return m.isIn() && !settings.Locked && (m.isFounder() || settings.Invite == protocol.InviteAll)
}

// letIn lets in who has come without knowing the room, unless they are in under the same name.
func (m *Member) letIn(l *link) {
	if m.history == nil || l.Theirs.Root != (protocol.EventID{}) || l.letIn || !m.mayLetIn() ||
		m.epochs.isOld(l.Code) && !m.history.Member(l.peer) {
		return
	}
	l.letIn = true
	if m.history.Member(l.peer) && (l.Theirs.Name == "" || l.Theirs.Name == m.nameOf(l.peer)) {
		return
	}
	// It may, and the name fits.
	_, _ = m.write(protocol.EventAdmission, protocol.Admission{Member: l.peer, Name: l.Theirs.Name})
}

func (m *Member) nameOf(peer Peer) string {
	for _, one := range m.history.Members() {
		if one.ID == peer {
			return one.Name
		}
	}
	return ""
}

// checkNeighbours sees to links that wait for something.
func (m *Member) checkNeighbours() {
	for _, l := range m.neighbours() {
		old, quiet := m.now.Sub(l.since) >= newNeighbourFor, m.now.Sub(l.repair.came) >= quietFor
		switch {
		case m.link(l.peer) != l:
		case !l.greeted: // it knows no room either
		case m.history == nil:
			if old && quiet {
				m.dismiss(l) // it knows the room, and does not say
			}
		case m.history.Member(l.peer):
			m.tellEpoch(l)
		default:
			m.letIn(l)
			if old && quiet && m.in && m.synced && !m.history.Member(l.peer) {
				m.expel(l.peer)
				m.do(Disconnect{Peer: l.peer, Reason: protocol.ByLocked})
			}
		}
		if !l.repair.done && quiet && m.now.Sub(l.since) >= newNeighbourFor/2 {
			m.caughtUp(l)
		}
	}
}
