package member

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// typingEvery is how often one's own typing is told, and typingFor how long it holds (SPEC R7).
	typingEvery = 3 * time.Second
	typingFor   = 5 * time.Second
	// gotAfter is how long what came waits for more, until its author is told.
	gotAfter = 200 * time.Millisecond
	// maxReceipts is of how many members it is remembered what they got.
	maxReceipts = 1000
)

// receipts is who writes, who got what, and what others are to be told of it.
type receipts struct {
	at      time.Time // when neighbours are to be told what came
	typed   time.Time // the last time that typing was told
	typists []typist
	got     map[Peer]protocol.RoomGot // of the own chain
	seen    protocol.EventID          // the last entry that the person has read; zero for none
}

type typist struct {
	peer  Peer
	until time.Time
}

// tells is what a neighbour was told of its chain.
type tells struct {
	due  bool
	last protocol.RoomGot
}

func newReceipts() receipts { return receipts{got: map[Peer]protocol.RoomGot{}} }

// of tells who has an event of the own chain, and has read it.
func (r *receipts) of(chain protocol.ChainID, n uint64) []Receipt {
	var all []Receipt
	for peer, g := range r.got {
		if g.Chain == chain && g.N >= n {
			all = append(all, Receipt{Member: peer, Read: g.Read >= n})
		}
	}
	slices.SortFunc(all, func(a, b Receipt) int { return slices.Compare(a.Member[:], b.Member[:]) })
	return all
}

// typing tells the neighbours that the person is writing.
func (m *Member) typing() {
	r := &m.receipts
	if m.over || !m.config.Typing || !m.isIn() || !r.typed.IsZero() && m.now.Sub(r.typed) < typingEvery {
		return
	}
	r.typed = m.now
	for _, l := range m.links {
		if l.joined {
			m.do(Send{Peer: l.peer, Frame: protocol.RoomTyping{}})
		}
	}
}

// typist takes it that a neighbour's person is writing.
func (m *Member) typist(l *link) {
	if m.history == nil || !m.history.Member(l.peer) {
		return
	}
	i := slices.IndexFunc(m.receipts.typists, func(t typist) bool { return t.peer == l.peer })
	if i < 0 {
		i = len(m.receipts.typists)
		m.receipts.typists = append(m.receipts.typists, typist{peer: l.peer})
		m.do(Typists{})
	}
	m.receipts.typists[i].until = m.now.Add(typingFor)
}

// wrote takes it that something of a member has come: it has written, and is to be told that it is here.
func (m *Member) wrote(author Peer) {
	m.quiet(func(t typist) bool { return t.peer == author })
	if l := m.link(author); l != nil {
		m.mustTell(l)
	}
}

// checkTypists ends what holds no more.
func (m *Member) checkTypists() {
	m.quiet(func(t typist) bool { return !m.now.Before(t.until) || m.link(t.peer) == nil })
}

func (m *Member) quiet(which func(typist) bool) {
	before := len(m.receipts.typists)
	if m.receipts.typists = slices.DeleteFunc(m.receipts.typists, which); len(m.receipts.typists) < before {
		m.do(Typists{})
	}
}

// read remembers how far the person has read.
func (m *Member) read(id protocol.EventID) {
	if m.over || m.history == nil || !m.history.Has(id) {
		return
	}
	r := &m.receipts
	if r.seen != (protocol.EventID{}) && !m.history.Before(r.seen, id) {
		return
	}
	r.seen = id
	if m.config.Reading {
		for _, l := range m.links {
			m.mustTell(l)
		}
	}
}

func (m *Member) mustTell(l *link) {
	l.tells.due = true
	sooner(&m.receipts.at, m.now.Add(gotAfter))
}

// tellReceipts tells the neighbours what is here of theirs.
func (m *Member) tellReceipts() {
	if !due(&m.receipts.at, m.now) || m.history == nil {
		return
	}
	for _, l := range m.links {
		if !l.tells.due || !l.joined {
			continue
		}
		l.tells.due = false
		if got, said := m.gotOf(l.peer); said && got != l.tells.last {
			l.tells.last = got
			m.do(Send{Peer: l.peer, Frame: got})
		}
	}
}

// gotOf is what is here of somebody's last chain; false if that is nothing.
func (m *Member) gotOf(peer Peer) (protocol.RoomGot, bool) {
	id, said := m.history.Last(peer)
	if !said {
		return protocol.RoomGot{}, false
	}
	e, _ := m.history.Event(id)
	got := protocol.RoomGot{Chain: e.Chain, N: e.N}
	if m.config.Reading {
		got.Read = min(m.history.Upto(peer, e.Chain, m.receipts.seen), got.N)
	}
	return got, true
}

// got takes it that a neighbour has what was said here.
func (m *Member) got(l *link, f protocol.RoomGot) {
	chain, n := m.writer.Chain()
	if m.history == nil || f.Chain != chain || f.N > n || !m.history.Member(l.peer) {
		return
	}
	old, known := m.receipts.got[l.peer]
	if !known && len(m.receipts.got) >= maxReceipts {
		return
	}
	if old.Chain != f.Chain {
		old = protocol.RoomGot{Chain: f.Chain}
	}
	now := protocol.RoomGot{Chain: f.Chain, N: max(old.N, f.N), Read: max(old.Read, f.Read)}
	m.receipts.got[l.peer] = now
	m.drawReceipts(old.N, now.N)
	m.drawReceipts(old.Read, min(now.Read, old.N))
}

// drawReceipts draws own events anew: those after one number, to another one.
func (m *Member) drawReceipts(after, to uint64) {
	chain, _ := m.writer.Chain()
	for n := after + 1; n <= to; n++ {
		if id, there := m.history.Place(m.self, chain, n); there {
			m.drawn = append(m.drawn, id)
		}
	}
}
