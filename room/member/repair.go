package member

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/internal/allowance"
)

const (
	// summaryEvery is how often a neighbour is told what is here because it lacks nothing of that.
	summaryEvery = 2 * time.Second
	// askedFor is how long after a summary, or a frame of its answer, further ones count as asked for.
	askedFor = 30 * time.Second
	// shareAfter is how long after a repair has brought something others are told.
	shareAfter = time.Second
	// What a neighbour may ask (SPEC R6).
	asksPerSecond = 2
	asksAtOnce    = 20
	// bodiesAgain is the first pause before a neighbour is asked again for bodies that it may have got meanwhile; it
	// doubles up to bodiesAgainMost.
	bodiesAgain     = 25 * time.Second
	bodiesAgainMost = time.Hour
	// maxSummaryTips keeps a frame of a summary below its bound.
	maxSummaryTips = 400
)

// repair is what two neighbours have come to in comparing.
type repair struct {
	allowance allowance.Bucket
	asked     time.Time // the last summary to the neighbour, or frame of its answer
	told      time.Time // the last summary to the neighbour
	came      time.Time // the last frame of events
	theirs    []protocol.ChainSummary
	// wanted and lacking are what the neighbour gets, wanted first; bulk is how many frames are under way.
	wanted, lacking []protocol.EventID
	bulk            int
	// again: it was compared while lacking was sent.
	again bool
	// done: what the neighbour had was fetched once. From bodiesAt on it is asked again for bodies.
	done        bool
	bodiesAt    time.Time
	bodiesPause time.Duration
}

// mayAsk takes a question off what a neighbour may ask.
func (m *Member) mayAsk(l *link) bool {
	return m.history != nil && l.repair.allowance.Spend(1, asksPerSecond, asksAtOnce, m.now)
}

// asked tells whether what a neighbour sends was asked for.
func (m *Member) asked(l *link) bool {
	return !l.repair.asked.IsZero() && m.now.Sub(l.repair.asked) < askedFor
}

// compare begins a repair (SPEC R5).
func (m *Member) compare(l *link) {
	if m.history == nil {
		l.repair.asked = m.now
		m.do(Send{Peer: l.peer, Frame: protocol.RoomSummary{}})
		return
	}
	m.do(Send{Peer: l.peer, Frame: protocol.RoomHave{Digest: m.history.Digest()}})
}

// compareAgain compares with a neighbour now and then, and with all others when there is news.
func (m *Member) compareAgain() {
	if due(&m.shareAt, m.now) {
		for _, l := range m.links {
			if l.peer != m.shareNot && l.greeted {
				m.compare(l)
			}
		}
	}
	if due(&m.haveAt, m.now) {
		m.haveAt = m.now.Add(m.spread(haveEvery))
		if len(m.links) > 0 {
			if l := m.links[m.config.Chance.IntN(len(m.links))]; l.greeted {
				m.compare(l)
			}
		}
	}
}

// have takes what a neighbour has, in short.
func (m *Member) have(l *link, f protocol.RoomHave) {
	if !m.mayAsk(l) {
		return
	}
	if f.Digest == m.history.Digest() {
		m.caughtUp(l)
		return
	}
	m.summarise(l)
}

// summarise tells what is here.
func (m *Member) summarise(l *link) {
	l.repair.asked, l.repair.told = m.now, m.now
	chains := m.history.Summary()
	chains = chains[:min(len(chains), protocol.MaxRoomChains)]
	for {
		n, tips := 0, 0
		for n < min(len(chains), protocol.MaxSummaryChains) && tips+len(chains[n].Tips) <= maxSummaryTips {
			tips += len(chains[n].Tips)
			n++
		}
		f := protocol.RoomSummary{Chains: chains[:n], More: n < len(chains)}
		m.do(Send{Peer: l.peer, Frame: f})
		if chains = chains[n:]; !f.More {
			return
		}
	}
}

// summary takes what a neighbour has, and sends what it lacks.
func (m *Member) summary(l *link, f protocol.RoomSummary) {
	r := &l.repair
	if r.theirs == nil && !m.mayAsk(l) {
		return
	}
	r.theirs = append(r.theirs, f.Chains...)
	if len(r.theirs) > protocol.MaxRoomChains {
		r.theirs = nil
		return
	}
	if f.More {
		if r.theirs == nil {
			r.theirs = []protocol.ChainSummary{}
		}
		return
	}
	theirs := r.theirs
	r.theirs = nil
	if m.history == nil {
		return
	}
	if len(r.lacking) > 0 {
		r.again = true
	} else {
		r.lacking = m.history.Lacking(theirs)
		m.pump(l)
	}
	switch {
	case !m.lacks(theirs):
		m.caughtUp(l)
	case m.now.Sub(r.told) >= summaryEvery || r.told.IsZero():
		m.summarise(l)
	}
}

// lacks tells whether somebody else's summary has something that is not here.
func (m *Member) lacks(theirs []protocol.ChainSummary) bool {
	return slices.ContainsFunc(theirs, func(c protocol.ChainSummary) bool {
		return slices.ContainsFunc(c.Tips, func(tip protocol.ChainTip) bool {
			return !m.history.Has(tip.ID) && !m.history.Waits(tip.ID)
		})
	})
}

// events takes what a neighbour sends: its answer, or what nobody has asked for.
func (m *Member) events(l *link, f protocol.RoomEvents) {
	asked := m.asked(l)
	l.repair.came = m.now
	if asked && f.More {
		l.repair.asked = m.now
	}
	if m.history == nil && !m.begin(f.Events[0]) {
		return
	}
	before := m.history.Len()
	for _, data := range f.Events {
		e, id, ok := m.parse(l, data)
		if !ok {
			return
		}
		if asked || m.wants.asked(id) || m.history.Has(id) || m.pace.Take(e.Author, m.now) {
			m.add(l, e, id)
		}
		if m.over || m.link(l.peer) != l {
			return
		}
	}
	if m.history.Len() > before {
		sooner(&m.shareAt, m.now.Add(shareAfter))
		m.shareNot = l.peer
	}
	if !f.More {
		m.caughtUp(l)
	}
}

// caughtUp is called when what a neighbour had is here. Then it is asked for the bodies that are not (SPEC R6).
func (m *Member) caughtUp(l *link) {
	if m.history == nil || !m.isIn() {
		return
	}
	if !m.synced {
		m.sync()
	}
	r := &l.repair
	if r.done && m.now.Before(r.bodiesAt) {
		return
	}
	r.done = true
	r.bodiesPause = min(max(2*r.bodiesPause, bodiesAgain), bodiesAgainMost)
	r.bodiesAt = m.now.Add(r.bodiesPause)
	if ids := m.history.Bodiless(m.self, protocol.MaxIDs); len(ids) > 0 {
		m.do(Send{Peer: l.peer, Frame: protocol.RoomWant{IDs: ids}})
	}
}
