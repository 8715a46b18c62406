package peer_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

// enterCounted enters with a store that counts.
func enterCounted(
	t *testing.T, w *peertest.World, uid string, secret protocol.RoomSecret,
) (*peer.Group, *peertest.Counted) {
	t.Helper()
	o, _ := w.Options(t)
	o.Name = uid
	s := w.Services(uid)
	store := &peertest.Counted{Store: w.Store}
	s.Store = store
	g, err := peer.EnterGroup(t.Context(), s, secret, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g, store
}

// Entering costs the same whatever the size of the room (SPEC R3): these are all reads, writes and deletes of Firestore
// for one who comes, until it is linked to everybody, as in a mesh all are (SPEC O7).
func TestEnteringCosts(t *testing.T) {
	for size, doors := range map[int]int{2: 1, 3: 2, 5: 2, 10: 2} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				counted := &peertest.Counted{Store: w.Store}
				w.Store = counted
				all := growGroup(t, w, size-1)
				time.Sleep(20 * time.Second) // virtual
				counted.Reset()
				g, own := enterCounted(t, w, "new", all[0].Secret())
				for begun := time.Now(); links(g) < size-1; time.Sleep(10 * time.Millisecond) { // virtual
					if time.Since(begun) > time.Minute {
						t.Fatalf("[O7] linked to %d", links(g))
					}
				}
				want := map[string]int{
					"read rooms": 1, "read members": doors, // who is there
					"write links": 1, "read links": 2, "delete links": 1, // one call, and what it came to
				}
				if got := own.Counts(); !maps.Equal(got, want) {
					t.Errorf("[R3] the newcomer: %v, want %v", got, want)
				}
				// The doors' own looks at each other have nothing to do with it.
				want = map[string]int{"write links": 2, "read links": 4, "delete links": 1}
				got := counted.Counts()
				delete(got, "read members")
				delete(got, "read rooms")
				if !maps.Equal(got, want) {
					t.Errorf("[R3] all together: %v, want %v", got, want)
				}
				everybodyHears(t, append(all, g), "a word")
			})
		})
	}
}

// While nobody comes, goes or is away, only doors use the store, to see each other: so often, however many there are.
func TestStayingCosts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		counted := &peertest.Counted{Store: &signalingtest.Memory{}}
		w.Store = counted
		growGroup(t, w, 3)
		time.Sleep(time.Minute) // virtual
		counted.Reset()
		time.Sleep(10 * time.Minute) // virtual
		got := counted.Counts()
		if n := got["read members"]; n < 2*2*18 || n > 2*2*23 {
			t.Errorf("[R3] two doors have read %d documents in ten minutes, each 2 about every 30 s", n)
		}
		delete(got, "read members")
		if len(got) > 0 {
			t.Errorf("[R3] besides: %v", got)
		}
	})
}
