package peer_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
)

func of(kind peer.NoticeKind, name string, id protocol.EventID) func(peer.Notice) bool {
	return func(n peer.Notice) bool { return n.Kind == kind && n.Member.Name == name && n.Entry.ID == id }
}

// [R7] An author hears who has got and read what, once for many texts, and can ask.
func TestReceipts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		say(t, ana, "one")
		last := say(t, ana, "two")
		ben := enterGroup(t, w, "Ben", ana.Secret())
		if n := until(t, ana, "a receipt", kind(peer.NoticeGot, "Ben")); n.Entry.ID != last {
			t.Errorf("a receipt of its own for %q", n.Entry.Text)
		}
		if r := ana.Receipts(last); len(r) != 1 || r[0].Member != ben.Identity() || r[0].Read {
			t.Errorf("receipts %+v", r)
		}
		if err := ben.Read(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		until(t, ana, "that it was read", of(peer.NoticeRead, "Ben", last))
		if r := ana.Receipts(last); len(r) != 1 || !r[0].Read {
			t.Errorf("receipts %+v", r)
		}
		if r := ben.Receipts(last); r != nil {
			t.Errorf("receipts of another's text: %+v", r)
		}
		next := say(t, ana, "three")
		until(t, ana, "that it is there", of(peer.NoticeGot, "Ben", next))
	})
}

func TestTyping(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		ben := enterGroup(t, w, "Ben", ana.Secret())
		until(t, ana, "Ben", kind(peer.NoticeCame, "Ben"))
		writes := func() {
			t.Helper()
			if err := ben.Typing(t.Context()); err != nil {
				t.Fatal(err)
			}
			until(t, ana, "that Ben writes", kind(peer.NoticeTyping, "Ben"))
		}
		writes()
		begun := time.Now()
		until(t, ana, "that Ben has stopped", kind(peer.NoticeQuiet, "Ben"))
		if took := time.Since(begun); took < 4*time.Second || took > 7*time.Second {
			t.Errorf("[R7] it held %s", took)
		}
		writes()
		say(t, ben, "there")
		begun = time.Now()
		until(t, ana, "that Ben has written", kind(peer.NoticeQuiet, "Ben"))
		if took := time.Since(begun); took > time.Second {
			t.Errorf("[R7] it held %s after the text", took)
		}
	})
}

// [R7] Who hides it tells neither that they write nor what they have read.
func TestHiding(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		o, _ := ofDevice(t, w, "Ben")
		o.HideTyping, o.HideReading = true, true
		ben := enterWith(t, w, "Ben", ana.Secret(), o)
		id := say(t, ana, "Hello")
		hears(t, ben, "Ana", "Hello")
		if err := ben.Read(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := ben.Typing(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second) // virtual
		say(t, ben, "the end")
		got := false
		until(t, ana, "the end", func(n peer.Notice) bool {
			got = got || n.Kind == peer.NoticeGot
			if n.Kind == peer.NoticeRead || n.Kind == peer.NoticeTyping {
				t.Errorf("told of %s", n.Kind)
			}
			return n.Entry.Text == "the end"
		})
		if r := ana.Receipts(id); !got || len(r) != 1 || r[0].Read {
			t.Errorf("receipts %+v, noticed: %t", r, got)
		}
	})
}

func TestRename(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		ben := enterGroup(t, w, "Ben", ana.Secret())
		if _, err := ben.Rename(t.Context(), "Benno"); err != nil {
			t.Fatal(err)
		}
		if n := until(t, ana, "the new name", kind(peer.NoticeNamed, "Benno")); n.Former != "Ben" {
			t.Errorf("called %q before", n.Former)
		}
		say(t, ben, "it is me")
		hears(t, ana, "Benno", "it is me")
	})
}
