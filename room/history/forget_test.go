package history

import (
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// [E13] Bodies go when their time is over, counted from what is shown: a time in the future does not keep them.
func TestBodiesEnd(t *testing.T) {
	people := newRoomWith(t, 1, protocol.RoomSettings{
		Invite: protocol.InviteAll, History: protocol.HistoryAll, KeepSeconds: 60,
	})
	founder, ana := people[0], people[1]
	one := ana.say("1")
	h := ana.header()
	h.Time += 3600_000
	future := ana.forge(h, `{"text":"2"}`)
	for _, s := range []said{one, future} {
		if _, err := founder.h.Add(s.e, s.id, start.Add(30*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if at := founder.h.Shown(future.id); !at.Equal(start.Add(30 * time.Second)) {
		t.Errorf("[E6] shown at %v", at)
	}
	if over := founder.h.Expire(start.Add(59 * time.Second)); len(over) > 0 {
		t.Errorf("too early: %v", over)
	}
	if over := founder.h.Expire(start.Add(60 * time.Second)); !slices.Equal(over, []protocol.EventID{one.id}) {
		t.Errorf("after a minute %v", over)
	}
	if over := founder.h.Expire(start.Add(90 * time.Second)); !slices.Equal(over, []protocol.EventID{future.id}) {
		t.Errorf("after a minute and a half %v", over)
	}
	if c := founder.take(one); len(c.Bodies) > 0 || len(founder.h.Bodiless(founder.id, 9)) > 0 {
		t.Error("[E13] it came back")
	}
	if n := founder.h.Len(); n != 4 {
		t.Errorf("%d events", n) // the room, an admission, and the two as stubs
	}
}

// [E3] A stub gets its body from whoever has it.
func TestStubsAreFilled(t *testing.T) {
	people := newRoom(t, 1)
	founder, ana := people[0], people[1]
	one := ana.say("1")
	founder.take(said{one.e.Stub(), one.id})
	if ids := founder.h.Bodiless(founder.id, 9); !slices.Equal(ids, []protocol.EventID{one.id}) {
		t.Errorf("lacks %v", ids)
	}
	if c := founder.take(one); !slices.Equal(c.Bodies, []protocol.EventID{one.id}) || len(c.Taken) > 0 {
		t.Errorf("%+v", c)
	}
	if !founder.h.Forget(one.id) || founder.h.Forget(one.id) {
		t.Error("forgotten twice, or not at all")
	}
	founder.h.Recall(one.id)
	if c := founder.take(one); len(c.Bodies) != 1 {
		t.Error("not wanted again")
	}
}

// [E14] 200 at once, then 20 a second, of each author.
func TestPace(t *testing.T) {
	var p Pace
	flooder, other := protocol.Identity{1}, protocol.Identity{2}
	count := func(at time.Duration) (n int) {
		for range 1000 {
			if p.Take(flooder, start.Add(at)) {
				n++
			}
		}
		return n
	}
	for at, want := range []int{MaxAtOnce, MaxPerSecond, MaxPerSecond} {
		if n := count(time.Duration(at) * time.Second); n != want {
			t.Errorf("[E14] %d at %d s, want %d", n, at, want)
		}
	}
	if n := count(0); n != 0 {
		t.Errorf("[E14] %d by a clock that goes back", n)
	}
	if !p.Take(other, start) {
		t.Error("[E14] somebody else waits for the flooder")
	}
	p.Forget(start.Add(time.Minute))
	if len(p.authors) > 0 {
		t.Errorf("%d authors are kept", len(p.authors))
	}
}
