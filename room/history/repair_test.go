package history

import (
	"fmt"
	"slices"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

func TestLacking(t *testing.T) {
	people := newRoom(t, 2)
	founder, ana, ben := people[0], people[1], people[2]
	var all []protocol.EventID
	for i := range 3 {
		one := ana.say(fmt.Sprint(i))
		founder.take(one)
		all = append(all, one.id)
	}
	if got := founder.h.Lacking(ben.h.Summary()); !slices.Equal(got, all) {
		t.Errorf("a new chain: %d", len(got))
	}
	meet(t, people...)
	if got := founder.h.Lacking(ben.h.Summary()); len(got) > 0 {
		t.Errorf("nothing lacks, and %d are sent", len(got))
	}
	more := ana.say("more")
	founder.take(more)
	if got := founder.h.Lacking(ben.h.Summary()); !slices.Equal(got, []protocol.EventID{more.id}) {
		t.Errorf("a chain that went on: %d", len(got))
	}
	if got := ben.h.Lacking(founder.h.Summary()); len(got) > 0 {
		t.Errorf("who is behind sends %d", len(got))
	}
}

// Whatever branches of a fork each has, they come to the same, and nothing is sent again when they have.
func TestForksAreRepaired(t *testing.T) {
	for name, lengths := range map[string][2]int{
		"as long": {5, 5}, "the left is longer": {9, 2}, "the right is longer": {1, 6}, "many branches": {0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			people := newRoom(t, 2)
			founder, ana, ben := people[0], people[1], people[2]
			for range 4 {
				ana.say("shared")
			}
			meet(t, people...)
			fork := ana.header()
			grow := func(to *person, branch string, length int) {
				h := fork
				for range length {
					one := ana.forge(h, fmt.Sprintf(`{"text":%q}`, branch))
					to.take(one)
					h.Previous, h.Seen, h.N, h.Lamport = one.id, nil, h.N+1, h.Lamport+1
				}
			}
			grow(founder, "left", lengths[0])
			grow(ben, "right", lengths[1])
			for i := range 30 * (1 - min(1, lengths[0])) {
				grow([]*person{founder, ben}[i%2], fmt.Sprint(i), 1+i%3)
			}
			meet(t, founder, ben)
			founder.agrees(ben)
			if n := len(founder.h.Lacking(ben.h.Summary())); n > 0 {
				t.Errorf("%d are sent for nothing", n)
			}
			if len(founder.h.Faults(ana.id)) == 0 || len(ben.h.Faults(ana.id)) == 0 {
				t.Error("[E12] nobody is named")
			}
		})
	}
}

// [E13] Who comes later gets stubs of what was before, if the room wants it so, and can check them all the same.
func TestNewcomers(t *testing.T) {
	for _, policy := range []protocol.HistoryPolicy{protocol.HistoryAll, protocol.HistoryJoined} {
		t.Run("[E13] "+string(policy), func(t *testing.T) {
			people := newRoomWith(t, 1, protocol.RoomSettings{Invite: protocol.InviteAll, History: policy})
			founder, ana, cat := people[0], people[1], newPerson(t, 9)
			before := ana.say("before")
			meet(t, people...)
			meanwhile := ana.say("meanwhile")
			founder.admit(cat)
			meet(t, people...)
			after := ana.say("after")
			founder.take(after)
			h, err := New(founder.h.root.event, founder.h.Root(), start)
			if err != nil {
				t.Fatal(err)
			}
			cat.h = h
			meet(t, founder, cat)
			joined := policy == protocol.HistoryJoined
			for id, hidden := range map[protocol.EventID]bool{before.id: joined, meanwhile.id: false, after.id: false} {
				if e, ok := cat.h.Event(id); !ok || (e.Body == nil) != hidden {
					t.Errorf("there: %v, body: %v", ok, e.Body != nil)
				}
			}
			if ids := cat.h.Bodiless(cat.id, 10); len(ids) > 0 {
				t.Errorf("asks for %d bodies that it may not have", len(ids))
			}
			stranger := newPerson(t, 20)
			if e, _ := founder.h.Give(after.id, stranger.id); e.Body != nil {
				t.Error("given to somebody who was not let in")
			}
			own := cat.say("own")
			meet(t, founder, cat)
			founder.remove(cat)
			if e, _ := founder.h.Give(after.id, cat.id); e.Body != nil {
				t.Error("[E10] given to somebody who was removed")
			}
			if e, _ := founder.h.Give(own.id, cat.id); e.Body == nil {
				t.Error("somebody does not get what they said themselves")
			}
		})
	}
}
