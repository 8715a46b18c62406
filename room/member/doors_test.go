package member_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/room/member/membertest"
)

// [R2] A room has two or three doors, also when doors go or come.
func TestDoors(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 1}, 1)
	doors := func() []*membertest.Person {
		var open []*membertest.Person
		for _, p := range w.Present() {
			if p.Member.IsDoor() {
				open = append(open, p)
			}
		}
		return open
	}
	if got := len(doors()); got != 1 {
		t.Fatalf("%d doors of one member", got)
	}
	for len(w.People) < 6 {
		w.Join()
		w.Run(20 * time.Second)
		if got := len(doors()); got < 2 || got > 3 {
			t.Errorf("%d doors of %d members", got, len(w.People))
		}
	}
	for range 3 {
		doors()[0].Crash()
		for range 180 {
			w.Run(time.Second)
			if got := len(doors()); got > 3 {
				t.Fatalf("%d doors at once", got)
			}
		}
		if got := len(doors()); got < 2 || got > 3 {
			t.Errorf("%d doors of %d members, when one has gone", got, len(w.Present()))
		}
		p := w.Join()
		w.Run(time.Minute)
		if !p.Member.IsIn() {
			t.Error("nobody lets in who comes then")
		}
	}
}

// [R2] Two rooms with three doors each, that were parted, are one with three at most.
func TestTooManyDoors(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 2}, 9)
	side := map[*membertest.Person]int{}
	for i, p := range w.People {
		side[p] = i % 3
	}
	w.Part(func(a, b *membertest.Person) bool { return side[a] != side[b] })
	w.Run(5 * time.Minute)
	w.Part(nil)
	w.Run(5 * time.Minute)
	agree(t, w)
	open := 0
	for _, p := range w.Present() {
		if p.Member.IsDoor() {
			open++
		}
	}
	if open < 2 || open > 3 {
		t.Errorf("%d doors", open)
	}
}

// [R2] Who has no link becomes a door where hardly any is known, though somebody who crashed is thought to be there.
func TestDoorWithoutLinks(t *testing.T) {
	t.Parallel()
	w := room(membertest.Options{Seed: 3}, 3)
	w.Run(20 * time.Second)
	var doors, others []*membertest.Person
	for _, p := range w.People {
		if p.Member.IsDoor() {
			doors = append(doors, p)
		} else {
			others = append(others, p)
		}
	}
	if len(doors) != 2 || len(others) != 1 {
		t.Fatalf("%d doors, %d others", len(doors), len(others))
	}
	doors[0].Leave()
	doors[1].Crash()
	w.Run(15 * time.Second)
	if len(others[0].Member.Neighbours()) > 0 || !others[0].Member.IsDoor() {
		t.Error("who is left is no door")
	}
	late := w.Join()
	w.Run(10 * time.Second)
	if !late.Member.IsIn() {
		t.Error("nobody lets in who comes then")
	}
}

// [R3] Documents of members that crashed, which came later, hide a door for a while only.
func TestDoorAmongGhosts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		w := room(membertest.Options{Seed: seed}, 1)
		w.Run(time.Duration(seed) * 7 * time.Second)
		for range 4 {
			w.Run(time.Second)
			w.Ghost()
		}
		late := w.Join()
		w.Run(45 * time.Second)
		if !late.Member.IsIn() {
			t.Errorf("seed %d: who comes is not let in", seed)
		}
		w.Run(30 * time.Second)
		agree(t, w)
	}
}
