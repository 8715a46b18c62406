package member

import "github.com/parley-chat/parley/protocol"

// refusersNeeded is how many members other than the founder have to say that this one was removed, if it is in by what
// it knows itself: one may lie.
const refusersNeeded = 2

// bye takes a neighbour's last word (SPEC R9).
func (m *Member) bye(l *link, reason protocol.ByeReason) {
	m.dismiss(l)
	var end EndReason
	switch reason {
	case protocol.ByFull:
		end = EndFull
	case protocol.ByLocked:
		end = EndLocked
	case protocol.ByRemoved:
		end = EndRemoved
		if len(m.refusers) < refusersNeeded {
			m.refusers[l.peer] = true
		}
	case protocol.BySpare:
	}
	if end != "" && m.believes(l, reason) {
		m.end(end)
	}
}

// believes tells whether a refusal is the end: of who knows nothing of the room yet, that of anybody; of who comes
// back, that of the first member which this one has called; of who was in, that of the founder, who alone removes, or
// of some others when nobody is left.
func (m *Member) believes(l *link, reason protocol.ByeReason) bool {
	switch {
	case m.isFounder():
		return false
	case m.history == nil, l.Caller && (!m.met || !m.isIn()):
		return true
	case reason != protocol.ByRemoved:
		return false
	}
	return l.peer == m.history.Founder() || len(m.links) == 0 && len(m.refusers) >= refusersNeeded
}
