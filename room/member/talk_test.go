package member_test

import (
	"errors"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/room/member/membertest"
)

// [R7] Who says something learns who has it, and who has read it, as far as they tell.
func TestReceipts(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 1}, 2)
	quiet := w.JoinAs(membertest.Newcomer{Quiet: true})
	w.Run(40 * time.Second)
	author, reader := w.Founder(), w.People[1]
	say(t, w, author, "one")
	id := say(t, w, author, "two")
	count := func() (got, read int) {
		for _, r := range author.Member.Receipts(id) {
			got++
			if r.Read {
				read++
			}
		}
		return got, read
	}
	if got, read := count(); got != 2 || read != 0 {
		t.Errorf("%d have it, %d have read it", got, read)
	}
	for _, p := range []*membertest.Person{reader, quiet} {
		p.Input(func(m *member.Member) []member.Action { return m.Read(id) })
	}
	w.Run(2 * time.Second)
	if got, read := count(); got != 2 || read != 1 {
		t.Errorf("%d have it, %d have read it", got, read)
	}
	later := say(t, w, author, "three")
	for _, r := range author.Member.Receipts(later) {
		if r.Read {
			t.Error("what came later was read, too")
		}
	}
	if got, read := count(); got != 2 || read != 1 {
		t.Errorf("when more has come %d have it, %d have read it", got, read)
	}
	author.Inject(reader, protocol.RoomGot{Chain: protocol.ChainID{1}, N: 1 << 50, Read: 1 << 50}) // nobody's chain
	w.Run(time.Second)
	agree(t, w)
}

// [R7] Others see that somebody writes, for a few seconds or until the text comes.
func TestTyping(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 2}, 3)
	quiet := w.JoinAs(membertest.Newcomer{Quiet: true})
	w.Run(40 * time.Second)
	author, other := w.People[1], w.People[2]
	types := func(p *membertest.Person) {
		for range 10 {
			p.Input(func(m *member.Member) []member.Action { return m.Type() })
			w.Run(100 * time.Millisecond)
		}
	}
	want := func(n int) {
		t.Helper()
		if got := other.Member.Typists(); len(got) != n || n == 1 && got[0] != author.ID {
			t.Errorf("%d are writing, want %d", len(got), n)
		}
	}
	types(quiet)
	want(0)
	w.Reset()
	types(author)
	want(1)
	if w.Counts.Frames > 10 {
		t.Errorf("told with %d frames", w.Counts.Frames)
	}
	w.Run(7 * time.Second)
	want(0)
	types(author)
	want(1)
	say(t, w, author, "so")
	want(0)
	types(author) // the next text is told at once
	want(1)
	w.Cut(author, other)
	w.Run(6 * time.Second)
	want(0)
}

// What is beyond its bounds, and what one may not do, is refused, and nothing is said.
func TestNotSaid(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 3}, 2)
	p := w.People[1]
	before := p.Member.History().Len()
	for name, c := range map[string]struct {
		do   func(*member.Member) (protocol.EventID, []member.Action, error)
		want error
	}{
		"an empty text": {do: func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Say("") }},
		"settings": {func(m *member.Member) (protocol.EventID, []member.Action, error) {
			return m.Configure(protocol.RoomSettings{})
		}, member.ErrNotFounder},
		"a removal": {func(m *member.Member) (protocol.EventID, []member.Action, error) {
			return m.Remove(w.Founder().ID)
		}, member.ErrNotFounder},
	} {
		_, actions, err := c.do(p.Member)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || len(actions) > 0 {
			t.Errorf("%s: %v, %v", name, actions, err)
		}
	}
	if _, _, err := w.Founder().Member.Remove(w.Founder().ID); !errors.Is(err, member.ErrNotFounder) {
		t.Errorf("the founder removes the founder: %v", err)
	}
	if p.Member.History().Len() != before {
		t.Error("something was said")
	}
	stranger := w.Join()
	if _, _, err := stranger.Member.Say("who am I"); !errors.Is(err, member.ErrNotIn) {
		t.Errorf("a stranger speaks: %v", err)
	}
}

// All that can be said is seen by the others, and names change.
func TestVerbs(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 4}, 2)
	a, b := w.People[0], w.People[1]
	text := say(t, w, a, "helo")
	gone := say(t, w, a, "never mind")
	type verb = func(*member.Member) (protocol.EventID, []member.Action, error)
	for _, one := range []struct {
		by   *membertest.Person
		what verb
	}{
		{a, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Edit(text, "hello") }},
		{a, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Delete(gone) }},
		{b, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.React(text, "👋", true) }},
		{b, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Reply(text, "hi") }},
		{b, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.Rename("Bo") }},
	} {
		do(t, one.by, one.what)
		w.Run(time.Second)
	}
	agree(t, w)
	see := b.Member.Timeline()
	i, _ := see.Index(text)
	if e := see.At(i); e.Text != "hello" || !e.Edited || len(e.Reactions) != 1 {
		t.Errorf("%+v", e)
	}
	i, _ = see.Index(gone)
	if e := see.At(i); !e.Deleted {
		t.Errorf("%+v", e)
	}
	if people := a.Member.People(); people[1].Name != "Bo" {
		t.Errorf("%+v", people)
	}
	if kept, _ := b.Member.Event(gone); len(kept.Event) == 0 || len(b.Kept(gone)) != len(kept.Event) {
		t.Error("the device still has what was deleted")
	}
}
