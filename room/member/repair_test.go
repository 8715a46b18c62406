package member_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member/membertest"
)

// [R5] What a repair brings is told to the others soon.
func TestRepairSpreads(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 1}, 3)
	author, near, far := w.People[0], w.People[1], w.People[2]
	author.Lies = func(to *membertest.Person, f protocol.RoomFrame) []protocol.RoomFrame {
		if _, gossip := f.(protocol.OverlayFrame); gossip || to == far {
			return nil
		}
		return []protocol.RoomFrame{f}
	}
	say(t, w, author, "hardly heard")
	for range 60 {
		if len(texts(near)) > 0 {
			break
		}
		w.Run(time.Second)
	}
	w.Run(3 * time.Second)
	if len(texts(near)) != 1 || len(texts(far)) != 1 {
		t.Errorf("one has %d texts, the other %d", len(texts(near)), len(texts(far)))
	}
}

// [R6] A parent that is missing is asked for: of who brought the child, and then of others.
func TestMissingParent(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 2}, 3)
	author, other, late := w.People[0], w.People[1], w.People[2]
	hides := 0
	author.Lies = func(to *membertest.Person, f protocol.RoomFrame) []protocol.RoomFrame {
		o, is := f.(protocol.OverlayFrame)
		if _, answer := f.(protocol.RoomEvents); to == late && (answer || is && o.Event != nil && hides == 0) {
			hides++
			return nil
		}
		return []protocol.RoomFrame{f}
	}
	other.Lies = func(_ *membertest.Person, f protocol.RoomFrame) []protocol.RoomFrame {
		if _, is := f.(protocol.OverlayFrame); is {
			return nil
		}
		return []protocol.RoomFrame{f}
	}
	author.Say("the parent")
	author.Say("the child")
	w.Run(time.Second)
	if got := texts(late); len(got) > 0 || late.Member.History().Waiting() != 1 {
		t.Fatalf("reads %q", got)
	}
	w.Run(4 * time.Second)
	if got := texts(late); len(got) != 2 {
		t.Errorf("reads %q; the author has hidden %d frames", got, hides)
	}
}

// [R6] Bodies that are missing are asked for when a link is made.
func TestMissingBody(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 3}, 3)
	author, other, late := w.People[0], w.People[1], w.People[2]
	strip := func(to *membertest.Person, f protocol.RoomFrame) []protocol.RoomFrame {
		if o, is := f.(protocol.OverlayFrame); is && o.Event != nil && to == late {
			e, _, err := protocol.ParseEvent(w.Founder().Member.Root(), o.Event)
			if err != nil {
				t.Error(err)
			}
			stub := e.Stub()
			o.Event = stub.Encode()
			f = o
		}
		return []protocol.RoomFrame{f}
	}
	author.Lies, other.Lies = strip, strip
	say(t, w, author, "with a body")
	if got := texts(late); len(got) != 1 || got[0] != "" {
		t.Fatalf("reads %q", got)
	}
	w.Cut(late, other)
	w.Run(time.Minute)
	if got := texts(late); got[0] != "with a body" {
		t.Errorf("reads %q", got)
	}
}
