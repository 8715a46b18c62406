package peer_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// Those who vanished without a word leave their documents; who is there is found all the same (SPEC R3).
func TestDoorAmongGhosts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		ref := signaling.MeshRoom(w.Store, ana.Secret().RoomID())
		for i := range 10 {
			time.Sleep(time.Second) // virtual
			if err := ref.Enter(t.Context(), fmt.Sprint("ghost", i), protocol.Key{byte(i)}, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(33 * time.Second) // virtual
		begun := time.Now()
		ben := enterGroup(t, w, "Ben", ana.Secret())
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("[R3] entering took %s", took)
		}
		everybodyHears(t, []*peer.Group{ana, ben}, "among ghosts")
	})
}

// A room outlasts its document, and so does a door's (SPEC R11).
func TestGroupOutlastsDocument(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		say(t, ana, "two days ago")
		time.Sleep(48 * time.Hour) // virtual
		ben := enterGroup(t, w, "Ben", ana.Secret())
		hears(t, ben, "Ana", "two days ago")
	})
}

// A call that nobody of the room has made is ended, and harms nobody.
func TestForgedCallOfGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		ref := signaling.MeshRoom(w.Store, ana.Secret().RoomID())
		id := protocol.RoomID("AAAAAAAAAAAAAAAAAAAAAAAAAAA")
		forged := signaling.Link{Caller: "eve", Callee: "Ana", CallerKey: protocol.Key{1}, Offer: make([]byte, 512)}
		if err := ref.Call(t.Context(), id, forged, time.Now()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		link, err := ref.Link(id).Read(t.Context())
		if err != nil || link.State != signaling.LinkClosed || link.Reason != signaling.ReasonFailed {
			t.Errorf("[L5] %+v, %v", link, err)
		}
		ben := enterGroup(t, w, "Ben", ana.Secret())
		everybodyHears(t, []*peer.Group{ana, ben}, "all the same")
	})
}
