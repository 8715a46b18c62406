package history

import (
	"fmt"

	"github.com/parley-chat/parley/protocol"
)

// scenarios are what protocol/vectors/history.json is made of: a founder, Ana and Ben are in the room, and some events
// come.
var scenarios = []struct {
	rule, name string
	play       func(people []*person) []said
}{
	{"E6", "three who talk at once", func(people []*person) []said {
		var all []said
		for _, p := range people {
			all = append(all, p.say("a"), p.say("b"))
		}
		people[0].take(all[2])
		return append(all, people[0].say("c"))
	}},
	{"E4", "children before parents", func(people []*person) []said {
		one, two, three := people[1].say("1"), people[1].say("2"), people[1].say("3")
		return []said{three, two, one}
	}},
	{"E3", "an admission without its body", func(people []*person) []said {
		one := people[0].admit(newPerson(people[0].t, 9))
		return []said{{one.e.Stub(), one.id}, one}
	}},
	{"E5", "another lamport, and what comes after it", func(people []*person) []said {
		h := people[1].header()
		h.Lamport++
		bad := people[1].forge(h, "{}")
		h.N, h.Lamport, h.Previous, h.Seen = h.N+1, h.Lamport+1, bad.id, nil
		return []said{people[1].forge(h, "{}"), bad}
	}},
	{"E5", "somebody who was not let in", func(people []*person) []said {
		cat := newPerson(people[0].t, 9)
		cat.h = people[0].h
		return []said{cat.forge(protocol.EventHeader{
			Kind: protocol.EventText, N: 1, Lamport: 2, Seen: []protocol.EventID{people[0].h.Root()},
		}, "{}")}
	}},
	{"E9", "a member lets somebody in, and cannot when the room is locked", func(people []*person) []said {
		cat, dan := newPerson(people[0].t, 8), newPerson(people[0].t, 9)
		letIn := people[1].admit(cat)
		cat.h = people[1].h
		hello := cat.say("hello")
		lock := people[0].write(protocol.EventSettings, protocol.RoomSettings{
			Invite: protocol.InviteAll, History: protocol.HistoryAll, Locked: true,
		})
		people[2].take(lock)
		return []said{letIn, hello, lock, people[2].admit(dan)}
	}},
	{"E10", "removed, dated back, and back under another name", func(people []*person) []said {
		founder, ana := people[0], people[1]
		counts := ana.say("counts")
		founder.take(counts)
		removal := founder.remove(ana)
		silent := ana.say("dated back")
		cat := newPerson(founder.t, 9)
		letIn := ana.admit(cat)
		cat.h = ana.h
		return []said{counts, silent, letIn, removal, cat.say("me again")}
	}},
	{"E10", "let in again", func(people []*person) []said {
		founder, ana := people[0], people[1]
		before := ana.say("before")
		removal := founder.remove(ana) // before is not known to the founder
		again := founder.admit(ana)
		ana.take(removal)
		ana.take(again)
		return []said{before, removal, again, ana.say("after")}
	}},
	{"E5", "a chain that names two admissions begins with the last, whichever comes first as bytes", twoAdmissions},
	{"E12", "a fork", func(people []*person) []said {
		people[0].take(people[1].say("1"))
		h := people[1].header()
		one, _ := people[1].h.Event(h.Previous)
		return []said{
			{one, h.Previous}, people[1].forge(h, `{"text":"left"}`), people[1].forge(h, `{"text":"right"}`),
		}
	}},
}

// twoAdmissions lets Ana in again, twice, under such names that the later admission has the lesser id, and the greater.
// Each time she begins a chain with that and the admission of before the removal, with which she could not.
func twoAdmissions(people []*person) []said {
	founder, ana := people[0], people[1]
	before := founder.h.author(ana.id).admissions[0]
	all := []said{founder.remove(ana)}
	for chain, want := range []int{-1, 1} {
		var letIn said
		for i := 0; i == 0 || letIn.id.Compare(before.id) != want; i++ {
			body := fmt.Sprintf(`{"member":%q,"name":"Ana %d"}`, ana.id, i)
			letIn = founder.forge(withKind(founder.header(), protocol.EventAdmission), body)
		}
		founder.take(letIn)
		founder.w.n++ // as if it had been written
		all = append(all, letIn, ana.forge(protocol.EventHeader{
			Kind: protocol.EventText, Chain: protocol.ChainID{byte(chain)}, N: 1, Lamport: letIn.e.Lamport + 1,
			Seen: []protocol.EventID{before.id, letIn.id},
		}, `{"text":"again"}`))
	}
	return all
}
