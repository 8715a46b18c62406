package member_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/room/member/membertest"
)

// [R4] Who may not come in is told why.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings protocol.RoomSettings
		limit    int
		want     member.EndReason
	}{
		"locked":           {settings: protocol.RoomSettings{Locked: true}, want: member.EndLocked},
		"founder's guests": {settings: protocol.RoomSettings{Invite: protocol.InviteFounder}, want: member.EndLocked},
		"full":             {limit: 3, want: member.EndFull},
		"open":             {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := room(membertest.Options{Seed: 1, Limit: c.limit}, 3)
			configure(t, w, c.settings)
			w.Founder().Crash() // so that nobody is there who always may let in
			w.Run(3 * time.Minute)
			if c.limit > 0 {
				w.Join()
				w.Run(30 * time.Second)
			}
			p := w.Join()
			w.Run(30 * time.Second)
			if p.Ended != c.want {
				t.Errorf("ended %q, want %q", p.Ended, c.want)
			}
			if in := p.Member != nil && p.Member.IsIn(); in != (c.want == "") {
				t.Errorf("is in: %v", in)
			}
		})
	}
}

// [R4] Where only the founder invites, the founder does.
func TestFounderInvites(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 2, Settings: protocol.RoomSettings{Invite: protocol.InviteFounder}}, 1)
	w.Join()
	w.Run(30 * time.Second)
	agree(t, w)
}

// [R4], [R9] Who comes back is in still, under the name that they have now, and is not let in twice.
func TestReturn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		forget     bool
		name       string
		admissions int
	}{
		"with all that was kept":            {admissions: 1},
		"with nothing":                      {forget: true, admissions: 1},
		"with nothing, under another name":  {forget: true, name: "Zoe", admissions: 2},
		"with all, under a name of before ": {name: "Zoe", admissions: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := room(membertest.Options{Seed: 3}, 3)
			p := w.People[2]
			say(t, w, p, "one")
			p.Crash()
			say(t, w, w.People[1], "two")
			w.Run(2 * time.Minute)
			if c.forget {
				p.Forget()
			}
			if c.name != "" {
				p.Name = c.name
			}
			p.Return()
			w.Run(40 * time.Second)
			say(t, w, p, "three")
			agree(t, w)
			if got := texts(w.Founder()); len(got) != 3 || got[2] != "three" {
				t.Errorf("the founder reads %q", got)
			}
			see, n := w.Founder().Member.Timeline(), 0
			for i := range see.Len() {
				if e := see.At(i); e.Kind == protocol.EventAdmission && e.Member == p.ID {
					n++
				}
			}
			if n != c.admissions {
				t.Errorf("let in %d times, want %d", n, c.admissions)
			}
		})
	}
}

// [R4] Two who know of no room wait for who does.
func TestTwoWait(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 4}, 1)
	w.Founder().Crash()
	a := w.Join()
	b := w.Join()
	w.Run(3 * time.Minute)
	if a.Member.IsIn() || b.Member.IsIn() {
		t.Fatal("they have made a room of their own")
	}
	if _, done := a.Say("hello?"); done {
		t.Error("something was said in no room")
	}
	w.Founder().Return()
	w.Run(time.Minute)
	agree(t, w)
}

// [R9] Who leaves is gone for all at once, and what they said last has come.
func TestLeave(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 5}, 12)
	p := w.People[4]
	p.Say("goodbye")
	p.Leave()
	w.Run(2 * time.Second)
	for i, one := range w.People {
		if one.Member == nil {
			continue
		}
		if got := texts(one); len(got) != 1 {
			t.Errorf("%d reads %q", i, got)
		}
		for _, person := range one.Member.People() {
			if person.ID == p.ID && person.Here {
				t.Errorf("for %d they are still here", i)
			}
		}
	}
}

// A room that is parted goes on, and is one again, with all that was said.
func TestParted(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 6}, 12)
	side := map[*membertest.Person]bool{}
	for i, p := range w.People {
		side[p] = i%2 == 0
	}
	w.Part(func(a, b *membertest.Person) bool { return side[a] != side[b] })
	w.Run(3 * time.Minute)
	say(t, w, w.People[0], "here")
	say(t, w, w.People[1], "there")
	if got := len(texts(w.People[2])); got != 1 {
		t.Errorf("over the cut came %d texts", got-1)
	}
	w.Part(nil)
	w.Run(3 * time.Minute)
	agree(t, w)
	if got := len(texts(w.People[2])); got != 2 {
		t.Errorf("%d texts in the end", got)
	}
}

// What was kept has to begin with a room; what else is wrong with it is left out.
func TestKept(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 7}, 2)
	config := w.Founder().Config()
	for name, kept := range map[string]member.Kept{
		"nothing":   {},
		"no room":   {Events: []member.KeptEvent{{Event: []byte("no event")}}},
		"no root's": {Events: config.Kept.Events[1:]},
	} {
		config := config
		config.Kept = &kept
		if _, _, err := member.New(config); !errors.Is(err, member.ErrKept) {
			t.Errorf("%s: %v", name, err)
		}
	}
	config.Kept.Events = append(config.Kept.Events, member.KeptEvent{Event: []byte("no event")})
	config.Chance = rand.New(rand.NewPCG(1, 2))
	m, _, err := member.New(config)
	if err != nil || m.History().Digest() != w.Founder().Member.History().Digest() {
		t.Errorf("not as it was: %v", err)
	}
}
