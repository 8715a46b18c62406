package peer_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
)

// growGroup makes a room and lets others enter, one after the other.
func growGroup(t *testing.T, w *peertest.World, size int) []*peer.Group {
	t.Helper()
	all := []*peer.Group{createGroup(t, w, "m0")}
	for i := 1; i < size; i++ {
		all = append(all, enterGroup(t, w, fmt.Sprint("m", i), all[0].Secret()))
	}
	return all
}

// links is how many members somebody is linked to.
func links(g *peer.Group) int {
	n := 0
	for _, m := range g.Members() {
		if m.Linked {
			n++
		}
	}
	return n
}

// everybodyHears lets each member say something that all others hear.
func everybodyHears(t *testing.T, all []*peer.Group, what string) {
	t.Helper()
	for _, from := range all {
		text := fmt.Sprint(what, " of ", from.Identity())
		say(t, from, text)
		for _, g := range all {
			until(t, g, text, func(n peer.Notice) bool { return n.Kind == peer.NoticeText && n.Entry.Text == text })
		}
	}
}

// In a mesh what is said takes one hop to everybody, as over a bare channel.
func TestMeshLatency(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 5)
		time.Sleep(10 * time.Second) // virtual
		for i, from := range all {
			text := fmt.Sprint("text ", i)
			begun := time.Now()
			say(t, from, text)
			for _, g := range all {
				hears(t, g, fmt.Sprint("m", i), text)
			}
			if took := time.Since(begun); took != peertest.Delay {
				t.Errorf("[O7] what m%d says takes %s, a packet %s", i, took, peertest.Delay)
			}
			time.Sleep(time.Second) // virtual
		}
	})
}

func TestOverlay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 12)
		time.Sleep(time.Minute) // virtual
		for i, g := range all {
			if n := links(g); n < 2 || n == 11 {
				t.Errorf("[O7] m%d has %d links", i, n)
			}
		}
		everybodyHears(t, all, "a word")
	})
}

// Who made the room, and was its first door, leaves: the others talk, and somebody new finds them.
func TestFirstDoorLeaves(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 3)
		secret := all[0].Secret()
		time.Sleep(10 * time.Second) // virtual
		_ = all[0].Close()
		until(t, all[1], "leaving", kind(peer.NoticeLeft, "m0"))
		all = append(all[1:], enterGroup(t, w, "late", secret))
		everybodyHears(t, all, "still here")
	})
}
