package history

import (
	"errors"
	"slices"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

func TestOrder(t *testing.T) {
	people := newRoom(t, 2)
	founder, ana, ben := people[0], people[1], people[2]
	a := ana.say("a")
	b := ben.say("b")
	meet(t, people...)
	c := founder.say("c")
	meet(t, people...)
	for _, p := range people {
		p.agrees(founder)
		if !p.h.Before(a.id, c.id) || !p.h.Before(b.id, c.id) || p.h.Before(c.id, a.id) {
			t.Error("[E6] an event does not come after its ancestors")
		}
		if p.h.Before(a.id, b.id) != (a.id.Compare(b.id) < 0) {
			t.Error("[E6] two that did not know each other are not in the order of their ids")
		}
	}
}

func TestWhatComesEarlierWaits(t *testing.T) {
	people := newRoom(t, 1)
	founder, ana := people[0], people[1]
	one, two, three := ana.say("1"), ana.say("2"), ana.say("3")
	if c := founder.take(three); !slices.Equal(c.Missing, []protocol.EventID{two.id}) || len(c.Taken) > 0 {
		t.Errorf("[E4] %+v", c)
	}
	stub := said{two.e.Stub(), two.id}
	if c := founder.take(stub); !slices.Equal(c.Missing, []protocol.EventID{one.id}) {
		t.Errorf("[E4] %+v", c)
	}
	founder.take(two) // with its body, while it waits
	if e, there := founder.h.Give(two.id, ana.id); !there || e.Body != nil || e.ID(founder.h.Root()) != two.id {
		t.Errorf("[E4] what waits is given as %+v", e)
	}
	if missing := founder.h.Missing(); !slices.Equal(missing, []protocol.EventID{one.id}) {
		t.Errorf("[E4] missing %v", missing)
	}
	if c := founder.take(one); !slices.Equal(c.Taken, []protocol.EventID{one.id, two.id, three.id}) {
		t.Errorf("[E4] %+v", c)
	}
	if e, _ := founder.h.Event(two.id); e.Body == nil || founder.h.Waiting() > 0 || len(founder.h.Missing()) > 0 {
		t.Errorf("[E4] %+v, %d wait", e, founder.h.Waiting())
	}
	if c := founder.take(two); len(c.Taken) > 0 {
		t.Error("[E4] taken twice")
	}
}

func TestRefused(t *testing.T) {
	for name, spoil := range map[string]func(h *protocol.EventHeader, people []*person){
		"lamport too great":            func(h *protocol.EventHeader, _ []*person) { h.Lamport++ },
		"lamport too small":            func(h *protocol.EventHeader, _ []*person) { h.Lamport-- },
		"n skipped":                    func(h *protocol.EventHeader, _ []*person) { h.N++ },
		"another chain's event before": func(h *protocol.EventHeader, _ []*person) { h.Chain[0]++ },
		"another author's event before": func(h *protocol.EventHeader, people []*person) {
			tip := people[2].say("x")
			people[0].take(tip)
			h.Previous, h.Seen, h.N, h.Lamport = tip.id, nil, tip.e.N+1, tip.e.Lamport+1
		},
		"its own chain seen": func(h *protocol.EventHeader, people []*person) {
			first := people[1].h.chains[chainKey{people[1].id, h.Chain}].line[0]
			h.Seen = []protocol.EventID{first.id}
		},
		"a chain without an admission": func(h *protocol.EventHeader, people []*person) {
			*h = protocol.EventHeader{
				Kind: protocol.EventText, Chain: protocol.ChainID{9}, N: 1, Lamport: 2,
				Seen: []protocol.EventID{people[0].h.Root()},
			}
		},
		"a chain with somebody else's admission": func(h *protocol.EventHeader, people []*person) {
			other := people[0].h.author(people[2].id).admissions[0]
			*h = protocol.EventHeader{
				Kind: protocol.EventText, Chain: protocol.ChainID{9}, N: 1, Lamport: other.event.Lamport + 1,
				Seen: []protocol.EventID{other.id},
			}
		},
	} {
		t.Run("[E5] "+name, func(t *testing.T) {
			people := newRoom(t, 2)
			founder, ana := people[0], people[1]
			founder.take(ana.say("1"))
			founder.take(ana.say("2"))
			honest := ana.header()
			spoilt := honest
			spoil(&spoilt, people)
			bad := ana.forge(spoilt, "{}")
			founder.refuses(bad, "E5")
			founder.refuses(bad, "E5") // again, as it is remembered
			after := protocol.EventHeader{
				Kind: protocol.EventText, Chain: spoilt.Chain, N: spoilt.N + 1, Lamport: spoilt.Lamport + 1, Previous: bad.id,
			}
			founder.refuses(ana.forge(after, "{}"), "E5")
			if faults := founder.h.Faults(ana.id); len(faults) != 2 || faults[0].Event != bad.id || faults[0].Rule != "E5" {
				t.Errorf("[E5] faults %+v", faults)
			}
			founder.take(ana.forge(honest, "{}"))
		})
	}
}

// [E5] What waited for a refused event is refused with it.
func TestRefusedAfterWaiting(t *testing.T) {
	people := newRoom(t, 1)
	founder, ana := people[0], people[1]
	h := ana.header()
	h.Lamport++
	bad := ana.forge(h, "{}")
	after := ana.forge(protocol.EventHeader{
		Kind: protocol.EventText, Chain: h.Chain, N: h.N + 1, Lamport: h.Lamport + 1, Previous: bad.id,
	}, "{}")
	founder.take(after)
	both := protocol.EventHeader{
		Kind: protocol.EventText, Chain: h.Chain, N: h.N + 1, Lamport: h.Lamport + 7, Previous: bad.id,
		Seen: []protocol.EventID{{1, 2, 3}}, // which never comes
	}
	founder.take(ana.forge(both, "{}"))
	founder.refuses(bad, "E5")
	founder.refuses(after, "E5")
	if founder.h.Waiting() > 0 || len(founder.h.Missing()) > 0 {
		t.Error("[E5] it still waits")
	}
}

// [E3] What says who may do what is not taken as a stub, and nobody is at fault.
func TestRulesComeWithTheirBodies(t *testing.T) {
	people := newRoom(t, 1)
	founder, ana := people[0], people[1]
	one := founder.admit(newPerson(t, 9))
	_, err := ana.h.Add(one.e.Stub(), one.id, start)
	if _, fault := errors.AsType[*protocol.FaultError](err); err == nil || fault {
		t.Errorf("[E3] a stub of an admission: %v", err)
	}
	ana.take(one)
	if ana.h.Forget(one.id) {
		t.Error("[E13] an admission was forgotten")
	}
	if _, err := New(founder.h.root.event.Stub(), founder.h.Root(), start); err == nil {
		t.Error("[E8] a room of a stub")
	}
}

// [E12] Both halves of a fork are taken, and who has both names the author.
func TestForks(t *testing.T) {
	people := newRoom(t, 2)
	founder, ana, ben := people[0], people[1], people[2]
	founder.take(ana.say("1"))
	h := ana.header()
	left, right := ana.forge(h, `{"text":"l"}`), ana.forge(h, `{"text":"r"}`)
	founder.take(left)
	meet(t, founder, ben)
	if faults := founder.h.Faults(ana.id); len(faults) > 0 {
		t.Errorf("[E12] %+v", faults)
	}
	c := founder.take(right)
	want := Fault{Author: ana.id, Rule: "E12", Event: right.id, Other: left.id}
	if faults := founder.h.Faults(ana.id); !slices.Equal(faults, []Fault{want}) || !slices.Equal(c.Faults, faults) {
		t.Errorf("[E12] %+v", faults)
	}
	for range 3 { // and it goes on on one half
		h := protocol.EventHeader{Kind: protocol.EventText, Chain: h.Chain, Previous: right.id}
		h.N, h.Lamport = right.e.N+1, right.e.Lamport+1
		right = ana.forge(h, "{}")
		founder.take(right)
	}
	meet(t, founder, ben)
	founder.agrees(ben)
}

func TestWaitingIsBounded(t *testing.T) {
	people := newRoom(t, 2)
	founder, ana, ben := people[0], people[1], people[2]
	ben.say("0")
	late := ben.say("1")
	founder.take(late)
	stranger := newPerson(t, 99)
	stranger.h = founder.h
	flood := func(by *person, n int) {
		for i := range n {
			h := protocol.EventHeader{Kind: protocol.EventText, Chain: protocol.ChainID{1}, N: uint64(i + 2), Lamport: 9}
			h.Previous = protocol.EventID{1, byte(i), byte(i >> 8)}
			founder.take(by.forge(h, "{}"))
		}
	}
	flood(ana, MaxWaiting-1)
	flood(stranger, 50)
	if n := len(founder.h.waiting.byAuthor[stranger.id]); n > 0 || founder.h.Waiting() != MaxWaiting {
		t.Errorf("[E14] %d of a stranger's stay, of %d", n, founder.h.Waiting())
	}
	ana.w.n = 0
	big := protocol.EventHeader{Kind: protocol.EventText, Chain: protocol.ChainID{2}, Lamport: 9}
	big.Previous = protocol.EventID{8}
	for i := range 120 {
		big.N = uint64(i + 2)
		founder.take(ana.forge(big, string(make([]byte, protocol.MaxEventBody))))
	}
	if n := founder.h.waiting.bytes; n > MaxWaitingBytes {
		t.Errorf("[E14] %d bytes wait", n)
	}
	if founder.h.waiting.nodes[late.id] == nil {
		t.Error("[E14] a flood has driven out somebody else's")
	}
	meet(t, founder, ben)
	if !founder.h.Has(late.id) {
		t.Error("[E14] it changed what all have")
	}
}
