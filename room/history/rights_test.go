package history

import (
	"errors"
	"slices"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

func TestAdmissionCounts(t *testing.T) {
	for name, c := range map[string]struct {
		settings protocol.RoomSettings
		member   bool // may let people in
	}{
		"[E9] all":     {protocol.RoomSettings{Invite: protocol.InviteAll}, true},
		"[E9] locked":  {protocol.RoomSettings{Invite: protocol.InviteAll, Locked: true}, false},
		"[E9] founder": {protocol.RoomSettings{Invite: protocol.InviteFounder}, false},
	} {
		c.settings.History = protocol.HistoryAll
		t.Run(name, func(t *testing.T) {
			people := newRoom(t, 1)
			founder, ana, cat, dan := people[0], people[1], newPerson(t, 8), newPerson(t, 9)
			founder.write(protocol.EventSettings, c.settings)
			meet(t, people...)
			byAna := ana.admit(cat)
			meet(t, people...)
			byFounder := founder.admit(dan)
			meet(t, people...)
			for _, p := range people {
				if p.h.Says(byAna.id) != c.member || p.h.Member(cat.id) != c.member {
					t.Errorf("a member lets somebody in: %v", p.h.Says(byAna.id))
				}
				if !p.h.Says(byFounder.id) || !p.h.Member(dan.id) {
					t.Error("the founder cannot let anybody in")
				}
			}
			cat.h = founder.h
			h := protocol.EventHeader{
				Kind: protocol.EventText, N: 1, Lamport: byAna.e.Lamport + 1, Seen: []protocol.EventID{byAna.id},
			}
			first := cat.forge(h, "{}")
			if !c.member {
				founder.refuses(first, "E5")
			} else {
				founder.take(first)
			}
		})
	}
}

// [E8] [E9] Settings hold for what has them among its ancestors: who had not seen them could not know.
func TestSettingsInForceAreThoseSeen(t *testing.T) {
	people := newRoom(t, 1)
	founder, ana, cat := people[0], people[1], newPerson(t, 9)
	lock := founder.write(protocol.EventSettings, protocol.RoomSettings{
		Name: "new", Invite: protocol.InviteAll, Locked: true, History: protocol.HistoryAll,
	})
	before := ana.admit(cat)
	meet(t, people...)
	if !founder.h.Says(before.id) || !ana.h.Says(lock.id) {
		t.Error("[E8] an admission from before the lock does not count")
	}
	if s, by := ana.h.Settings(); s.Name != "new" || by != lock.id {
		t.Errorf("[E8] settings %+v", s)
	}
	mine := ana.write(protocol.EventSettings, protocol.RoomSettings{
		Name: "mine", Invite: protocol.InviteAll, History: protocol.HistoryAll,
	})
	removal := ana.remove(cat)
	self := founder.remove(founder)
	again := ana.write(protocol.EventRoom, protocol.RoomSettings{
		Name: "mine", Invite: protocol.InviteAll, History: protocol.HistoryAll,
	})
	broken := founder.forge(withKind(founder.header(), protocol.EventSettings), `{"locked":1}`)
	founder.take(broken)
	meet(t, people...)
	for _, id := range []protocol.EventID{mine.id, removal.id, self.id, again.id, broken.id} {
		if !founder.h.Has(id) || founder.h.Says(id) {
			t.Error("[E7] what somebody is not entitled to is taken, and says nothing")
		}
	}
	if s, _ := founder.h.Settings(); s.Name != "new" || !founder.h.Member(founder.id) || !founder.h.Member(cat.id) {
		t.Errorf("[E8] settings %+v", s)
	}
}

func withKind(h protocol.EventHeader, kind protocol.EventKind) protocol.EventHeader {
	h.Kind = kind
	return h
}

// [E10] What the founder had seen counts, and nothing else, however it was dated back.
func TestRemoval(t *testing.T) {
	people := newRoom(t, 2)
	founder, ana, ben := people[0], people[1], people[2]
	counts := ana.say("counts")
	founder.take(counts)
	removal := founder.remove(ana)
	meanwhile := ana.say("meanwhile")
	ben.take(counts)
	ben.take(meanwhile)
	if !ben.h.Says(meanwhile.id) {
		t.Fatal("it is silent already")
	}
	c := ben.take(removal)
	if !slices.Equal(c.Silenced, []protocol.EventID{meanwhile.id}) {
		t.Errorf("[E10] silenced %v", c.Silenced)
	}
	if c := founder.take(meanwhile); !slices.Equal(c.Silenced, c.Taken) {
		t.Errorf("[E10] %+v", c)
	}
	backdated := ana.say("as if I had not seen it")
	founder.take(backdated)
	ben.take(backdated)
	for _, p := range []*person{founder, ben} {
		if p.h.Says(meanwhile.id) || p.h.Says(backdated.id) || !p.h.Says(counts.id) || p.h.Member(ana.id) {
			t.Error("[E10] another end than the founder's")
		}
	}
	founder.agrees(ben)
	open := ana.header()
	open.Seen, open.Lamport = []protocol.EventID{removal.id}, max(open.Lamport, removal.e.Lamport+1)
	founder.refuses(ana.forge(open, "{}"), "E5")
	ana.take(removal)
	if _, _, _, err := ana.w.Append(ana.h, protocol.EventText, []byte("{}"), start); !errors.Is(err, ErrNotLetIn) {
		t.Errorf("[E5] the removed one writes: %v", err)
	}
}

// [E10] Nobody stays by letting in themselves under another name: whom only silent admissions let in is silent, too.
func TestRemovalReachesWhoWasLetIn(t *testing.T) {
	people := newRoom(t, 2)
	founder, ana, ben := people[0], people[1], people[2]
	cat, dan := newPerson(t, 8), newPerson(t, 9)
	removal := founder.remove(ana)
	letIn := ana.admit(cat)
	cat.h = ana.h
	byCat := cat.say("I am Ana")
	letInDan := cat.admit(dan)
	dan.h = ana.h
	byDan := dan.say("I am Ana, too")
	for _, one := range []said{letIn, byCat, letInDan, byDan} {
		ben.take(one)
		if !ben.h.Says(one.id) {
			t.Fatal("silent before the removal")
		}
	}
	ben.take(removal)
	for _, one := range []said{letIn, byCat, letInDan, byDan} {
		founder.take(one)
	}
	after := dan.say("and again")
	for _, p := range []*person{founder, ben} {
		p.take(after)
		for _, one := range []said{letIn, byCat, letInDan, byDan, after} {
			if p.h.Says(one.id) {
				t.Error("[E10] it says something")
			}
		}
		if p.h.Member(cat.id) || p.h.Member(dan.id) {
			t.Error("[E10] they are members")
		}
	}
	founder.agrees(ben)
}

// [E5] Who is let in again begins another chain; the old one ends where the removal says.
func TestLetInAgain(t *testing.T) {
	people := newRoom(t, 2)
	founder, ana, ben := people[0], people[1], people[2]
	ana.say("before")
	meet(t, people...)
	founder.remove(ana)
	meet(t, people...)
	old, _ := ana.w.Chain()
	ben.admit(ana)
	meet(t, people...)
	again := ana.say("again")
	meet(t, people...)
	if chain, n := ana.w.Chain(); chain == old || n != 1 || !founder.h.Says(again.id) || !founder.h.Member(ana.id) {
		t.Error("[E5] it is not another chain, or does not count")
	}
	tip := ana.h.chains[chainKey{ana.id, old}].tips[0]
	h := protocol.EventHeader{
		Kind: protocol.EventText, Chain: old, N: tip.event.N + 1, Lamport: again.e.Lamport + 1,
		Previous: tip.id, Seen: []protocol.EventID{again.id},
	}
	founder.refuses(ana.forge(withSeen(founder, h), "{}"), "E5")
	founder.remove(ana)
	meet(t, people...)
	if ben.h.Member(ana.id) {
		t.Error("[E10] removed twice, and still there")
	}
}

// withSeen takes an event of somebody else in place of an own one, which may not be seen.
func withSeen(other *person, h protocol.EventHeader) protocol.EventHeader {
	one := other.say("seen")
	h.Seen, h.Lamport = []protocol.EventID{one.id}, one.e.Lamport+1
	return h
}

func TestMembers(t *testing.T) {
	people := newRoom(t, 1)
	founder, ana, cat := people[0], people[1], newPerson(t, 9)
	ana.write(protocol.EventAdmission, protocol.Admission{Member: cat.id, Name: "Cat"})
	meet(t, people...)
	founder.remove(ana)
	meet(t, people...)
	members := ana.h.Members()
	if len(members) != 3 || members[0].ID != founder.id || !members[0].In || members[1].ID != ana.id || members[1].In {
		t.Fatalf("%+v", members)
	}
	if m := members[2]; m.ID != cat.id || m.Name != "Cat" || m.By != ana.id || !m.In {
		t.Errorf("[E9] %+v", m)
	}
}
