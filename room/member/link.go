package member

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/internal/allowance"
)

// Link is what the caller knows of a link when both hellos were said.
type Link struct {
	// Theirs is the other's hello.
	Theirs protocol.RoomHello
	// Caller is set on the side that made the offer.
	Caller bool
	// Key is the other's in this link: that of its presence in this stay.
	Key protocol.Key
	// Code is where the link was made through the store; zero for one by introduction.
	Code protocol.RoomSecret
}

// link is a neighbour, or somebody who may become one.
type link struct {
	Link

	peer  Peer
	since time.Time
	heard time.Time // the last frame
	// greeted: it is compared with. It is as soon as this member knows a room.
	greeted bool
	// joined: the overlay knows of it. It does when the other is a member, as far as is known here.
	joined bool
	// frames are those that who has not joined may send.
	frames allowance.Bucket
	// waited: neither side knew of a room when it began.
	waited bool
	// letIn: it was looked whether the neighbour is to be let in.
	letIn bool
	// epoch is the last that was told to the neighbour.
	epoch  uint64
	repair repair
	tells  tells
}

const (
	// newNeighbourFor is how long who said the root may be no member, as far as is known here (SPEC R4).
	newNeighbourFor = 10 * time.Second
	// maxStrangers is how many such links there may be, and strangersFrames what may be sent over one.
	maxStrangers    = 16
	strangersFrames = 1000
)

func (m *Member) link(peer Peer) *link {
	i := slices.IndexFunc(m.links, func(l *link) bool { return l.peer == peer })
	if i < 0 {
		return nil
	}
	return m.links[i]
}

// Hello is what to say over a new link.
func (m *Member) Hello() protocol.RoomHello {
	hello := protocol.RoomHello{Name: m.config.Name}
	if m.isIn() {
		hello.Root = m.root
	}
	return hello
}

// Accepts tells whether a link that somebody begins is welcome. Urgent is a caller's through the store, who has hardly
// any other.
func (m *Member) Accepts(peer Peer, urgent bool) bool {
	return !m.over && !m.isRemoved(peer) && m.node.Accepts(peer, urgent)
}

// Replaces tells whether a further link with a neighbour takes the place of the one that there is, so that both sides
// keep the same one: the caller closes the other one with a bye of the reason spare and without a word to the member,
// and says Linked for this one if it is kept.
func (m *Member) Replaces(peer Peer, with Link) bool {
	old := m.link(peer)
	if old == nil || old.Key != with.Key || old.Caller == with.Caller {
		return true // the other has come back, or has lost the one that there was
	}
	lesser := slices.Compare(m.self[:], peer[:]) < 0
	return with.Caller == lesser
}

// Linked takes a link to somebody who has proved who they are and said hello. A further one to the same peer takes the
// place of the first, see [Member.Replaces].
func (m *Member) Linked(peer Peer, with Link) []Action {
	if m.over || peer == m.self {
		return nil
	}
	if m.link(peer) != nil {
		m.drop(peer)
		m.node.Replaced(peer)
	}
	if m.differs(with.Theirs.Root) {
		m.turnAway(peer, protocol.BySpare)
		if with.Caller && !m.met {
			m.end(EndProtocolError)
		}
		return m.take()
	}
	if reason, refused := m.refuses(peer, with); refused {
		m.turnAway(peer, reason)
		return m.take()
	}
	if m.strangers() >= maxStrangers {
		m.turnAway(peer, protocol.BySpare)
		return m.take()
	}
	l := &link{Link: with, peer: peer, since: m.now, heard: m.now}
	l.repair.allowance = allowance.New(asksAtOnce, m.now)
	l.frames = allowance.New(strangersFrames, m.now)
	m.links = append(m.links, l)
	m.meet(l)
	return m.take()
}

// strangers is how many links are not the overlay's.
func (m *Member) strangers() int {
	n := 0
	for _, l := range m.links {
		if !l.joined {
			n++
		}
	}
	return n
}

// differs tells whether a root is another one than that which this member goes by.
func (m *Member) differs(root protocol.EventID) bool {
	joined := slices.ContainsFunc(m.links, func(l *link) bool { return l.joined })
	return root != (protocol.EventID{}) && root != m.root && (m.history != nil || joined)
}

// turnAway ends what has hardly begun.
func (m *Member) turnAway(peer Peer, reason protocol.ByeReason) {
	m.do(Disconnect{Peer: peer, Reason: reason})
	m.perform(m.node.Failed(peer))
}

// Unlinked takes the end of a link that this side did not ask for, without a bye: a bye goes to [Member.Received].
func (m *Member) Unlinked(peer Peer) []Action {
	m.unlink(peer)
	return m.take()
}

func (m *Member) unlink(peer Peer) {
	if m.over || m.link(peer) == nil {
		return
	}
	m.drop(peer)
	m.perform(m.node.Lost(peer))
	m.people = true
}

// drop forgets a link.
func (m *Member) drop(peer Peer) {
	m.links = slices.DeleteFunc(m.links, func(l *link) bool { return l.peer == peer })
}

// dismiss ends a link for a reason that is not the overlay's, and nobody's fault.
func (m *Member) dismiss(l *link) {
	m.do(Disconnect{Peer: l.peer, Reason: protocol.BySpare})
	m.unlink(l.peer)
}

// Failed takes the end of an attempt to connect, whoever began it.
func (m *Member) Failed(peer Peer) []Action {
	if !m.over {
		m.perform(m.node.Failed(peer))
	}
	return m.take()
}

// Introduce sends an offer or an answer, sealed, to a member over the links that there are (SPEC O8).
func (m *Member) Introduce(peer Peer, step protocol.Step, link protocol.RoomID, sealed []byte) []Action {
	if !m.over {
		m.perform(m.node.Introduce(peer, step, link, sealed))
	}
	return m.take()
}

// Alone takes it that there are no doors in the store, or that none has answered (SPEC R3): this member becomes one.
func (m *Member) Alone() []Action {
	if !m.over && len(m.links) == 0 {
		m.becomeDoor()
	}
	return m.take()
}

// Leave says goodbye and ends all links; nothing comes after it (SPEC R9).
func (m *Member) Leave() []Action {
	if m.over {
		return nil
	}
	m.closeDoors()
	m.perform(m.node.Leave())
	for _, l := range m.links {
		m.do(Disconnect{Peer: l.peer})
	}
	out := m.take()
	m.over, m.links = true, nil
	return out
}
