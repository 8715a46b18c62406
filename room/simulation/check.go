package simulation

import (
	"fmt"
	"reflect"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/timeline"
)

// gather lets the network be whole, everybody be awake, and all compare until nothing is new.
func (w *world) gather() {
	w.parts = 1
	for _, m := range w.people {
		m.away, m.slow = false, false
	}
	for i := range w.people {
		if w.people[i].history == nil {
			w.welcome(w.people[0], w.people[i])
		}
	}
	for _, m := range w.people { // who let them in may have lost everything before anybody knew
		if founder := w.people[0]; !founder.history.Member(m.id) {
			founder.write(protocol.EventAdmission, protocol.Admission{Member: m.id})
		}
	}
	for round := range 20 {
		changed := false
		for _, i := range w.random.Perm(len(w.people)) {
			m, other := w.people[i], w.people[0]
			if round == 0 {
				other = w.people[w.random.IntN(len(w.people))]
			}
			changed = w.exchange(m, other) || changed
			changed = w.exchange(other, m) || changed
		}
		if !changed && round > 0 {
			return
		}
	}
}

// exchange gives one what another has more, and tells whether there was anything.
func (w *world) exchange(from, to *member) bool {
	mail := w.mail
	changed := false
	ids := from.history.Lacking(to.history.Summary())
	ids = append(ids, to.history.Missing()...)
	ids = append(ids, to.history.Bodiless(to.id, 1<<20)...)
	for _, id := range ids {
		e, there := from.history.Give(id, to.id)
		if !there {
			continue
		}
		before, had := to.history.Event(id)
		to.take(letter{from: from, to: to, event: e.Encode(), asked: true})
		after, has := to.history.Event(id)
		changed = changed || had != has || (before.Body == nil) != (after.Body == nil)
	}
	w.mail = mail // what they would ask and pass on is not needed here
	return changed
}

// check is what a room promises.
func (w *world) check() error {
	founder := w.people[0]
	want := founder.entries()
	w.report.Entries = len(want)
	for i, m := range w.people {
		if m.history.Digest() != founder.history.Digest() {
			return fmt.Errorf("member %d has %d events, the founder others: %d", i, m.history.Len(), founder.history.Len())
		}
		if got := m.entries(); !reflect.DeepEqual(w.comparable(got), w.comparable(want)) {
			return fmt.Errorf("member %d sees %d entries, the founder %d, not the same", i, len(got), len(want))
		}
		if m.history.Waiting() > 0 && len(m.history.Missing()) == 0 {
			return fmt.Errorf("member %d has events that wait for nothing", i)
		}
		for _, other := range w.people {
			if faults := m.history.Faults(other.id); len(faults) > 0 {
				return fmt.Errorf("member %d blames an honest one: %+v", i, faults)
			}
		}
		if err := w.checkHostile(m); err != nil {
			return fmt.Errorf("member %d: %w", i, err)
		}
	}
	for id := range w.said {
		if !founder.history.Says(id) {
			return fmt.Errorf("what an honest member said is lost, or counts no more: %s", id)
		}
	}
	seen := map[protocol.EventID]bool{}
	for i, e := range want {
		if seen[e.ID] {
			return fmt.Errorf("%s is there twice", e.ID)
		}
		if i > 0 && !founder.history.Before(want[i-1].ID, e.ID) {
			return fmt.Errorf("entry %d is out of order", i)
		}
		seen[e.ID] = true
	}
	return nil
}

// checkHostile looks at what became of those who mean harm.
func (w *world) checkHostile(m *member) error {
	for i, v := range w.hostile {
		if v.removed && m.history.Member(v.id) {
			return fmt.Errorf("villain %d was removed, and is a member", i)
		}
		for _, p := range v.puppets {
			if m.history.Member(p.id) {
				return fmt.Errorf("villain %d is back under another name", i)
			}
		}
		if v.stranger && m.history.Member(v.id) {
			return fmt.Errorf("villain %d was never let in, and is a member", i)
		}
	}
	return nil
}

func (m *member) entries() []timeline.Entry {
	all := make([]timeline.Entry, m.see.Len())
	for i := range all {
		all[i] = m.see.At(i)
	}
	return all
}

// comparable leaves out what may differ: the time that is shown depends on when an event came; and where newcomers do
// not get what was before, what it says.
func (w *world) comparable(entries []timeline.Entry) []timeline.Entry {
	out := make([]timeline.Entry, len(entries))
	for i, e := range entries {
		e.Time = entries[0].Time
		if w.options.Policy == protocol.HistoryJoined {
			e = timeline.Entry{ID: e.ID, Kind: e.Kind, Author: e.Author, Member: e.Member}
		}
		out[i] = e
	}
	return out
}
