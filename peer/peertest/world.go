package peertest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/transport/v4/vnet"
	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/signaling"
)

// Delay is the time that a packet takes in the simulated network.
const Delay = 5 * time.Millisecond

// World is a network without NAT, a store, and a function. Its methods are safe for concurrent use.
type World struct {
	Store   signaling.Store
	Matcher *Matcher

	router *vnet.Router

	mu   sync.Mutex
	next int // guarded by mu: the last byte of the next peer's address
}

// NewWorld makes a world over a store that the test gives. It ends with the test.
func NewWorld(tb testing.TB, store signaling.Store) *World {
	tb.Helper()
	router, err := vnet.NewRouter(&vnet.RouterConfig{
		CIDR: "10.0.0.0/24", MinDelay: Delay, LoggerFactory: logging.NewDefaultLoggerFactory(),
	})
	if err != nil {
		tb.Fatalf("peertest: router: %v", err)
	}
	if err := router.Start(); err != nil {
		tb.Fatalf("peertest: router: %v", err)
	}
	tb.Cleanup(func() {
		if err := router.Stop(); err != nil {
			tb.Errorf("peertest: router: %v", err)
		}
	})
	return &World{Store: store, Matcher: &Matcher{Store: store}, router: router, next: 1}
}

// Services are those of the user uid.
func (w *World) Services(uid string) peer.Services {
	return peer.Services{Store: w.Store, API: w.Matcher.For(uid), UID: uid}
}

// Cable is a peer's place in the network. After Cut no packet comes or goes.
type Cable struct {
	mu  sync.Mutex
	cut bool // guarded by mu
}

// Cut makes the peer vanish without a word.
func (c *Cable) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = true
}

// Mend is the end of Cut: the peer is where it was.
func (c *Cable) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = false
}

func (c *Cable) passes(vnet.Chunk) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.cut
}

// Options are those of a peer with an address of its own in the network.
func (w *World) Options(tb testing.TB) (*peer.Options, *Cable) {
	tb.Helper()
	network, address := w.attach(tb)
	cable := &Cable{}
	w.router.AddChunkFilter(func(c vnet.Chunk) bool {
		touches := host(c.SourceAddr().String()) == address || host(c.DestinationAddr().String()) == address
		return !touches || cable.passes(c)
	})
	return &peer.Options{Net: network, Settings: func(s *webrtc.SettingEngine) {
		s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled) // it would open a real socket
	}}, cable
}

// Pair connects two strangers, the first of whom waits. Both are closed when the test ends.
func (w *World) Pair(tb testing.TB) (callee, caller *peer.Conn) {
	tb.Helper()
	calleeOptions, _ := w.Options(tb)
	callerOptions, _ := w.Options(tb)
	return w.PairWith(tb, calleeOptions, callerOptions)
}

// PairWith is Pair with options.
func (w *World) PairWith(tb testing.TB, calleeOptions, callerOptions *peer.Options) (callee, caller *peer.Conn) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	var calleeErr, callerErr error
	waiting := make(chan struct{})
	tell := calleeOptions.OnEvent
	o := *calleeOptions
	o.OnEvent = func(e peer.Event) {
		if e == peer.EventWaiting {
			close(waiting)
		}
		if tell != nil {
			tell(e)
		}
	}
	var both sync.WaitGroup
	both.Go(func() { callee, calleeErr = peer.QuickMatch(ctx, w.Services("callee"), &o) })
	both.Go(func() {
		select {
		case <-waiting:
		case <-ctx.Done():
		}
		caller, callerErr = peer.QuickMatch(ctx, w.Services("caller"), callerOptions)
	})
	both.Wait()
	for _, c := range []*peer.Conn{callee, caller} {
		if c != nil {
			tb.Cleanup(func() { _ = c.Close() })
		}
	}
	if calleeErr != nil || callerErr != nil {
		tb.Fatalf("peertest: pair: callee %v, caller %v", calleeErr, callerErr)
	}
	return callee, caller
}

func host(addr string) string {
	for i := len(addr) - 1; i >= 0; i-- {
		if addr[i] == ':' {
			return addr[:i]
		}
	}
	return addr
}
