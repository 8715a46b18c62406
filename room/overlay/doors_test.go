package overlay_test

import (
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// [R2] Everybody hears at once who is a door, and who is one no more.
func TestDoors(t *testing.T) {
	t.Parallel()
	w := room(overlaytest.Options{Seed: 12}, 14)
	door, another := w.Members[3], w.Members[7]
	want := func(doors ...*overlaytest.Member) {
		t.Helper()
		w.Run(2 * time.Second)
		for _, m := range w.Alive() {
			known := 0
			for _, d := range doors {
				if slices.Contains(m.Node.Doors(), d.Peer) {
					known++
				} else if d != m {
					t.Error("a member has not heard of a door")
				}
			}
			if len(m.Node.Doors()) > known {
				t.Error("a member takes somebody for a door who is none")
			}
		}
	}
	want()
	door.SetDoor(true)
	door.SetDoor(true)
	another.SetDoor(true)
	want(door, another)
	w.Run(overlay.GoneAfter) // presences that come by themselves say so too
	want(door, another)
	door.SetDoor(false)
	want(another)
	another.Leave()
	want()
}
