package bench

import (
	"context"
	"fmt"
	"sync"

	pion "github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
)

// barePair is the thing compared with: two peer connections in one process with pion's defaults, the
// channel of SPEC C1, and a signaler that is a function call. Candidates trickle, so nothing waits.
type barePair struct {
	caller, callee *bareSide
}

type bareSide struct {
	pc      *webrtc.PeerConnection
	channel *webrtc.DataChannel
	open    chan struct{}
	frames  chan []byte

	mu   sync.Mutex
	kept []webrtc.ICECandidateInit // guarded by mu: the other's candidates until its description is set
	set  bool                      // guarded by mu: the other's description is set
}

// dialBare connects a pair; both channels are open when it returns. The caller closes it.
func dialBare(ctx context.Context) (*barePair, error) { return dialBareOver(ctx, nil, nil) }

// dialBareOver is dialBare between places in a network; nil is this machine's.
func dialBareOver(ctx context.Context, caller, callee pion.Net) (*barePair, error) {
	p := &barePair{}
	var err error
	if p.caller, err = newBareSide(caller); err != nil {
		return nil, err
	}
	if p.callee, err = newBareSide(callee); err != nil {
		_ = p.caller.pc.Close() // nothing was sent
		return nil, err
	}
	p.caller.trickleTo(p.callee)
	p.callee.trickleTo(p.caller)
	if err := p.negotiate(); err != nil {
		p.Close()
		return nil, err
	}
	for _, side := range []*bareSide{p.caller, p.callee} {
		select {
		case <-side.open:
		case <-ctx.Done():
			p.Close()
			return nil, fmt.Errorf("bench: bare pair: %w", ctx.Err())
		}
	}
	return p, nil
}

func newBareSide(at pion.Net) (*bareSide, error) {
	var settings webrtc.SettingEngine
	if at != nil {
		settings.SetNet(at)
		withoutNames(&settings)
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, fmt.Errorf("bench: bare side: %w", err)
	}
	negotiated, id := true, uint16(protocol.ChannelID)
	channel, err := pc.CreateDataChannel(protocol.ChannelLabel, &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &id})
	if err != nil {
		return nil, fmt.Errorf("bench: bare side: %w", err)
	}
	s := &bareSide{pc: pc, channel: channel, open: make(chan struct{}), frames: make(chan []byte, 1)}
	channel.OnOpen(func() { close(s.open) })
	channel.OnMessage(func(m webrtc.DataChannelMessage) { s.frames <- m.Data })
	return s, nil
}

func (s *bareSide) trickleTo(other *bareSide) {
	s.pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			return
		}
		other.mu.Lock()
		defer other.mu.Unlock()
		if !other.set {
			other.kept = append(other.kept, c.ToJSON())
			return
		}
		_ = other.pc.AddICECandidate(c.ToJSON()) // a candidate that fails leaves the others; the pair is timed as a whole
	})
}

func (s *bareSide) remote(d webrtc.SessionDescription) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.pc.SetRemoteDescription(d); err != nil {
		return err
	}
	s.set = true
	for _, c := range s.kept {
		if err := s.pc.AddICECandidate(c); err != nil {
			return err
		}
	}
	s.kept = nil
	return nil
}

func (p *barePair) negotiate() error {
	offer, err := p.caller.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	if err := p.caller.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	if err := p.callee.remote(offer); err != nil {
		return err
	}
	answer, err := p.callee.pc.CreateAnswer(nil)
	if err != nil {
		return err
	}
	if err := p.callee.pc.SetLocalDescription(answer); err != nil {
		return err
	}
	return p.caller.remote(answer)
}

// roundTrip sends a frame from the caller and waits for the callee's echo, which echo must be serving.
func (p *barePair) roundTrip(ctx context.Context, frame string) error {
	if err := p.caller.channel.SendText(frame); err != nil {
		return fmt.Errorf("bench: bare round trip: %w", err)
	}
	select {
	case <-p.caller.frames:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("bench: bare round trip: %w", ctx.Err())
	}
}

// echo answers the callee's frames until ctx ends.
func (p *barePair) echo(ctx context.Context) {
	for {
		select {
		case frame := <-p.callee.frames:
			if p.callee.channel.SendText(string(frame)) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// Close ends both sides.
func (p *barePair) Close() {
	_ = p.caller.pc.Close() // nothing is sent any more; an error changes no figure
	_ = p.callee.pc.Close()
}
