package emulatortests

import (
	"context"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

// inMany puts somebody into a room of many: into a new one without a secret.
func inMany(t *testing.T, at *site.Site, name string, secret *protocol.RoomSecret) *peer.Group {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	o := &peer.Options{Name: name, Loopback: true}
	var g *peer.Group
	var err error
	if secret == nil {
		g, err = peer.CreateGroup(ctx, at.Services(), protocol.RoomSettings{Name: "Kitchen"}, o)
	} else {
		g, err = peer.EnterGroup(ctx, at.Services(), *secret, o)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

// saysTo says something that the others hear.
func saysTo(t *testing.T, from *peer.Group, text string, others ...*peer.Group) {
	t.Helper()
	if _, err := from.Say(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	for _, g := range others {
		awaitNotice(t, g, text, func(n peer.Notice) bool { return n.Kind == peer.NoticeText && n.Entry.Text == text })
	}
}

func awaitNotice(t *testing.T, g *peer.Group, what string, wanted func(peer.Notice) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		n, err := g.Next(ctx)
		if err != nil {
			t.Fatalf("no %q: %v", what, err)
		}
		if wanted(n) {
			return
		}
	}
}

// The rules let in, and see, what package peer's tests do in memory: who enters pays for one call through the store,
// and who is removed is left behind.
func TestRoomOfMany(t *testing.T) {
	ana := inMany(t, someone(t), "Ana", nil)
	secret := ana.Secret()
	ben := inMany(t, someone(t), "Ben", &secret)
	site := someone(t)
	eve := inMany(t, site, "Eve", &secret)
	saysTo(t, eve, "hello", ana, ben)
	c := site.Counts()
	// The room, at most four members, and the call with its answer; D12 may tell some of it twice. A candidate found late
	// is a write, and a read.
	if c.Writes > 3 || c.Deletes > 3 || c.Reads > 1+4+4 {
		t.Errorf("[R3] entering cost %+v", c)
	}
	if _, err := ana.Remove(t.Context(), eve.Identity()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-eve.Done():
	case <-time.After(patience):
		t.Fatal("the removed one is still there")
	}
	if name := peer.NameOf(eve.Err()); name != peer.Removed {
		t.Errorf("[R9] the removed one: %v", eve.Err())
	}
	awaitNotice(t, ben, "the new code", func(n peer.Notice) bool { return n.Kind == peer.NoticeMoved })
	moved := ana.Secret()
	if moved == secret || ben.Secret() != moved {
		t.Error("[R8] the room is where it was")
	}
	carl := inMany(t, someone(t), "Carl", &moved)
	saysTo(t, carl, "at the new code", ana, ben)
}
