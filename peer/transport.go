package peer

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
)

// maxMessageBytes is what the transport takes in one piece; what is over protocol.MaxFrameBytes is dropped (SPEC
// C4), what is over this ends the channel.
const maxMessageBytes = 256 << 10

// releaseWait bounds how long close waits for pion's own end of an association.
const releaseWait = time.Second

// transport is a peer connection with the channels of SPEC C1 and B3. pion calls its handlers from goroutines of its
// own; they only close channels, leave notices and fill the inbox. Whoever made it closes it.
type transport struct {
	list    serverList // what it was made with
	pc      *webrtc.PeerConnection
	channel *webrtc.DataChannel
	blocks  *blockChannel
	sockets *sockets
	ice     *webrtc.ICETransport // asked for once: the way to it is locked while pion closes

	opened   chan struct{}        // closed when the channel is open
	ended    chan struct{}        // closed when the connection broke or the channel closed
	bye      chan struct{}        // closed when the other said bye
	drained  chan struct{}        // closed when the channel closed and all that had arrived is in the inbox
	released chan struct{}        // closed when the association ended
	closing  chan struct{}        // closed when close begins
	closed   chan struct{}        // closed when close has returned
	complete chan struct{}        // closed when gathering is complete
	found    chan struct{}        // one notice: later has candidates
	heard    chan struct{}        // one notice: a check of the other's was heard
	low      chan struct{}        // one notice: bufferedAmount is low again
	proof    chan *protocol.Proof // the first frame, once; nil if it is not a proof
	hello    chan *protocol.Hello // the second frame, once; nil if it is not a hello
	carried  chan []byte          // all further frames, in a room of many: pion waits for who takes them

	frames  int  // how many have come; owned by pion's read loop
	hides   bool // only relays may be used
	many    bool // it is for a room of many; set before ICE begins
	answers bool // this side is the callee; set before ICE begins
	chosen  bool // checked has taken a pair; owned by pion's agent
	looks   int  // how often look was called; owned by the attempt

	endOnce, byeOnce, completeOnce, closeOnce, releaseOnce sync.Once

	mu       sync.Mutex
	later    []protocol.Candidate   // guarded by mu: found and not yet taken
	early    []protocol.Message     // guarded by mu: frames that came before listener was there
	listener func(protocol.Message) // guarded by mu
}

func newTransport(o Options, list serverList) (*transport, error) {
	t := &transport{
		hides: o.RelayOnly, list: list,
		opened: make(chan struct{}), ended: make(chan struct{}), bye: make(chan struct{}),
		drained: make(chan struct{}), released: make(chan struct{}), closed: make(chan struct{}),
		closing: make(chan struct{}), carried: make(chan []byte),
		complete: make(chan struct{}), found: make(chan struct{}, 1), low: make(chan struct{}, 1),
		heard: make(chan struct{}, 1), proof: make(chan *protocol.Proof, 1), hello: make(chan *protocol.Hello, 1),
	}
	var err error
	if t.sockets, err = newSockets(o.Net); err != nil {
		return nil, err
	}
	// The pool makes candidates be gathered from the beginning, not from the description on.
	config := webrtc.Configuration{ICEServers: list.servers, ICECandidatePoolSize: 1}
	if o.RelayOnly {
		config.ICETransportPolicy = webrtc.ICETransportPolicyRelay
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(t.settings(o))).NewPeerConnection(config)
	if err != nil {
		return nil, fmt.Errorf("peer: connection: %w", err)
	}
	channel, err := newChannel(pc, protocol.ChannelLabel, protocol.ChannelID)
	if err == nil {
		t.blocks, err = newBlockChannel(pc, t)
	}
	if err != nil {
		_ = pc.Close() // the first error is the one to tell
		return nil, fmt.Errorf("peer: channel: %w", err)
	}
	t.pc, t.channel, t.ice = pc, channel, pc.SCTP().Transport().ICETransport()
	t.listen()
	return t, nil
}

// newChannel makes a channel that both sides know of without being told.
func newChannel(pc *webrtc.PeerConnection, label string, id uint16) (*webrtc.DataChannel, error) {
	negotiated := true
	return pc.CreateDataChannel(label, &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &id})
}

func (t *transport) listen() {
	t.channel.SetBufferedAmountLowThreshold(lowBuffered)
	t.channel.OnBufferedAmountLow(func() { notify(t.low) })
	t.channel.OnOpen(func() { close(t.opened) })
	t.channel.OnClose(func() { // pion calls it once, when its read loop has ended
		close(t.drained)
		t.end()
	})
	t.pc.SCTP().OnClose(func(error) { t.releaseOnce.Do(func() { close(t.released) }) })
	t.channel.OnMessage(t.message)
	t.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateFailed {
			t.end()
		}
	})
	t.pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			t.completeOnce.Do(func() { close(t.complete) })
			return
		}
		found := c.ToJSON()
		if t.hides {
			found.Candidate = unrelated(found.Candidate)
		}
		t.mu.Lock()
		t.later = append(t.later, protocol.Candidate(found))
		t.mu.Unlock()
		notify(t.found)
	})
}

func (t *transport) end() { t.endOnce.Do(func() { close(t.ended) }) }

// notify leaves a notice where there is not one already.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// offer sets the local offer; gathering begins.
func (t *transport) offer() error {
	offer, err := t.pc.CreateOffer(nil)
	if err == nil {
		err = t.pc.SetLocalDescription(offer)
	}
	if err != nil {
		return fmt.Errorf("peer: offer: %w", err)
	}
	return nil
}

// answer sets the local answer; gathering begins.
func (t *transport) answer() error {
	t.answers = true
	answer, err := t.pc.CreateAnswer(nil)
	if err == nil {
		err = t.pc.SetLocalDescription(answer)
	}
	if err != nil {
		return fmt.Errorf("peer: answer: %w", err)
	}
	return nil
}

// description is the local description with the candidates found so far, which are not told again.
func (t *transport) description() protocol.Description {
	end := closed(t.complete) // asked first: what is found after it is in no case forgotten
	sdp := t.pc.LocalDescription().SDP
	if t.hides {
		sdp = unrelated(sdp)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := t.later[:0]
	for _, c := range t.later {
		if !strings.Contains(sdp, c.Candidate) {
			rest = append(rest, c)
		}
	}
	t.later = rest
	return protocol.Description{SDP: sdp, End: end}
}

// take gives the candidates that were found since.
func (t *transport) take() []protocol.Candidate {
	t.mu.Lock()
	defer t.mu.Unlock()
	later := t.later
	t.later = nil
	return later
}

func (t *transport) add(candidates []protocol.Candidate) {
	for _, c := range candidates {
		// One that pion cannot read, or that came too late, is dropped: the others may do.
		_ = t.pc.AddICECandidate(webrtc.ICECandidateInit(c))
	}
}

// close ends the connection and returns when pion's goroutines have ended. It must not be called from a handler.
func (t *transport) close() {
	t.closeOnce.Do(func() {
		close(t.closing)
		if closed(t.drained) && closed(t.opened) {
			t.awaitRelease()
		}
		if !closed(t.complete) {
			t.sockets.giveUp()
		}
		_ = t.pc.GracefulClose() // there is nobody to tell
		t.end()
		close(t.closed)
	})
}

// awaitRelease lets pion finish what the other's end of the association started. Closing in the midst of it works
// too, but holds locks for up to 400 ms.
func (t *transport) awaitRelease() {
	late := time.NewTimer(releaseWait)
	defer late.Stop()
	select {
	case <-t.released:
	case <-late.C:
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
