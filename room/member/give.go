package member

import (
	"encoding/base64"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// MaxBulk is how many bulk frames are under way to one neighbour at a time.
const MaxBulk = 4

const (
	// maxWanted is how many events a neighbour may have asked for by name at a time.
	maxWanted = 1024
	// eventsFrameBytes is what a frame has for events, with quotes and commas.
	eventsFrameBytes = protocol.MaxFrameBytes - 64
)

// Drained takes it that the bulk frames sent to a neighbour have left the channel's buffer.
func (m *Member) Drained(peer Peer) []Action {
	if l := m.link(peer); l != nil && !m.over {
		l.repair.bulk = 0
		m.pump(l)
	}
	return m.take()
}

// pump sends events as long as frames may be under way.
func (m *Member) pump(l *link) {
	r := &l.repair
	for r.bulk < MaxBulk && len(r.wanted)+len(r.lacking) > 0 {
		queue := &r.wanted
		if len(r.wanted) == 0 {
			queue = &r.lacking
		}
		var f protocol.RoomEvents
		f.Events, *queue = m.fill(*queue, l.peer)
		f.More = queue == &r.lacking && len(r.lacking) > 0
		if len(f.Events) > 0 {
			r.bulk++
			m.do(Send{Peer: l.peer, Frame: f, Bulk: true})
		}
	}
	if len(r.lacking) == 0 && r.again {
		r.again = false
		m.compare(l)
	}
}

// fill takes the events of a frame from a queue, as the neighbour may have them.
func (m *Member) fill(queue []protocol.EventID, to Peer) (events [][]byte, rest []protocol.EventID) {
	left := eventsFrameBytes
	for i, id := range queue {
		e, there := m.history.Give(id, to)
		if !there || m.history.Waits(id) && e.Kind.Rules() {
			continue // it may come after a removal of who asks, that is not here yet
		}
		data := e.Encode()
		left -= base64.RawURLEncoding.EncodedLen(len(data)) + len(`"",`)
		if left < 0 || len(events) == protocol.MaxFrameEvents {
			return events, queue[i:]
		}
		events = append(events, data)
	}
	return events, nil
}

// want takes a neighbour's question for events by name.
func (m *Member) want(l *link, f protocol.RoomWant) {
	if !m.mayAsk(l) {
		return
	}
	for _, id := range f.IDs {
		if len(l.repair.wanted) < maxWanted && !slices.Contains(l.repair.wanted, id) {
			l.repair.wanted = append(l.repair.wanted, id)
		}
	}
	m.pump(l)
}
