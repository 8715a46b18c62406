package hostile_test

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

// forgeries is how often an attacker without the secret tries to get between two in a link room.
const forgeries = 50

// The attacker has everything but the link: of all runs none shows anybody a connection or a word.
func TestManInTheMiddleOfALinkRoom(t *testing.T) {
	t.Parallel()
	secret, err := protocol.NewRoomSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for range forgeries {
		t.Run("run", func(t *testing.T) {
			t.Parallel()
			forger := newForger(t, secret)
			r := newInRoom(t, forger.Lie())
			if err := r.meet(t); err != nil {
				t.Fatal(err)
			}
			r.comesTo(t, outcome{ann: peer.Tampered})
		})
	}
}

// Only the answers are forged, so that the caller gets one.
func TestForgedAnswer(t *testing.T) {
	t.Parallel()
	secret, err := protocol.NewRoomSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	lie := newForger(t, secret).Lie()
	r := newInRoom(t, func(m hostile.Message) []hostile.Message {
		forged := lie(m)
		if m.New {
			return hostile.Honest(m)
		}
		return forged
	})
	if err := r.meet(t); err != nil {
		t.Fatal(err)
	}
	r.comesTo(t, outcome{bob: peer.Tampered})
}

// A forger that has the room's secret gets an answer: so the others were refused for what they lack, and not for how
// they were made.
func TestForgerWithTheSecret(t *testing.T) {
	t.Parallel()
	thief := make(chan hostile.Lie, 1)
	var lie hostile.Lie
	r := newInRoom(t, func(m hostile.Message) []hostile.Message {
		if lie == nil && strings.Contains(m.Path, "/links/") {
			lie = <-thief
		}
		if lie == nil {
			return hostile.Honest(m)
		}
		return lie(m)
	})
	if err := r.meet(t); err != nil {
		t.Fatal(err)
	}
	thief <- newForger(t, r.anns.Secret()).Lie()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := r.Await(ctx, func(s hostile.State) bool {
		return slices.ContainsFunc(s.Told, func(m hostile.Message) bool {
			return m.To == hostile.Right && m.Bytes("answer") != nil
		})
	})
	if err != nil {
		t.Fatalf("Ann did not answer what was sealed with the secret: %v", err)
	}
}

func newForger(t *testing.T, secret protocol.RoomSecret) *hostile.Forger {
	t.Helper()
	f, err := hostile.NewForger(secret)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, f) })
	return f
}
