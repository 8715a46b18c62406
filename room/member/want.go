package member

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// wantAfter is how long a parent may take to come by itself, and wantAgain how long after it was asked for until
	// another neighbour is (SPEC R6).
	wantAfter = 500 * time.Millisecond
	wantAgain = 2 * time.Second
	// maxWantTries is how often an event is asked for; then it is left to the comparing.
	maxWantTries = 8
	maxWants     = 4096
)

// wants are the parents that are missing.
type wants struct {
	at  time.Time // when the first is due
	ids map[protocol.EventID]*missing
}

type missing struct {
	from  Peer // who brought the child, then who was asked last
	due   time.Time
	tries int
}

func newWants() wants { return wants{ids: map[protocol.EventID]*missing{}} }

// need takes note of a parent that is missing.
func (w *wants) need(id protocol.EventID, from Peer, now time.Time) {
	if w.ids[id] != nil || len(w.ids) >= maxWants {
		return
	}
	one := &missing{from: from, due: now.Add(wantAfter)}
	w.ids[id] = one
	sooner(&w.at, one.due)
}

// asked tells whether an event was asked for by name.
func (w *wants) asked(id protocol.EventID) bool { return w.ids[id] != nil && w.ids[id].tries > 0 }

// askForMissing asks for the parents that are due.
func (m *Member) askForMissing() {
	if !due(&m.wants.at, m.now) || m.history == nil {
		return
	}
	still := m.history.Missing()
	for id := range m.wants.ids {
		if _, found := slices.BinarySearchFunc(still, id, protocol.EventID.Compare); !found {
			delete(m.wants.ids, id)
		}
	}
	asks := map[Peer][]protocol.EventID{}
	for _, id := range still {
		one := m.wants.ids[id]
		if one == nil {
			continue
		}
		if !m.now.Before(one.due) {
			m.ask(id, one, asks)
		}
		if m.wants.ids[id] != nil {
			sooner(&m.wants.at, one.due)
		}
	}
	for _, l := range m.links {
		for ids := range slices.Chunk(asks[l.peer], protocol.MaxIDs) {
			m.do(Send{Peer: l.peer, Frame: protocol.RoomWant{IDs: ids}})
		}
	}
}

// ask chooses whom to ask for an event: who brought its child, then one neighbour after the other.
func (m *Member) ask(id protocol.EventID, one *missing, asks map[Peer][]protocol.EventID) {
	if one.tries == maxWantTries || len(m.links) == 0 {
		delete(m.wants.ids, id)
		return
	}
	at := slices.IndexFunc(m.links, func(l *link) bool { return l.peer == one.from })
	if at < 0 || one.tries > 0 {
		at = (at + 1) % len(m.links)
	}
	one.from, one.due = m.links[at].peer, m.now.Add(wantAgain)
	one.tries++
	asks[one.from] = append(asks[one.from], id)
}
