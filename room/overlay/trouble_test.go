package overlay_test

import (
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// Half of a room crashes at once. Who is left hears everything, also what was said before anybody noticed.
func TestHalfCrashes(t *testing.T) {
	t.Parallel()
	for size, seed := range map[int]uint64{8: 1, 14: 1, 41: 111} { // with 111 a part is cut off
		w := room(overlaytest.Options{Seed: seed}, size)
		for _, i := range w.Random().Perm(size)[:size/2] {
			w.Members[i].Crash()
		}
		ids := talk(w, 20, 500*time.Millisecond)
		w.Run(60 * time.Second)
		ids = append(ids, talk(w, 20, 500*time.Millisecond)...)
		w.Run(10 * time.Second)
		check(t, w, ids)
		w.Run(overlay.GoneAfter)
		known(t, w)
	}
}

// What an author that crashes has said reaches all or nobody.
func TestAuthorCrashes(t *testing.T) {
	t.Parallel()
	w := room(overlaytest.Options{Seed: 3}, 20)
	var ids []overlay.ID
	for range 8 {
		author := somebody(w)
		ids = append(ids, author.Say())
		w.Run(time.Duration(w.Random().IntN(60)) * time.Millisecond)
		author.Crash()
		w.Run(2 * time.Second)
	}
	w.Run(30 * time.Second)
	for _, id := range ids {
		have := 0
		for _, m := range w.Alive() {
			have += m.Heard[id].Times
		}
		if have != 0 && have != len(w.Alive()) {
			t.Errorf("an event is at %d of %d", have, len(w.Alive()))
		}
	}
}

// Links break, members come, go and crash, at any moment. What somebody who is left has, all have.
func TestChurn(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		w := room(overlaytest.Options{Seed: seed}, 10+20*int(seed))
		var ids []overlay.ID
		for range 120 {
			disturb(w)
			ids = append(ids, talk(w, 1, time.Duration(w.Random().IntN(1000))*time.Millisecond)...)
		}
		w.Run(60 * time.Second)
		held := slices.DeleteFunc(ids[len(ids)-60:], func(id overlay.ID) bool {
			return !slices.ContainsFunc(w.Alive(), func(m *overlaytest.Member) bool { return m.Heard[id].Times > 0 })
		})
		if len(held) < 40 {
			t.Errorf("only %d of 60 events outlived their authors", len(held))
		}
		check(t, w, held)
		w.Run(2 * overlay.GoneAfter)
		known(t, w)
	}
}

// disturb lets something happen.
func disturb(w *overlaytest.World) {
	what := w.Random().IntN(8)
	switch {
	case what < 2:
		w.Join(somebody(w))
	case len(w.Alive()) <= 5:
	case what == 2:
		somebody(w).Leave()
	case what == 3:
		somebody(w).Crash()
	default:
		cutOne(w)
	}
}

// cutOne ends a link that somebody has.
func cutOne(w *overlaytest.World) {
	m := somebody(w)
	for _, other := range w.Alive() {
		if slices.Contains(other.Node.Neighbours(), m.Peer) {
			w.Cut(m, other)
			return
		}
	}
}

// A room that was parted for a while is one again, and nothing said meanwhile is lost.
func TestPartition(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		size  int
		apart time.Duration
	}{{6, 60 * time.Second}, {30, 60 * time.Second}, {6, 150 * time.Second}, {30, 150 * time.Second}} {
		w := room(overlaytest.Options{Seed: 5}, tc.size)
		half := map[*overlaytest.Member]bool{}
		for _, m := range w.Members[:tc.size/2] {
			half[m] = true
		}
		w.Part(func(a, b *overlaytest.Member) bool { return half[a] != half[b] })
		w.Run(tc.apart - 20*time.Second)
		ids := talk(w, 20, time.Second)
		w.Part(nil)
		for range 20 {
			w.Run(30 * time.Second)
			if together(w) {
				break
			}
		}
		later := talk(w, 10, time.Second)
		w.Run(10 * time.Second)
		check(t, w, later)
		known(t, w)
		if tc.apart < overlay.GoneAfter { // else it is history that is asked for
			check(t, w, ids)
		}
	}
}

// together tells whether everybody knows everybody.
func together(w *overlaytest.World) bool {
	for _, m := range w.Alive() {
		if len(m.Node.Members()) != len(w.Alive())-1 {
			return false
		}
	}
	return true
}
