package member_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/room/member/membertest"
)

// room is one in which so many are, and quiet.
func room(o membertest.Options, members int) *membertest.World {
	w := membertest.New(o)
	for range members - 1 {
		w.Run(time.Second)
		w.Join()
	}
	w.Run(40 * time.Second)
	return w
}

// agree fails unless all who are there are in and have the same.
func agree(t *testing.T, w *membertest.World) {
	t.Helper()
	founder := w.Founder().Member
	for i, p := range w.People {
		if p.Member == nil {
			continue
		}
		if h := p.Member.History(); !p.Member.IsIn() || h.Digest() != founder.History().Digest() {
			t.Errorf("%d is in: %v, and has not what the founder has", i, p.Member.IsIn())
		}
		if len(p.Faults) > 0 {
			t.Errorf("%d blames %+v", i, p.Faults)
		}
	}
}

// texts are those that somebody sees, in order.
func texts(p *membertest.Person) []string {
	var all []string
	see := p.Member.Timeline()
	for i := range see.Len() {
		if e := see.At(i); e.Kind == protocol.EventText {
			all = append(all, e.Text)
		}
	}
	return all
}

// say lets somebody say texts, and some time pass.
func say(t *testing.T, w *membertest.World, p *membertest.Person, texts ...string) (last protocol.EventID) {
	t.Helper()
	for _, text := range texts {
		id, done := p.Say(text)
		if !done {
			t.Fatalf("%q is not said", text)
		}
		last = id
	}
	w.Run(5 * time.Second)
	return last
}

func do(t *testing.T, p *membertest.Person, what func(*member.Member) (protocol.EventID, []member.Action, error)) {
	t.Helper()
	if _, done := p.Do(what); !done {
		t.Fatal("not done")
	}
}

func configure(t *testing.T, w *membertest.World, s protocol.RoomSettings) {
	t.Helper()
	if s.Invite == "" {
		s.Invite = protocol.InviteAll
	}
	if s.History == "" {
		s.History = protocol.HistoryAll
	}
	do(t, w.Founder(), func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Configure(s) })
	w.Run(2 * time.Second)
}

// [R3] to [R5] Rooms of many sizes: all hear all, and see who is there.
func TestRooms(t *testing.T) {
	t.Parallel()
	for _, size := range []int{2, 3, 9, 14} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			w := room(membertest.Options{Seed: 1}, size)
			for i, p := range w.People {
				if _, done := p.Say(fmt.Sprint(i)); !done {
					t.Errorf("%d may not say anything", i)
				}
			}
			w.Run(5 * time.Second)
			agree(t, w)
			for i, p := range w.People {
				here := 0
				for _, one := range p.Member.People() {
					if one.Here {
						here++
					}
					if want := w.People[0].Name; one.Founder && one.Name != want {
						t.Errorf("%d calls the founder %q", i, one.Name)
					}
				}
				if got := len(texts(p)); here != size || got != size {
					t.Errorf("%d sees %d people and %d texts", i, here, got)
				}
			}
		})
	}
}

// [R3] A join costs the same, however many there are.
func TestJoinOperations(t *testing.T) {
	t.Parallel()
	var want int
	for _, size := range []int{4, 14} {
		w := room(membertest.Options{Seed: 2}, size)
		w.Reset()
		w.Join()
		w.Run(5 * time.Second)
		agree(t, w)
		got := w.Counts.Reads + w.Counts.Writes
		if want == 0 {
			want = got
		}
		if got != want || got == 0 || w.Counts.ByStore != 1 {
			t.Errorf("%d members: %d operations, at first %d; %+v", size, got, want, w.Counts)
		}
	}
}

// [R5] A newcomer gets what was said before, however much, and a few frames at a time.
func TestNewcomerGetsAll(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 3}, 2)
	for i := range 1500 {
		w.Founder().Say(fmt.Sprint("text ", i))
		w.Run(60 * time.Millisecond)
	}
	w.Run(time.Minute)
	agree(t, w)
	w.Reset()
	p := w.Join()
	w.Run(20 * time.Second)
	agree(t, w)
	if got := texts(p); len(got) != 1500 || got[1499] != "text 1499" {
		t.Errorf("has %d texts", len(got))
	}
	if w.Counts.MostBulk < 2 || w.Counts.MostBulk > member.MaxBulk {
		t.Errorf("%d frames at a time", w.Counts.MostBulk)
	}
}

// [E13] Where newcomers get only what is said from then on, they get the rest as stubs.
func TestNewcomerGetsStubs(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 4, Settings: protocol.RoomSettings{History: protocol.HistoryJoined}}, 3)
	say(t, w, w.People[1], "before")
	p := w.Join()
	w.Run(40 * time.Second)
	say(t, w, w.People[1], "after")
	agree(t, w)
	if got := texts(p); len(got) != 2 || got[0] != "" || got[1] != "after" {
		t.Errorf("the newcomer reads %q", got)
	}
	if got := texts(w.People[2]); got[0] != "before" {
		t.Errorf("who was there reads %q", got)
	}
}

// [E14], [O9] Who says very much at once is heard by all, in the order in which it was said, and is at no fault.
func TestManyTextsAtOnce(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 5}, 3)
	var want []string
	for i := range 4500 {
		want = append(want, fmt.Sprint(i))
	}
	say(t, w, w.People[1], want...)
	w.Run(time.Minute)
	agree(t, w)
	for i, p := range w.People {
		got := texts(p)
		if len(got) != len(want) || got[0] != want[0] || got[len(got)-1] != want[len(want)-1] {
			t.Errorf("%d has %d texts", i, len(got))
		}
	}
}

// [E13] What is over is forgotten by all, also on their devices.
func TestDisappearing(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 6, Settings: protocol.RoomSettings{KeepSeconds: 60}}, 3)
	say(t, w, w.People[1], "not for long")
	if got := texts(w.People[2]); got[0] == "" {
		t.Fatal("nothing was said")
	}
	w.Run(2 * time.Minute)
	for i, p := range w.People {
		if got := texts(p); got[0] != "" {
			t.Errorf("%d still reads %q", i, got)
		}
	}
	w.People[2].Crash()
	w.People[2].Return()
	if got := texts(w.People[2]); got[0] != "" {
		t.Errorf("the device still has %q", got)
	}
}
