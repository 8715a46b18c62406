package simulation

import (
	"maps"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

// join lets somebody in whom an honest member knows: a new one, or one who has lost everything.
func (w *world) join() {
	by := w.people[w.random.IntN(len(w.people))]
	if by.away || by.history == nil {
		return
	}
	for _, m := range w.people {
		if m.history == nil {
			w.welcome(by, m)
			return
		}
	}
	for _, v := range w.hostile {
		if v.history == nil && !v.stranger {
			w.welcome(by, v.member)
			return
		}
	}
	if len(w.people) < w.options.Members {
		m := w.newMember()
		m.honest = true
		if w.welcome(by, m) {
			w.people = append(w.people, m)
		}
	}
}

// welcome admits somebody unless they were before, and gives them the first event; the rest comes
// at once, or by comparing.
func (w *world) welcome(by, m *member) bool {
	if !by.history.Member(m.id) && !by.write(protocol.EventAdmission, protocol.Admission{Member: m.id}) {
		return false
	}
	h, err := history.New(w.first, w.root, w.now)
	if err != nil {
		return false
	}
	m.enter(h)
	m.part = by.part
	w.report.Joined++
	if w.random.IntN(4) > 0 {
		w.exchange(by, m)
	}
	return true
}

// crash takes everything from somebody but the key. What nobody else has is lost.
func (w *world) crash() {
	m := w.people[w.random.IntN(len(w.people))]
	if m == w.people[0] || m.history == nil {
		return
	}
	m.history, m.see = nil, nil
	m.writer = history.NewWriter(m.key, w.secret)
	before := len(w.said)
	maps.DeleteFunc(w.said, func(id protocol.EventID, _ struct{}) bool { return !w.known(id) })
	m.away = false
	w.report.Vanished += before - len(w.said)
	w.report.Crashed++
}

// known tells whether an honest member has an event.
func (w *world) known(id protocol.EventID) bool {
	for _, m := range w.people {
		if m.history != nil && m.history.Has(id) {
			return true
		}
	}
	return false
}

// leave lets somebody go for good, who has told another honest one all there was to tell.
func (w *world) leave() {
	i := w.random.IntN(len(w.people))
	m := w.people[i]
	if i == 0 || m.history == nil || len(w.people) < 3 || w.random.IntN(3) > 0 {
		return
	}
	for w.exchange(m, w.people[0]) || w.exchange(w.people[0], m) {
		continue // until neither lacks anything
	}
	w.people = append(w.people[:i:i], w.people[i+1:]...)
	w.report.Left++
}

// part lets the network fall into parts, or grow together.
func (w *world) part() {
	if w.parts = 1; w.random.IntN(2) == 0 {
		w.parts = 2 + w.random.IntN(2)
		w.report.Parted++
	}
}

// remove lets the founder remove somebody hostile who is known to be.
func (w *world) remove() {
	founder := w.people[0]
	for _, v := range w.hostile {
		if founder.history.Member(v.id) && len(founder.history.Faults(v.id)) > 0 {
			founder.write(protocol.EventRemoval, founder.history.Removal(v.id))
			v.removed = true
			w.report.Removed++
			return
		}
	}
}
