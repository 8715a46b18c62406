package membertest

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/timeline"
)

// same tells whether all honest people have the same, and see the same.
func (p *play) same() error {
	founder := p.Founder().Member
	want := p.comparable(entries(founder.Timeline()))
	for _, one := range p.honest() {
		m := one.Member
		if m == nil || m.History() == nil || !m.IsIn() {
			return fmt.Errorf("%d is not in: %q", one.number, one.Ended)
		}
		if m.History().Digest() != founder.History().Digest() {
			return fmt.Errorf("%d has %d events, the founder others: %d", one.number, m.History().Len(),
				founder.History().Len())
		}
		if m.Code() != founder.Code() {
			return fmt.Errorf("%d is at epoch %d, the founder at %d", one.number, m.Epoch(), founder.Epoch())
		}
		if got := p.comparable(entries(m.Timeline())); !reflect.DeepEqual(got, want) {
			return fmt.Errorf("%d sees %d entries, the founder %d, not the same: %s", one.number, len(got), len(want),
				difference(got, want))
		}
	}
	return nil
}

// check is what a room promises.
func (p *play) check() error {
	if err := p.same(); err != nil {
		return err
	}
	founder := p.Founder().Member.History()
	all := entries(p.Founder().Member.Timeline())
	p.report.Entries = len(all)
	for id := range p.said {
		if !founder.Says(id) && !p.silenced(id) {
			e, there := founder.Event(id)
			return fmt.Errorf("what %v said is lost, or counts no more: it is here: %v", p.numberOf(e.Author), there)
		}
	}
	for i := range all[1:] {
		if !founder.Before(all[i].ID, all[i+1].ID) {
			return fmt.Errorf("entry %d is out of order, or twice", i)
		}
	}
	for _, one := range p.honest() {
		for _, f := range one.Faults {
			if other := p.byPeer[f.Member]; other != nil && p.villain(other) == nil {
				return fmt.Errorf("%d blames an honest one, %d: %+v", one.number, other.number, f)
			}
		}
		if m := one.Member.History(); m.Waiting() > 0 && len(m.Missing()) == 0 {
			return fmt.Errorf("%d has events that wait for nothing", one.number)
		}
	}
	return p.checkHostile()
}

// silenced tells whether an event says nothing since its author was let in by a villain, of which the founder had not
// heard when the villain was removed (SPEC E10).
func (p *play) silenced(id protocol.EventID) bool {
	h := p.Founder().Member.History()
	e, there := h.Event(id)
	if !there {
		return false
	}
	first, _ := h.Place(e.Author, e.Chain, 1)
	begun, _ := h.Event(first)
	return slices.ContainsFunc(begun.Seen, func(seen protocol.EventID) bool {
		by, _ := h.Event(seen)
		a, err := protocol.ParseAdmission(by.Body)
		return by.Kind == protocol.EventAdmission && err == nil && a.Member == e.Author && !h.Says(seen) &&
			(p.villain(p.byPeer[by.Author]) != nil || p.silenced(seen))
	})
}

func (p *play) numberOf(id protocol.Identity) int {
	if one := p.byPeer[id]; one != nil {
		return one.number
	}
	return -1
}

// checkHostile looks at what became of those who mean harm: who was removed is no member, nor anybody they let in
// later, and has read nothing that came after.
func (p *play) checkHostile() error {
	founder := p.Founder().Member.History()
	for _, v := range p.villains {
		if slices.ContainsFunc(v.puppets, founder.Member) {
			return fmt.Errorf("villain %d is back under another name", v.number)
		}
		if v.removal == (protocol.EventID{}) {
			continue
		}
		if founder.Member(v.ID) {
			return fmt.Errorf("villain %d was removed, and is a member", v.number)
		}
		after := p.descendants(v.removal)
		for id := range v.read {
			if after[id] {
				e, _ := founder.Event(id)
				return fmt.Errorf("villain %d was removed, and has read what came after: kind %d of %d", v.number, e.Kind,
					p.numberOf(e.Author))
			}
		}
		if slices.ContainsFunc(v.told, func(code protocol.RoomSecret) bool { return code == p.Founder().Member.Code() }) {
			return fmt.Errorf("villain %d was removed, and knows the room's code", v.number)
		}
	}
	return nil
}

// descendants are the events that have one among their ancestors.
func (p *play) descendants(of protocol.EventID) map[protocol.EventID]bool {
	h := p.Founder().Member.History()
	after := map[protocol.EventID]bool{of: true}
	for _, id := range h.Events() { // parents come first
		e, _ := h.Event(id)
		if after[e.Previous] || slices.ContainsFunc(e.Seen, func(s protocol.EventID) bool { return after[s] }) {
			after[id] = true
		}
	}
	delete(after, of)
	return after
}

func entries(t *timeline.Timeline) []timeline.Entry {
	all := make([]timeline.Entry, t.Len())
	for i := range all {
		all[i] = t.At(i)
	}
	return all
}

// comparable leaves out what may differ: the time that is shown depends on when an event came; and where newcomers do
// not get what was before, what it says.
func (p *play) comparable(entries []timeline.Entry) []timeline.Entry {
	out := make([]timeline.Entry, len(entries))
	for i, e := range entries {
		e.Time = time.Time{}
		if p.script.Policy == protocol.HistoryJoined {
			e = timeline.Entry{ID: e.ID, Kind: e.Kind, Author: e.Author, Member: e.Member}
		}
		out[i] = e
	}
	return out
}

// difference says where two first differ.
func difference(got, want []timeline.Entry) string {
	for i := range min(len(got), len(want)) {
		if !reflect.DeepEqual(got[i], want[i]) {
			return fmt.Sprintf("at %d %+v and %+v", i, got[i], want[i])
		}
	}
	return "one is longer"
}
