package peer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inWorld runs f in virtual time, with a world of its own.
func inWorld(t *testing.T, f func(*testing.T, *peertest.World)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, peertest.NewWorld(t, &signalingtest.Memory{})) })
}

func send(t *testing.T, c *peer.Conn, text string) {
	t.Helper()
	if err := c.Send(t.Context(), text); err != nil {
		t.Fatalf("send: %v", err)
	}
}

func want(t *testing.T, c *peer.Conn, text string) {
	t.Helper()
	got, err := c.Receive(t.Context())
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	if got != text {
		t.Fatalf("received %.40q, want %.40q", got, text)
	}
}

func wantEnd(t *testing.T, c *peer.Conn, end func(error) bool) {
	t.Helper()
	text, err := c.Receive(t.Context())
	if !end(err) {
		t.Fatalf("received %.40q, %v; want the end", text, err)
	}
	<-c.Done()
	if !end(c.Err()) {
		t.Errorf("Err is %v", c.Err())
	}
}

func is(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }

func isFailure(name peer.Failure) func(error) bool {
	return func(err error) bool { return peer.NameOf(err) == name }
}

func TestTalk(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		callee, caller := w.Pair(t)
		send(t, caller, "Hello")
		want(t, callee, "Hello")
		send(t, callee, "Grüß dich 👋 مرحبا")
		want(t, caller, "Grüß dich 👋 مرحبا")
		if callee.Path() != peer.PathDirect || caller.Path() != peer.PathDirect {
			t.Errorf("paths %s and %s", callee.Path(), caller.Path())
		}
		line := peer.Line{Path: peer.PathDirect, Carrier: "udp", RoundTrip: 2 * peertest.Delay}
		for _, c := range []*peer.Conn{callee, caller} {
			<-time.After(5 * time.Second) // ICE asks every 2 s whether they are still there
			if got := c.Line(); got != line {
				t.Errorf("line %+v, want %+v", got, line)
			}
		}
		if callee.Peer() != "caller" || caller.Peer() != "callee" {
			t.Errorf("peers %q and %q", callee.Peer(), caller.Peer())
		}
	})
}

func TestText(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		callee, caller := w.Pair(t)
		long := strings.Repeat("👋", protocol.MaxTextChars)
		send(t, caller, long)
		want(t, callee, long)
		var bad *protocol.ParseError
		for name, text := range map[string]string{
			"[C3] empty": "", "[C3] one character too many": long + "x", "[V7] not well-formed": "a\xff",
		} {
			if err := caller.Send(t.Context(), text); !errors.As(err, &bad) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestBurst(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		callee, caller := w.Pair(t)
		const n = 1000
		for i := range n {
			send(t, caller, fmt.Sprint("[C6] message ", i))
		}
		for i := range n {
			want(t, callee, fmt.Sprint("[C6] message ", i))
		}
	})
}

// Nobody receives: 256 texts are acknowledged, then a mebibyte is kept, and then Send says so.
func TestQueueFull(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		callee, caller := w.Pair(t)
		long := strings.Repeat("x", protocol.MaxTextChars-8)
		sent := 0
		for full := 0; full < 2; { // full, and still so when there was time to acknowledge
			err := caller.Send(t.Context(), fmt.Sprintf("%08d%s", sent, long))
			switch {
			case errors.Is(err, peer.ErrQueueFull):
				full++
				<-time.After(time.Second)
			case err != nil || sent > 5000:
				t.Fatalf("message %d: %v", sent, err)
			default:
				full = 0
				sent++
			}
		}
		if want := 256 + protocol.MaxKeptBytes/protocol.MaxTextChars; sent != want {
			t.Errorf("[M6] queue_full after %d messages, want %d", sent, want)
		}
		for i := range sent {
			want(t, callee, fmt.Sprintf("%08d%s", i, long))
		}
		if err := caller.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		send(t, caller, "there is room again")
		want(t, callee, "there is room again")
	})
}

func TestClose(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		callee, caller := w.Pair(t)
		for i := range 300 { // more than the inbox holds
			send(t, caller, fmt.Sprint(i))
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = caller.Close()
			_ = caller.Close()
		}()
		for i := range 300 {
			want(t, callee, fmt.Sprint(i))
		}
		wantEnd(t, callee, is(peer.ErrPeerLeft))
		<-ended
		wantEnd(t, caller, is(peer.ErrClosed))
		if err := caller.Send(t.Context(), "x"); !errors.Is(err, peer.ErrClosed) {
			t.Errorf("send after Close: %v", err)
		}
		if err := callee.Send(t.Context(), "x"); !errors.Is(err, peer.ErrPeerLeft) {
			t.Errorf("[C5] send after the other's bye: %v", err)
		}
	})
}

func TestPeerLost(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		calleeOptions, _ := w.Options(t)
		callerOptions, cable := w.Options(t)
		callee, caller := w.PairWith(t, calleeOptions, callerOptions)
		send(t, caller, "last words")
		synctest.Wait()
		if err := caller.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, callee, "last words")
		cable.Cut()
		wantEnd(t, callee, isFailure(peer.PeerLost))
		wantEnd(t, caller, isFailure(peer.PeerLost))
	})
}

func TestContexts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		callee, _ := w.Pair(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := callee.Receive(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("receive: %v", err)
		}
		if err := callee.Send(ctx, "x"); !errors.Is(err, context.Canceled) {
			t.Errorf("send: %v", err)
		}
	})
}
