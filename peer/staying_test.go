package peer_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/signaling"
)

// two are connected, and one of them has a cable that can be cut.
type two struct {
	a, b  *peer.Conn
	cable *peertest.Cable
}

func strangersOnACable(t *testing.T, w *peertest.World) two {
	t.Helper()
	calleeOptions, _ := w.Options(t)
	callerOptions, cable := w.Options(t)
	callee, caller := w.PairWith(t, calleeOptions, callerOptions)
	return two{a: callee, b: caller, cable: cable}
}

func membersOnACable(t *testing.T, w *peertest.World) two {
	t.Helper()
	host := create(t, w, "host")
	o, cable := w.Options(t)
	guest, err := peer.Enter(t.Context(), w.Services("guest"), host.Secret(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = guest.Close() })
	return two{a: next(t, host), b: next(t, guest), cable: cable}
}

func eachKind(t *testing.T, f func(t *testing.T, w *peertest.World, p two)) {
	t.Helper()
	for name, meet := range map[string]func(*testing.T, *peertest.World) two{
		"[M8] strangers": strangersOnACable, "[M9] members": membersOnACable,
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) { f(t, w, meet(t, w)) })
		})
	}
}

// What is said while the connection is gone arrives when it is back, once and in order, on both sides.
func TestOutlivesItsConnection(t *testing.T) {
	eachKind(t, func(t *testing.T, w *peertest.World, p two) {
		send(t, p.a, "before")
		want(t, p.b, "before")
		safety := p.a.Safety()
		for round := range 3 {
			p.cable.Cut()
			for i := range 20 {
				send(t, p.a, fmt.Sprint("from a ", round, i))
				send(t, p.b, fmt.Sprint("from b ", round, i))
				<-time.After(3 * time.Second) // of the bubble's clock: ICE gives up after 30
			}
			p.cable.Mend()
			for i := range 20 {
				want(t, p.b, fmt.Sprint("from a ", round, i))
				want(t, p.a, fmt.Sprint("from b ", round, i))
			}
		}
		if p.a.Safety() != safety {
			t.Error("[H7] other emoji than at the beginning")
		}
		if p.a.Path() != peer.PathDirect {
			t.Errorf("path %s", p.a.Path())
		}
	})
}

// Wherever the connection breaks, nothing is lost and nothing comes twice.
func TestBreaksAnywhere(t *testing.T) {
	for seed := range uint64(3) {
		eachKind(t, func(t *testing.T, w *peertest.World, p two) {
			r := rand.New(rand.NewPCG(seed, 7))
			const n = 300
			done := make(chan struct{})
			go func() {
				defer close(done)
				for range 4 {
					<-time.After(time.Duration(r.IntN(2000)) * time.Millisecond)
					p.cable.Cut()
					<-time.After(time.Duration(r.IntN(60)) * time.Second)
					p.cable.Mend()
				}
			}()
			for i := range n {
				for _, c := range []*peer.Conn{p.a, p.b} {
					send(t, c, fmt.Sprint(i))
				}
				<-time.After(20 * time.Millisecond)
			}
			for i := range n {
				want(t, p.a, fmt.Sprint(i))
				want(t, p.b, fmt.Sprint(i))
			}
			<-done
			for _, c := range []*peer.Conn{p.a, p.b} {
				if err := c.Flush(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// [M9] Five minutes, and then it is said that they are lost.
func TestGivesUp(t *testing.T) {
	eachKind(t, func(t *testing.T, w *peertest.World, p two) {
		p.cable.Cut()
		start := time.Now()
		wantEnd(t, p.a, isFailure(peer.PeerLost))
		wantEnd(t, p.b, isFailure(peer.PeerLost))
		if took := time.Since(start); took < 5*time.Minute || took > 7*time.Minute {
			t.Errorf("after %v", took)
		}
		if err := p.a.Send(t.Context(), "x"); peer.NameOf(err) != peer.PeerLost {
			t.Errorf("send: %v", err)
		}
	})
}

// A store and a function that are gone too, or say nothing, end no conversation, and nothing waits for them for ever.
func TestServicesGoneWhileLost(t *testing.T) {
	eachKind(t, func(t *testing.T, w *peertest.World, p two) {
		memory(w).SetFault(func(signaling.Write) error { return signaling.ErrUnavailable })
		p.cable.Cut()
		send(t, p.a, "from a")
		send(t, p.b, "from b")
		<-time.After(time.Minute)
		p.cable.Mend()
		<-time.After(time.Minute)
		memory(w).SetFault(nil)
		want(t, p.b, "from a")
		want(t, p.a, "from b")
	})
}

// Close does not wait for who is lost.
func TestCloseWhileLost(t *testing.T) {
	eachKind(t, func(t *testing.T, w *peertest.World, p two) {
		p.cable.Cut()
		<-time.After(time.Minute)
		start := time.Now()
		if err := p.b.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("after %v", took)
		}
		if err := p.b.Err(); !errors.Is(err, peer.ErrClosed) {
			t.Errorf("ended by %v", err)
		}
	})
}
