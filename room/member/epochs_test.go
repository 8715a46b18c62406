package member_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/room/member/membertest"
)

func remove(t *testing.T, w *membertest.World, p *membertest.Person) {
	t.Helper()
	do(t, w.Founder(), func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Remove(p.ID) })
	w.Run(5 * time.Second)
}

// [R8] Who was removed is out at once and for good; all others are at a new code.
func TestRemove(t *testing.T) {
	t.Parallel()
	for _, size := range []int{2, 4, 12} {
		w := room(membertest.Options{Seed: 1}, size)
		p := w.People[1]
		remove(t, w, p)
		if p.Ended != member.EndRemoved {
			t.Errorf("of %d the removed one ended %q", size, p.Ended)
		}
		code := w.Founder().Member.Code()
		for i, one := range w.Present() {
			if m := one.Member; m.Code() != code || m.Epoch() != 1 || code == w.Code {
				t.Errorf("of %d, %d is at epoch %d", size, i, m.Epoch())
			}
		}
		if size > 2 {
			say(t, w, w.People[2], "they are gone")
		}
		for range 2 {
			p.Return() // with what was kept, and then with nothing, by the old link
			w.Run(time.Minute)
			if p.Member != nil {
				t.Errorf("of %d the removed one is there: in %v", size, p.Member.IsIn())
			}
			p.Forget()
		}
		w.Run(time.Minute)
		agree(t, w)
	}
}

// [R10] Who was away finds the room by the old code; a newcomer with the old link is told that it is locked.
func TestOldCode(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 2}, 6)
	away := w.People[3]
	away.Crash()
	w.Run(3 * time.Minute)
	remove(t, w, w.People[1])
	remove(t, w, w.People[2])
	away.Return()
	w.Run(time.Minute)
	agree(t, w)
	if away.Member == nil || away.Member.Code() != w.Founder().Member.Code() {
		t.Errorf("who was away is not at the new code: %q", away.Ended)
	}
	late := w.JoinAs(membertest.Newcomer{Code: w.Code})
	w.Run(time.Minute)
	if late.Ended != member.EndLocked {
		t.Errorf("the newcomer with the old link ended %q", late.Ended)
	}
	guest := w.JoinAs(membertest.Newcomer{Code: w.Founder().Member.Code()})
	w.Run(time.Minute)
	if guest.Member == nil || !guest.Member.IsIn() || guest.Member.Epoch() != 2 {
		t.Error("the newcomer with the new link is not in")
	}
	agree(t, w)
}

// [R8] The founder removes somebody while the room is parted: the other part follows when it is one again, and what the
// removed one has said there, unknown to the founder, counts for nobody.
func TestRemoveParted(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 3}, 6)
	side := func(p *membertest.Person) bool { return p == w.People[0] || p == w.People[1] || p == w.People[2] }
	w.Part(func(a, b *membertest.Person) bool { return side(a) != side(b) })
	w.Run(3 * time.Minute)
	bad := w.People[4]
	say(t, w, bad, "I am still here")
	remove(t, w, bad)
	w.Part(nil)
	w.Run(5 * time.Minute)
	agree(t, w)
	if bad.Member != nil {
		t.Error("the removed one is there")
	}
	for i, p := range w.Present() {
		if got := texts(p); len(got) > 0 {
			t.Errorf("%d reads %q", i, got)
		}
		if p.Member.Epoch() != 1 {
			t.Errorf("%d is at epoch %d", i, p.Member.Epoch())
		}
	}
}

// [R8] A code that fits no removal changes nothing, and is no reason to part.
func TestFalseEpoch(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 4}, 3)
	for i := range 30 {
		w.People[2].Inject(w.People[1], protocol.RoomEpoch{Epoch: uint64(1 + i%3), Code: protocol.RoomSecret{byte(i)}})
	}
	w.Run(5 * time.Second)
	if w.People[1].Member.Epoch() != 0 {
		t.Error("it has moved")
	}
	bad := w.Join()
	w.Run(40 * time.Second)
	remove(t, w, bad)
	agree(t, w)
	if w.People[1].Member.Code() != w.Founder().Member.Code() {
		t.Error("the true code was pushed out by false ones")
	}
}
