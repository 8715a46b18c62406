package peer_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

// search is a QuickMatch under way.
type search struct {
	t      *testing.T
	cancel context.CancelFunc
	events chan peer.Event
	result chan found
}

type found struct {
	conn *peer.Conn
	err  error
}

func startSearch(t *testing.T, w *peertest.World, uid string) *search {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &search{t: t, cancel: cancel, events: make(chan peer.Event, 64), result: make(chan found, 1)}
	o, _ := w.Options(t)
	o.OnEvent = func(e peer.Event) { s.events <- e }
	go func() {
		conn, err := peer.QuickMatch(ctx, w.Services(uid), o)
		s.result <- found{conn, err}
	}()
	t.Cleanup(cancel)
	return s
}

func (s *search) await(event peer.Event) {
	s.t.Helper()
	for {
		select {
		case e := <-s.events:
			if e == event {
				return
			}
		case r := <-s.result:
			s.t.Fatalf("no %s: %v", event, r.err)
		}
	}
}

func (s *search) conn() *peer.Conn {
	s.t.Helper()
	r := <-s.result
	if r.err != nil {
		s.t.Fatal(r.err)
	}
	s.t.Cleanup(func() { _ = r.conn.Close() })
	return r.conn
}

func (s *search) failsAs(name peer.Failure) {
	s.t.Helper()
	if r := <-s.result; peer.NameOf(r.err) != name {
		s.t.Errorf("ended with %v, want %s", r.err, name)
	}
}

// memory is the store of a world in these tests.
func memory(w *peertest.World) *signalingtest.Memory { return w.Store.(*signalingtest.Memory) }

// room is the one document that a pair room is.
func room(t *testing.T, w *peertest.World) string {
	t.Helper()
	for _, p := range memory(w).Paths() {
		if strings.Count(p, "/") == 1 {
			return p
		}
	}
	t.Fatal("there is no room")
	return ""
}

func update(t *testing.T, w *peertest.World, path string, f signaling.Fields) {
	t.Helper()
	if err := w.Store.Commit(t.Context(), signaling.Write{Op: signaling.Update, Path: path, Fields: f}); err != nil {
		t.Fatal(err)
	}
}

// ask is a stranger who asks and then does nothing.
func ask(t *testing.T, w *peertest.World, uid string) protocol.QuickMatchAnswer {
	t.Helper()
	return newStranger(t, w, uid).ask()
}

func TestWrites(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		w.Pair(t)
		synctest.Wait()
		m := memory(w)
		// The pairing itself creates the room; a peer writes its description, and the caller deletes.
		c, u, d := m.Count(signaling.Create), m.Count(signaling.Update), m.Count(signaling.Delete)
		if c != 1 || u != 2 || d != 1 {
			t.Errorf("%d creates, %d updates, %d deletes; want 1, 2, 1", c, u, d)
		}
		if left := m.Paths(); len(left) != 0 {
			t.Errorf("[D11] left behind: %v", left)
		}
	})
}

func TestNobodyComes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		time.Sleep(peertest.Lease) // virtual
		if asked, _ := w.Matcher.Asked(); asked < 3 {
			t.Errorf("[A6] asked %d times in a lease, want each third of it", asked)
		}
		s.cancel()
		if r := <-s.result; !errors.Is(r.err, context.Canceled) {
			t.Errorf("ended with %v", r.err)
		}
		if _, canceled := w.Matcher.Asked(); canceled != 1 {
			t.Errorf("[A7] taken back %d times", canceled)
		}
	})
}

func TestCallerVanishes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		synctest.Wait()
		ask(t, w, "ghost") // it is paired, and writes nothing
		first := room(t, w)
		start := time.Now()
		s.await(peer.EventAgain)
		if waited := time.Since(start); waited < 10*time.Second || waited > 11*time.Second {
			t.Errorf("[S4] waited %v for the offer, want 10 s", waited)
		}
		if d, _ := w.Store.Get(t.Context(), first); d.Fields["state"] != "closed" || d.Fields["reason"] != "left" {
			t.Errorf("[S4] the room is %v, %v", d.Fields["state"], d.Fields["reason"])
		}
		s.await(peer.EventWaiting)
		other := startSearch(t, w, "other")
		send(t, other.conn(), "found you")
		want(t, s.conn(), "found you")
	})
}

func TestCalleeVanishes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ask(t, w, "ghost")
		s := startSearch(t, w, "me")
		start := time.Now()
		s.await(peer.EventAgain)
		if waited := time.Since(start); waited < 10*time.Second || waited > 11*time.Second {
			t.Errorf("[S4] waited %v for the answer, want 10 s", waited)
		}
		s.await(peer.EventWaiting)
		other := startSearch(t, w, "other")
		send(t, other.conn(), "found you")
		want(t, s.conn(), "found you")
	})
}

func TestOtherGivesUp(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		synctest.Wait()
		ask(t, w, "ghost")
		s.await(peer.EventSignaling)
		start := time.Now()
		update(t, w, room(t, w), signaling.Fields{"state": "closed", "reason": "left"})
		s.await(peer.EventAgain)
		if waited := time.Since(start); waited > time.Second {
			t.Errorf("[A7] went on after %v, want at once", waited)
		}
	})
}

// A caller that never saw the answer gives up after 10 s; the callee must not sit out its 20 s of S5.
func TestCallerGivesUpAfterTheAnswer(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		caller := newScript(t, w)
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		caller.pair()
		caller.writeOffer(true)
		s.await(peer.EventConnecting)
		<-time.After(5 * time.Second) // of the bubble's clock: into the time of S6, before that of S5
		start := time.Now()
		update(t, w, caller.at, signaling.Fields{"state": "closed", "reason": "left"})
		s.await(peer.EventAgain)
		if waited := time.Since(start); waited > time.Second {
			t.Errorf("[S6] went on after %v, want at once", waited)
		}
	})
}

func TestCallerFailsAfterTheAnswer(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		caller := newScript(t, w)
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		caller.pair()
		caller.writeOffer(true)
		s.await(peer.EventConnecting)
		start := time.Now()
		update(t, w, caller.at, signaling.Fields{"state": "closed", "reason": "failed"})
		s.failsAs(peer.ConnectionFailed)
		if waited := time.Since(start); waited < 3*time.Second || waited > 4*time.Second {
			t.Errorf("[S6] noticed after %v, want 3 s", waited)
		}
	})
}

func TestNotConnectedInTime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		cut, cable := w.Options(t)
		cable.Cut()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		other := make(chan error, 1)
		go func() {
			_, err := peer.QuickMatch(ctx, w.Services("other"), cut)
			other <- err
		}()
		s.await(peer.EventConnecting)
		start := time.Now()
		s.failsAs(peer.ConnectionFailed)
		if waited := time.Since(start); waited > 20*time.Second+time.Second {
			t.Errorf("[S5] waited %v, want 20 s at most", waited)
		}
		if err := <-other; peer.NameOf(err) != peer.ConnectionFailed {
			t.Errorf("the other ended with %v", err)
		}
		if d, _ := w.Store.Get(t.Context(), room(t, w)); d.Fields["reason"] != "failed" {
			t.Errorf("[S5] reason %v", d.Fields["reason"])
		}
	})
}

// Close or cancel in each phase leaves nothing behind; goleak and synctest say so if it does.
func TestGiveUpInEachPhase(t *testing.T) {
	for _, phase := range []peer.Event{peer.EventWaiting, peer.EventSignaling, peer.EventConnecting} {
		t.Run(string(phase), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				s := startSearch(t, w, "me")
				s.await(peer.EventWaiting)
				other := startSearch(t, w, "other")
				if phase != peer.EventWaiting {
					s.await(phase)
				}
				s.cancel()
				if r := <-s.result; r.err == nil {
					_ = r.conn.Close() // it was already open
				} else if !errors.Is(r.err, context.Canceled) {
					t.Errorf("ended with %v", r.err)
				}
				other.cancel()
				if r := <-other.result; r.conn != nil {
					_ = r.conn.Close()
				}
			})
		})
	}
}
