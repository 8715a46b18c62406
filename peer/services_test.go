package peer_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

func TestServicesFail(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want peer.Failure
	}{
		"unreachable":   {errors.New("no route"), peer.FunctionUnavailable},
		"unavailable":   {protocol.NewProblem(protocol.Unavailable, "", ""), peer.FunctionUnavailable},
		"internal":      {protocol.NewProblem(protocol.Internal, "", ""), peer.FunctionUnavailable},
		"no valid user": {protocol.NewProblem(protocol.Unauthenticated, "", ""), peer.SignInFailed},
		"unknown pool":  {protocol.NewProblem(protocol.UnknownPool, "", ""), peer.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				w.Matcher.Fault = func() error { return c.err }
				startSearch(t, w, "me").failsAs(c.want)
			})
		})
	}
	t.Run("the store, while the offer is written", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			ask(t, w, "other")
			memory(w).SetFault(func(write signaling.Write) error {
				if write.Op == signaling.Update {
					return signaling.ErrUnavailable
				}
				return nil
			})
			startSearch(t, w, "me").failsAs(peer.StoreUnavailable)
		})
	})
}

// The answer to a renewal may name another room, or another role (SPEC A6).
func TestTicketMoves(t *testing.T) {
	t.Run("[A6] another room", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			s := startSearch(t, w, "me")
			s.await(peer.EventWaiting)
			w.Matcher.Forget()
			s.await(peer.EventWaiting)
			other := startSearch(t, w, "other")
			send(t, other.conn(), "here you are")
			want(t, s.conn(), "here you are")
		})
	})
	t.Run("[A6] paired at once", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			s := startSearch(t, w, "me")
			s.await(peer.EventWaiting)
			w.Matcher.Forget()
			other := startSearch(t, w, "other")
			send(t, other.conn(), "here you are")
			want(t, s.conn(), "here you are")
		})
	})
	t.Run("[A7] the request id is used up", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			used := true
			w.Matcher.Fault = func() error {
				if used {
					used = false
					return protocol.NewProblem(protocol.InvalidArgument, "requestId", "")
				}
				return nil
			}
			s := startSearch(t, w, "me")
			s.await(peer.EventAgain)
			s.await(peer.EventWaiting)
		})
	})
}

func TestNoICEServers(t *testing.T) {
	none := func() error { return protocol.NewProblem(protocol.Unavailable, "", "the provider is down") }
	t.Run("direct paths may do", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			w.Matcher.ICEFault = none
			s := startSearch(t, w, "me")
			s.await(peer.EventNoICEServers)
			other := startSearch(t, w, "other")
			send(t, other.conn(), "without a relay")
			want(t, s.conn(), "without a relay")
		})
	})
	t.Run("[A8] the relay is unavailable", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			w.Matcher.Servers = protocol.ICEServers{TTLSeconds: 60, Relay: protocol.RelayUnavailable}
			s := startSearch(t, w, "me")
			s.await(peer.EventNoRelay)
			other := startSearch(t, w, "other")
			send(t, other.conn(), "without a relay")
			want(t, s.conn(), "without a relay")
		})
	})
	t.Run("no relay for who wants nothing else", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			w.Matcher.Servers = protocol.ICEServers{
				ICEServers: []protocol.ICEServer{{URLs: []string{"stun:192.0.2.1"}}}, TTLSeconds: 600,
			}
			o, _ := w.Options(t)
			o.RelayOnly = true
			_, err := peer.QuickMatch(t.Context(), w.Services("me"), o)
			if asked, _ := w.Matcher.Asked(); peer.NameOf(err) != peer.RelayUnavailable || asked > 0 {
				t.Errorf("got %v, after %d requests for a partner", err, asked)
			}
		})
	})
	t.Run("not for who wants a relay only", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *peertest.World) {
			w.Matcher.ICEFault = none
			startSearch(t, w, "other").await(peer.EventWaiting)
			o, _ := w.Options(t)
			o.RelayOnly = true
			_, err := peer.QuickMatch(t.Context(), w.Services("me"), o)
			if peer.NameOf(err) != peer.FunctionUnavailable {
				t.Errorf("got %v", err)
			}
		})
	})
}

// A function that is replaced while somebody waits (issue: killed, started again) is not the end of the wait.
func TestFunctionRestarts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		var down atomic.Bool
		w.Matcher.Fault = func() error {
			if down.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		s := startSearch(t, w, "me")
		s.await(peer.EventWaiting)
		down.Store(true)
		time.Sleep(time.Minute) // virtual
		down.Store(false)
		other := startSearch(t, w, "other")
		send(t, other.conn(), "still there?")
		want(t, s.conn(), "still there?")
	})
}

func TestICEServersAreFresh(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		var asked atomic.Int32
		w.Matcher.Servers = protocol.ICEServers{TTLSeconds: 600}
		w.Matcher.ICEFault = func() error {
			asked.Add(1)
			return nil
		}
		startSearch(t, w, "me").await(peer.EventWaiting)
		for minutes, want := range []int32{1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3} {
			synctest.Wait()
			if got := asked.Load(); got != want {
				t.Errorf("[A8] after %d minutes asked %d times, want %d", minutes, got, want)
			}
			time.Sleep(time.Minute + time.Second) // virtual
		}
	})
}

// Who lost the other asks for servers anew, since those that are known may be the reason; and uses them if the function
// has no others.
func TestICEServersOfWhoIsLost(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		var asked atomic.Int32
		var down atomic.Bool
		w.Matcher.Servers = protocol.ICEServers{TTLSeconds: 3600}
		w.Matcher.ICEFault = func() error {
			asked.Add(1)
			if down.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		var without atomic.Bool
		host, err := peer.Create(t.Context(), w.Services("host"), options(t, w, &without))
		if err != nil {
			t.Fatal(err)
		}
		defer host.Close()
		o, cable := w.Options(t)
		guest, err := peer.Enter(t.Context(), w.Services("guest"), host.Secret(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer guest.Close()
		a, b := next(t, host), next(t, guest)
		before := asked.Load()
		down.Store(true)
		cable.Cut()
		<-time.After(time.Minute)
		cable.Mend()
		send(t, a, "again")
		want(t, b, "again")
		if asked.Load() == before || without.Load() {
			t.Errorf("asked %d times before and %d in all; went on without servers: %t", before, asked.Load(), without.Load())
		}
	})
}

// options tell whether a peer went on without servers.
func options(t *testing.T, w *peertest.World, without *atomic.Bool) *peer.Options {
	t.Helper()
	o, _ := w.Options(t)
	o.OnEvent = func(e peer.Event) {
		if e == peer.EventNoICEServers {
			without.Store(true)
		}
	}
	return o
}
