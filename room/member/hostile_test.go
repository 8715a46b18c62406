package member_test

import (
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
	"github.com/parley-chat/parley/room/member/membertest"
)

// dropped tells whether somebody has named another one for this.
func dropped(p, of *membertest.Person, kind member.FaultKind) bool {
	return slices.ContainsFunc(p.Faults, func(f member.Fault) bool { return f.Member == of.ID && f.Kind == kind })
}

// [O9] Who floods, with whatever frames, is dropped by name, and the room goes on.
func TestFloods(t *testing.T) {
	t.Parallel()
	for name, flood := range map[string]func(w *membertest.World) protocol.RoomFrame{
		"typing": func(*membertest.World) protocol.RoomFrame { return protocol.RoomTyping{} },
		"have":   func(*membertest.World) protocol.RoomFrame { return protocol.RoomHave{Digest: protocol.Digest{1}} },
		"events nobody asked for": func(w *membertest.World) protocol.RoomFrame {
			kept, _ := w.Founder().Member.Event(w.Founder().Member.Root())
			return protocol.RoomEvents{Events: slices.Repeat([][]byte{kept.Event}, 100)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := room(membertest.Options{Seed: 1}, 3)
			w.Run(time.Minute)
			bad, good := w.People[2], w.People[1]
			f := flood(w)
			frames := 5000
			if events, is := f.(protocol.RoomEvents); is {
				frames /= len(events.Events)
			}
			for range frames {
				bad.Inject(good, f)
			}
			w.Run(20 * time.Second)
			if !dropped(good, bad, member.FaultFlooded) {
				t.Error("nobody is named")
			}
			say(t, w, w.Founder(), "still here")
			if len(texts(good)) != 1 || len(texts(bad)) != 1 {
				t.Error("the room does not go on")
			}
		})
	}
}

// What is not signed well, in either kind of frame, is its bringer's fault.
func TestForged(t *testing.T) {
	t.Parallel()
	for _, gossip := range []bool{true, false} {
		w := room(membertest.Options{Seed: 2}, 3)
		bad, good := w.People[2], w.People[1]
		id := say(t, w, w.Founder(), "true")
		kept, _ := w.Founder().Member.Event(id)
		forged := slices.Clone(kept.Event)
		forged[40] ^= 1
		var f protocol.RoomFrame = protocol.RoomEvents{Events: [][]byte{forged}}
		if gossip {
			f = protocol.OverlayFrame{Kind: protocol.KindGossip, Hops: []int{1}, Event: forged}
		}
		bad.Inject(good, f)
		w.Run(time.Second)
		if !dropped(good, bad, member.FaultForged) {
			t.Errorf("gossip %v: nobody is named", gossip)
		}
	}
}

// [R9] One who says that somebody was removed is not believed, but for the founder.
func TestFalseBye(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 3}, 3)
	for _, to := range []*membertest.Person{w.People[0], w.People[1]} {
		for _, reason := range []protocol.ByeReason{protocol.ByRemoved, protocol.ByLocked, protocol.ByFull} {
			w.People[2].Inject(to, protocol.Message{Kind: protocol.KindBye, Reason: reason})
			w.Run(time.Minute)
			if to.Member == nil {
				t.Fatalf("%s was believed", reason)
			}
		}
	}
	agree(t, w)
	for _, by := range w.People[1:] {
		by.Inject(w.Founder(), protocol.Message{Kind: protocol.KindBye, Reason: protocol.ByRemoved})
	}
	w.Run(time.Minute)
	if w.Founder().Member == nil {
		t.Fatal("the founder believes to be removed")
	}
	agree(t, w)
}

// A door that says which room it is, and nothing more, keeps nobody out.
func TestSilentDoor(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		w := room(membertest.Options{Seed: seed}, 3)
		for _, p := range w.People[1:] {
			if p.Member.IsDoor() {
				p.Lies = func(*membertest.Person, protocol.RoomFrame) []protocol.RoomFrame { return nil }
			}
		}
		p := w.Join()
		w.Run(time.Minute)
		if !p.Member.IsIn() {
			t.Errorf("seed %d: the newcomer is kept out", seed)
		}
	}
}

// [R5], [R6] More questions than one may ask are not answered.
func TestTooManyQuestions(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 4}, 2)
	w.Run(time.Minute)
	bad, good := w.People[1], w.People[0]
	w.Reset()
	for range 200 {
		bad.Inject(good, protocol.RoomSummary{})
	}
	w.Run(5 * time.Second)
	if w.Counts.Frames > 60 {
		t.Errorf("%d frames were sent", w.Counts.Frames)
	}
	w.Run(time.Minute)
	agree(t, w)
}

// [R4] Who knows the room and is no member hears nothing of what is said, nor who is here, and is sent away.
func TestStranger(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 6}, 3)
	say(t, w, w.People[1], "between us")
	stranger := protocol.IdentityOf(w.Key())
	m := w.Founder().Member
	said := map[bool]int{}
	hears := func(actions []member.Action) {
		for _, action := range actions {
			switch a := action.(type) {
			case member.Send:
				if a.Peer != stranger {
					continue
				}
				_, overlay := a.Frame.(protocol.OverlayFrame)
				_, typing := a.Frame.(protocol.RoomTyping)
				if overlay || typing {
					t.Errorf("is told %+v", a.Frame)
				}
				if f, is := a.Frame.(protocol.RoomEvents); is {
					for _, data := range f.Events {
						e, _, _ := protocol.ParseEvent(m.Root(), data)
						said[e.Kind == protocol.EventText && e.Body != nil]++
					}
				}
			case member.Disconnect:
				if a.Peer == stranger && a.Reason != protocol.ByLocked {
					t.Errorf("is told %q", a.Reason)
				}
				said[false] += 1000
			}
		}
	}
	hears(m.Linked(stranger, member.Link{Theirs: protocol.RoomHello{Root: m.Root()}}))
	hears(m.Received(stranger, protocol.RoomSummary{}))
	_, actions, _ := m.Say("still between us")
	hears(actions)
	hears(m.Type())
	for i := range 12 {
		hears(m.Tick(w.Now().Add(time.Duration(i) * time.Second)))
	}
	if said[true] > 0 || said[false] < 1000 || said[false] == 1000 {
		t.Errorf("%d texts; was sent away and told what is to be told: %d", said[true], said[false])
	}
	// A flood over such a link is not read to its end.
	hears(m.Linked(stranger, member.Link{Theirs: protocol.RoomHello{Root: m.Root()}}))
	flooded := false
	for range 3000 {
		for _, a := range m.Received(stranger, protocol.OverlayFrame{Kind: protocol.KindJoin}) {
			_, is := a.(member.Fault)
			flooded = flooded || is
		}
	}
	if !flooded {
		t.Error("a stranger may flood")
	}
}

// [O2] People who are not there are not shown, whoever says that they are.
func TestInventedPeople(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 5}, 3)
	bad, good := w.People[2], w.People[1]
	key := w.Key()
	p := protocol.Presence{Member: protocol.IdentityOf(key), Counter: 1}
	bad.Inject(good, protocol.OverlayFrame{
		Kind: protocol.KindGossip, Hops: []int{1}, Presence: p.Sign(key, w.Founder().Member.Root()),
	})
	w.Run(time.Second)
	if got := len(good.Member.People()); got != 3 {
		t.Errorf("%d people", got)
	}
	if _, here := good.Member.Key(p.Member); here {
		t.Error("somebody is here who is no member")
	}
	agree(t, w)
}
