package peer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
)

// someRoom is what the rooms of these tests are like.
func someRoom() protocol.RoomSettings { return protocol.RoomSettings{Name: "Kitchen"} }

func createGroup(t *testing.T, w *peertest.World, uid string) *peer.Group {
	t.Helper()
	o, _ := w.Options(t)
	o.Name = uid
	return createWith(t, w, uid, o)
}

func createWith(t *testing.T, w *peertest.World, uid string, o *peer.Options) *peer.Group {
	t.Helper()
	g, err := peer.CreateGroup(t.Context(), w.Services(uid), someRoom(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

func enterGroup(t *testing.T, w *peertest.World, uid string, secret protocol.RoomSecret) *peer.Group {
	t.Helper()
	o, _ := w.Options(t)
	o.Name = uid
	return enterWith(t, w, uid, secret, o)
}

func enterWith(
	t *testing.T, w *peertest.World, uid string, secret protocol.RoomSecret, o *peer.Options,
) *peer.Group {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute) // virtual
	defer stop()
	g, err := peer.EnterGroup(ctx, w.Services(uid), secret, o)
	if err != nil {
		t.Fatalf("%s enters: %v", uid, err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

func say(t *testing.T, g *peer.Group, text string) protocol.EventID {
	t.Helper()
	id, err := g.Say(t.Context(), text)
	if err != nil {
		t.Fatalf("say: %v", err)
	}
	return id
}

// until gives the first notice that is as wanted.
func until(t *testing.T, g *peer.Group, what string, wanted func(peer.Notice) bool) peer.Notice {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute) // virtual
	defer stop()
	for {
		n, err := g.Next(ctx)
		if err != nil {
			t.Fatalf("no %s, but %v", what, err)
		}
		if wanted(n) {
			return n
		}
	}
}

func hears(t *testing.T, g *peer.Group, from, text string) peer.Notice {
	t.Helper()
	n := until(t, g, text, func(n peer.Notice) bool { return n.Kind == peer.NoticeText && n.Entry.Text == text })
	if n.Member.Name != from {
		t.Errorf("%q is said by %q, want %q", text, n.Member.Name, from)
	}
	return n
}

func kind(kind peer.NoticeKind, name string) func(peer.Notice) bool {
	return func(n peer.Notice) bool { return n.Kind == kind && n.Member.Name == name }
}

func TestTwoInGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		before := say(t, ana, "anybody there?")
		ben := enterGroup(t, w, "Ben", ana.Secret())
		if n := hears(t, ben, "Ana", "anybody there?"); !n.Earlier || n.Entry.ID != before {
			t.Errorf("what was said before: %+v", n)
		}
		until(t, ana, "Ben", kind(peer.NoticeCame, "Ben"))
		say(t, ben, "Grüß dich 👋")
		if n := hears(t, ana, "Ben", "Grüß dich 👋"); n.Earlier {
			t.Errorf("what is said now: %+v", n)
		}
		id := say(t, ana, "Hello")
		hears(t, ben, "Ana", "Hello")
		_, replied := ben.Reply(t.Context(), id, "to you")
		_, reacted := ben.React(t.Context(), id, "👍", true)
		_, edited := ana.Edit(t.Context(), id, "Hello!")
		_, deleted := ana.Delete(t.Context(), before)
		if err := errors.Join(replied, reacted, edited, deleted); err != nil {
			t.Fatal(err)
		}
		if n := hears(t, ana, "Ben", "to you"); n.Entry.Reply == nil || *n.Entry.Reply != id {
			t.Errorf("reply %+v", n.Entry)
		}
		until(t, ben, "the edit", func(n peer.Notice) bool {
			return n.Kind == peer.NoticeChanged && n.Entry.ID == id && n.Entry.Text == "Hello!" && n.Entry.Edited
		})
		until(t, ben, "the deletion", func(n peer.Notice) bool { return n.Entry.ID == before && n.Entry.Deleted })
		if s := ben.Settings(); s.Name != "Kitchen" {
			t.Errorf("settings %+v", s)
		}
		if m := ben.Members(); len(m) != 2 || !m[0].Founder || m[0].Name != "Ana" || !m[1].Self || !m[0].Linked {
			t.Errorf("members %+v", m)
		}
		if _, err := ben.Configure(t.Context(), someRoom()); !errors.Is(err, peer.ErrNotFounder) {
			t.Errorf("[E8] %v", err)
		}
		if err := ben.Close(); err != nil {
			t.Fatal(err)
		}
		until(t, ana, "Ben's leaving", kind(peer.NoticeLeft, "Ben"))
		if _, err := ben.Say(t.Context(), "late"); !errors.Is(err, peer.ErrClosed) {
			t.Errorf("say after Close: %v", err)
		}
	})
}

func TestGroupOfNobody(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		say(t, ana, "alone")
		time.Sleep(10 * time.Minute) // virtual
		_ = ana.Close()
		if left := memory(w).Paths(); len(left) != 1 {
			t.Errorf("besides the room: %v", left)
		}
	})
}
