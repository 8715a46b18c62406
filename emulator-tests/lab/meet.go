package lab

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

const (
	// patience bounds a meeting; a peer gives up long before.
	patience = time.Minute
	// settled is how long the first waits before the second comes.
	settled = 2 * time.Second
	// trips is how many texts go there and back.
	trips = 5
)

// hundred is a text of 100 bytes.
var hundred = strings.Repeat("parley ", 15)[:100] //nolint:gochecknoglobals // a constant

// Meeting is what one meeting came to. Times are from the second's request.
type Meeting struct {
	// Failure is the second's name for what went wrong, empty if they met.
	Failure peer.Failure
	// Applied is when the second had set the answer, Opened when both channels were open, Proved when both had proved
	// who they are.
	Applied, Opened, Proved time.Duration
	// Path is how the texts went.
	Path peer.Path
	// Trips are the round trips of texts of 100 bytes.
	Trips []time.Duration
}

// Tuning changes pion's settings on both sides; nil changes nothing.
type Tuning func(*webrtc.SettingEngine)

// Meet lets the second person come to the first, who waits, and sends texts there and back. seed decides what is lost.
// It fails only where the world does: that the two do not meet is a Meeting with a Failure.
func Meet(ctx context.Context, c Cell, seed uint64, tune Tuning) (_ Meeting, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	w, err := newWorld(c, seed)
	if err != nil {
		return Meeting{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	return w.meet(ctx, tune)
}

// Places are where two people are, and what they have.
type Places struct {
	First, Second transport.Net
	// Servers is what the function answers.
	Servers protocol.ICEServers
	// Distance is the round trip to the function and to the store.
	Distance time.Duration
	// Settled is how long the first waits before the second comes.
	Settled time.Duration
	// RelayOnly is the wish of both.
	RelayOnly bool
}

// Meet is a meeting between the places.
func (at Places) Meet(ctx context.Context, tune Tuning) (Meeting, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return newServices(at).meet(ctx, tune)
}

func (s *services) meet(ctx context.Context, tune Tuning) (Meeting, error) {
	first, second := s.enter("first", s.First, tune), s.enter("second", s.Second, tune)
	start, err := together(ctx, first, second, s.Settled)
	if err != nil {
		return Meeting{}, err
	}
	for _, p := range []*person{first, second} {
		if p.conn != nil {
			defer p.conn.Close()
		}
	}
	m := Meeting{Failure: peer.NameOf(second.err)}
	if second.err != nil {
		return m, nil
	}
	if first.err != nil {
		return Meeting{Failure: peer.NameOf(first.err)}, nil
	}
	m.Applied = second.at[peer.EventConnecting].Sub(start)
	m.Opened = later(first, second, peer.EventProving).Sub(start)
	m.Proved = time.Since(start)
	m.Path = second.conn.Path()
	texts := slices.Repeat([]string{hundred}, trips)
	if m.Trips, err = talk(ctx, first.conn, second.conn, texts); err != nil {
		return Meeting{Failure: peer.PeerLost}, nil
	}
	return m, nil
}

// together lets the second come to the first, who waits, and returns when both have met or have not. start is when the
// second came.
func together(ctx context.Context, first, second *person, settled time.Duration) (start time.Time, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go first.search(ctx)
	defer func() { <-first.done }()
	if err := pause(ctx, settled); err != nil {
		return start, err
	}
	start = time.Now()
	second.search(ctx)
	if second.err != nil {
		cancel() // the first looks for somebody else, in vain
	}
	return start, nil
}

// services are what two places share.
type services struct {
	Places

	store   distantStore
	matcher *peertest.Matcher
}

func newServices(at Places) *services {
	memory := &signalingtest.Memory{}
	return &services{
		Places: at, store: distantStore{memory, at.Distance / 2},
		matcher: &peertest.Matcher{Store: memory, Servers: at.Servers},
	}
}

// world is a cell's network and its services.
type world struct {
	*network
	*services
}

func newWorld(c Cell, seed uint64, more ...func(*network) error) (*world, error) {
	n, err := newNetwork(c, seed, more...)
	if err != nil {
		return nil, err
	}
	given, err := n.servers.given(c.TURN)
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	at := Places{First: n.first, Second: n.second, Servers: given, Distance: c.RTT, Settled: settled}
	return &world{n, newServices(at)}, nil
}

// person is one of the two. Its search owns all fields until done is closed.
type person struct {
	services peer.Services
	options  peer.Options
	at       map[peer.Event]time.Time // when each event was last told
	conn     *peer.Conn
	err      error
	done     chan struct{}
}

func (s *services) enter(uid string, host transport.Net, tune Tuning) *person {
	p := &person{at: map[peer.Event]time.Time{}, done: make(chan struct{})}
	p.services = peer.Services{
		Store: s.store, API: distantAPI{s.matcher.For(uid), s.Distance / 2}, UID: uid,
	}
	p.options = peer.Options{
		RelayOnly: s.RelayOnly,
		Net:       host,
		Settings: func(s *webrtc.SettingEngine) {
			s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled) // it would open a real socket
			if tune != nil {
				tune(s)
			}
		},
		OnEvent: func(e peer.Event) { p.at[e] = time.Now() },
	}
	return p
}

func (p *person) search(ctx context.Context) {
	defer close(p.done)
	p.conn, p.err = peer.QuickMatch(ctx, p.services, &p.options)
}

func later(a, b *person, e peer.Event) time.Time {
	if a.at[e].After(b.at[e]) {
		return a.at[e]
	}
	return b.at[e]
}
