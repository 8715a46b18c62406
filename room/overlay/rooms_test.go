package overlay_test

import (
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// room is a world in which everybody has joined, each through somebody who was there.
func room(opts overlaytest.Options, size int) *overlaytest.World {
	w := overlaytest.New(opts)
	w.Join(nil)
	for i := 1; i < size; i++ {
		w.Join(w.Members[w.Random().IntN(i)])
		w.Run(time.Second)
	}
	w.Run(15 * time.Second)
	return w
}

// somebody is one of those who are there.
func somebody(w *overlaytest.World) *overlaytest.Member {
	alive := w.Alive()
	return alive[w.Random().IntN(len(alive))]
}

// check fails unless everybody who is there has each of the events, once.
func check(t *testing.T, w *overlaytest.World, ids []overlay.ID) {
	t.Helper()
	lost, doubled := 0, 0
	for _, m := range w.Alive() {
		if m.Lies != nil {
			continue
		}
		for _, id := range ids {
			switch times := m.Heard[id].Times; {
			case times == 0:
				lost++
			case times > 1:
				doubled++
			}
		}
	}
	if lost > 0 || doubled > 0 {
		t.Errorf("of %d events at %d members %d are lost and %d doubled", len(ids), len(w.Alive()), lost, doubled)
	}
	for _, fault := range w.Faults {
		if fault.Of.Lies == nil && !fault.Of.Withholds {
			t.Errorf("an honest member was dropped: %s", fault.Reason)
		}
	}
}

// known fails unless everybody knows who is there, and nobody else.
func known(t *testing.T, w *overlaytest.World) {
	t.Helper()
	var there []overlay.Peer
	for _, m := range w.Alive() {
		there = append(there, m.Peer)
	}
	for _, m := range w.Alive() {
		others := slices.DeleteFunc(slices.Clone(there), func(p overlay.Peer) bool { return p == m.Peer })
		slices.SortFunc(others, func(a, b overlay.Peer) int { return slices.Compare(a[:], b[:]) })
		if got := m.Node.Members(); !slices.Equal(got, others) {
			t.Errorf("a member knows %d others, not just the %d that there are", len(got), len(others))
		}
	}
}

// talk lets somebody say something each pause, and gives what was said.
func talk(w *overlaytest.World, times int, pause time.Duration) []overlay.ID {
	var ids []overlay.ID
	for range times {
		ids = append(ids, somebody(w).Say())
		w.Run(pause)
	}
	return ids
}

// [O7] To ten everybody is linked to everybody, and a message takes one hop.
func TestMesh(t *testing.T) {
	t.Parallel()
	for _, size := range []int{2, 3, 5, 9, 10} {
		w := room(overlaytest.Options{Seed: uint64(size), Wire: true}, size)
		known(t, w)
		ids := talk(w, 20, 50*time.Millisecond)
		w.Run(3 * time.Second)
		check(t, w, ids)
		for _, m := range w.Members {
			if !m.Node.Mesh() || len(m.Node.Neighbours()) != size-1 {
				t.Errorf("of %d one has %d neighbours, mesh %v", size, len(m.Node.Neighbours()), m.Node.Mesh())
			}
			for _, id := range ids {
				if hops := m.Heard[id].Hops; hops > 1 {
					t.Errorf("of %d one hears over %d hops", size, hops)
				}
			}
		}
		if want := size - 1; w.Counts.Called != want {
			t.Errorf("%d members called %d times through the store, want %d", size, w.Counts.Called, want)
		}
	}
}

// [O7] Beyond ten nobody has more than a few links, and all hear everything.
func TestOverlay(t *testing.T) {
	t.Parallel()
	for _, size := range []int{11, 25, 60} {
		w := room(overlaytest.Options{Seed: uint64(size), Wire: size < 20}, size)
		w.Run(30 * time.Second)
		known(t, w)
		ids := talk(w, 30, 50*time.Millisecond)
		w.Run(5 * time.Second)
		check(t, w, ids)
		for _, m := range w.Members {
			if n := len(m.Node.Neighbours()); m.Node.Mesh() || n < overlay.Wanted || n > overlay.Full {
				t.Errorf("of %d one has %d neighbours, mesh %v", size, n, m.Node.Mesh())
			}
		}
		if most := size - 1 + size/5; w.Counts.Called > most {
			t.Errorf("%d members called %d times through the store, want %d at the most", size, w.Counts.Called, most)
		}
	}
}

// [O1] From mesh to overlay and back, while somebody always talks.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		w := room(overlaytest.Options{Seed: seed, Wire: seed == 0}, 7)
		ids := talk(w, 5, 200*time.Millisecond)
		for range 10 {
			w.Join(somebody(w))
			ids = append(ids, talk(w, 5, 200*time.Millisecond)...)
		}
		if w.Members[0].Node.Mesh() {
			t.Error("17 are a mesh")
		}
		for range 10 {
			somebody(w).Leave()
			ids = append(ids, talk(w, 10, 200*time.Millisecond)...)
		}
		ids = append(ids, talk(w, 50, 200*time.Millisecond)...)
		w.Run(10 * time.Second)
		check(t, w, ids[len(ids)-150:]) // 30 s: who came late need not have what was said before
		known(t, w)
		for _, m := range w.Alive() {
			if !m.Node.Mesh() || len(m.Node.Neighbours()) != 6 {
				t.Errorf("of 7 one has %d neighbours, mesh %v", len(m.Node.Neighbours()), m.Node.Mesh())
			}
		}
	}
}

// A crowd comes at once, all through the founder.
func TestCrowd(t *testing.T) {
	t.Parallel()
	for _, size := range []int{10, 60} {
		w := overlaytest.New(overlaytest.Options{Seed: 6})
		founder := w.Join(nil)
		for range size - 1 {
			w.Join(founder)
		}
		ids := talk(w, 10, time.Second)
		w.Run(40 * time.Second)
		known(t, w)
		ids = append(ids, talk(w, 10, time.Second)...)
		w.Run(10 * time.Second)
		check(t, w, ids)
	}
}

// The same seed gives the same room: nothing depends on the order of a map.
func TestSameAgain(t *testing.T) {
	t.Parallel()
	var counts []overlaytest.Counts
	for range 2 {
		w := room(overlaytest.Options{Seed: 4}, 25)
		for range 20 {
			disturb(w)
			talk(w, 1, time.Second)
		}
		counts = append(counts, w.Counts)
	}
	if counts[0] != counts[1] {
		t.Errorf("got %+v, then %+v", counts[0], counts[1])
	}
}

// A large room: what `parley bench rooms` measures, here for what is lost.
func TestLarge(t *testing.T) {
	t.Parallel()
	w := overlaytest.New(overlaytest.Options{Seed: 1})
	w.Join(nil)
	for i := 1; i < large; i++ {
		w.Join(w.Members[w.Random().IntN(i)])
		w.Run(40 * time.Millisecond)
	}
	w.Run(10 * time.Second)
	ids := talk(w, 20, 100*time.Millisecond)
	w.Run(10 * time.Second)
	check(t, w, ids)
	known(t, w)
}
