package emulatortests

import (
	"context"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
)

func TestStrangersMeetAndTalk(t *testing.T) {
	ann, bob := someone(t), someone(t)
	first := search(t.Context(), t, ann, peer.Options{})
	first.waits(t)
	second := search(t.Context(), t, bob, peer.Options{})
	a, b := first.finds(t), second.finds(t)
	talk(t, a, b)

	t.Run("each knows the other's uid, not their own", func(t *testing.T) {
		if a.Peer() != bob.Services().UID || b.Peer() != ann.Services().UID {
			t.Errorf("peers are %s and %s", a.Peer(), b.Peer())
		}
	})
	t.Run("[C5] bye tells the other at once", func(t *testing.T) {
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		awaitEnd(t, b)
	})
	t.Run("[A3] both meet somebody again", func(t *testing.T) {
		again := search(t.Context(), t, ann, peer.Options{})
		again.waits(t)
		talk(t, search(t.Context(), t, bob, peer.Options{}).finds(t), again.finds(t))
	})
}

func awaitEnd(t *testing.T, c *peer.Conn) {
	t.Helper()
	select {
	case <-c.Done():
	case <-time.After(patience):
		t.Fatal("the connection goes on")
	}
}

// What one connection costs in Firestore is a promise (design, section 7), and a count is no time.
func TestCostOfAConnection(t *testing.T) {
	ann, bob := someone(t), someone(t)
	first := search(t.Context(), t, ann, peer.Options{})
	first.waits(t)
	talk(t, search(t.Context(), t, bob, peer.Options{}).finds(t), first.finds(t))
	a, b := ann.Counts(), bob.Counts()
	// The function adds 2 reads, 4 writes and 1 delete: firestorequeue's TestCost. A candidate found late costs
	// the one side a write and the other a read, and is the machine's affair, not the protocol's.
	const lateBatches = 2
	if got, most := a.Writes+b.Writes, 7-4+lateBatches; got > most {
		t.Errorf("%d writes, want at most %d", got, most)
	}
	if got, most := a.Reads+b.Reads, 7-2+2*lateBatches; got > most {
		t.Errorf("%d reads, want at most %d", got, most)
	}
}

func TestFunctionKilledWhileOneWaits(t *testing.T) {
	first := search(t.Context(), t, someone(t), peer.Options{})
	first.waits(t)

	function := stack.Function()
	function.Halt()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := function.Resume(ctx); err != nil {
		t.Fatal(err)
	}

	second := search(t.Context(), t, someone(t), peer.Options{})
	talk(t, first.finds(t), second.finds(t))
}

func TestRelayOnly(t *testing.T) {
	first := search(t.Context(), t, someone(t), peer.Options{RelayOnly: true})
	first.waits(t)
	second := search(t.Context(), t, someone(t), peer.Options{RelayOnly: true})
	a, b := first.finds(t), second.finds(t)
	talk(t, a, b)
	if a.Path() != peer.PathRelayed || b.Path() != peer.PathRelayed {
		t.Errorf("paths are %s and %s, want relayed", a.Path(), b.Path())
	}
	// Here the relay is as near by TCP as by UDP, and what comes first is taken.
	if l := a.Line(); l.Path != peer.PathRelayed || !l.OwnRelay || l.Carrier != "udp" && l.Carrier != "tcp" {
		t.Errorf("the line is %+v, want the own relay", l)
	}
}

func TestCancelledSearchIsNotPaired(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	gone := search(ctx, t, someone(t), peer.Options{})
	gone.waits(t)
	cancel()
	if got := <-gone.found; got.err == nil {
		t.Fatal("a cancelled search found somebody")
	}

	first := search(t.Context(), t, someone(t), peer.Options{})
	first.waits(t) // and is not paired with the one who left [A7]
	talk(t, search(t.Context(), t, someone(t), peer.Options{}).finds(t), first.finds(t))
}
