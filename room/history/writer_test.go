package history

import (
	"errors"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

func TestWriterKeepsOrBeginsItsChain(t *testing.T) {
	people := newRoom(t, 1)
	founder, ana := people[0], people[1]
	first := ana.say("1")
	founder.take(first)
	chain, n := ana.w.Chain()
	if n != 1 || first.e.Previous != (protocol.EventID{}) {
		t.Fatalf("%d", n)
	}
	again := NewWriter(ana.key, ana.w.random)
	again.Resume(chain, n)
	ana.w = again
	if two := ana.say("2"); two.e.Chain != chain || two.e.Previous != first.id {
		t.Error("[E12] a chain that was kept does not go on")
	}
	lost := newPerson(t, 2) // the same key, and nothing else: what was written is not here
	lost.w.random = newPerson(t, 77).w.random
	h, err := New(founder.h.root.event, founder.h.Root(), start)
	if err != nil {
		t.Fatal(err)
	}
	lost.h = h
	lost.w.Resume(chain, 2)
	if _, _, _, err := lost.w.Append(lost.h, protocol.EventText, []byte("{}"), start); !errors.Is(err, ErrNotLetIn) {
		t.Errorf("[E5] %v", err)
	}
	meet(t, founder, lost)
	if three := lost.say("3"); three.e.Chain == chain || three.e.N != 1 {
		t.Error("[E12] it goes on with a chain whose end it does not have")
	}
	meet(t, founder, ana, lost)
	if len(founder.h.Faults(ana.id)) > 0 {
		t.Error("[E12] an honest author is at fault")
	}
}

func TestWriterNamesWhatItHasSeen(t *testing.T) {
	people := newRoom(t, 12)
	founder, last := people[0], people[12]
	lock := founder.write(protocol.EventSettings, protocol.RoomSettings{
		Invite: protocol.InviteAll, History: protocol.HistoryAll,
	})
	last.take(lock)
	for _, p := range people[1:12] {
		p.say("1")
		p.say("2") // later than the settings
	}
	meet(t, people...)
	one := last.say("one")
	if len(one.e.Seen) != protocol.MaxEventSeen {
		t.Fatalf("[E1] %d seen", len(one.e.Seen))
	}
	var rules bool
	for _, id := range one.e.Seen {
		rules = rules || id == lock.id
	}
	if !rules {
		t.Error("what says who may do what is left for later")
	}
	for id := range last.h.nodes {
		if id != one.id && last.h.Before(one.id, id) {
			t.Error("an own event is not the last")
		}
	}
	two := last.say("two")
	for range 3 {
		two = last.say("more")
	}
	if len(two.e.Seen) > 0 || len(last.h.heads) != 1 {
		t.Errorf("%d heads are left", len(last.h.heads))
	}
	if _, _, _, err := last.w.Append(last.h, protocol.EventText, nil, start); err == nil {
		t.Error("[E1] an event without a body was written")
	}
}
