package member_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/room/member/membertest"
)

// Of two links between the same two both sides keep the same one; who has come back takes the place of who was there.
func TestReplaces(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 1}, 2)
	a, b := w.People[0], w.People[1]
	key := func(p *membertest.Person) protocol.Key { return p.Config().Key }
	for _, first := range []bool{true, false} { // who called over the link that there is
		for _, second := range []bool{true, false} {
			for _, p := range []*membertest.Person{a, b} {
				p.Input(func(m *member.Member) []member.Action {
					other := map[bool]*membertest.Person{true: b, false: a}[p == a]
					return m.Linked(other.ID, member.Link{
						Theirs: protocol.RoomHello{Root: m.Root()}, Key: key(other), Caller: first == (p == a),
					})
				})
			}
			one := a.Member.Replaces(b.ID, member.Link{Key: key(b), Caller: second})
			other := b.Member.Replaces(a.ID, member.Link{Key: key(a), Caller: !second})
			// Of the two links a keeps the new one just if b does; who sees them the other way round keeps the same.
			if one != other || first == second && !one {
				t.Errorf("first called by a: %v, second: %v: a %v, b %v", first, second, one, other)
			}
			if first != second {
				back := member.Link{Key: key(b), Caller: first}
				a.Input(func(m *member.Member) []member.Action {
					return m.Linked(b.ID, member.Link{
						Theirs: protocol.RoomHello{Root: m.Root()}, Key: key(b), Caller: second,
					})
				})
				if a.Member.Replaces(b.ID, back) == one {
					t.Error("the order in which the links come decides")
				}
			}
			if !a.Member.Replaces(b.ID, member.Link{Key: protocol.Key{1}}) {
				t.Error("who has come back is turned away")
			}
		}
	}
}

// After the end every input does nothing.
func TestOver(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 2}, 2)
	m, other := w.People[1].Member, w.Founder().ID
	m.Leave()
	inputs := map[string][]member.Action{
		"tick": m.Tick(w.Now().Add(time.Hour)), "leave": m.Leave(), "type": m.Type(), "alone": m.Alone(),
		"read": m.Read(m.Root()), "unlinked": m.Unlinked(other), "failed": m.Failed(other), "drained": m.Drained(other),
		"linked": m.Linked(other, member.Link{}), "received": m.Received(other, protocol.RoomTyping{}),
		"introduce": m.Introduce(other, protocol.StepOffer, "", nil),
	}
	for name, actions := range inputs {
		if len(actions) > 0 {
			t.Errorf("%s: %v", name, actions)
		}
	}
	if _, actions, err := m.Say("hello"); err == nil || len(actions) > 0 {
		t.Errorf("something was said: %v", actions)
	}
	if m.Accepts(other, true) {
		t.Error("it accepts a link")
	}
}
