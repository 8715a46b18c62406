package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// originPatience is how long the origin's two try; it never gave up by itself.
const originPatience = 30 * time.Second

// originRoom is where its two meet. Its function makes the room, and answers who comes second with it.
const originRoom = "rooms/origin"

// Origin is [Meet] as the system that Parley comes from did it: STUN alone, whatever the cell offers; a description is
// written as soon as there is one, and each candidate when it is found, as a document of its own; pion's default
// settings. Nothing is sealed and nobody proves anything, so Proved is Opened.
func Origin(ctx context.Context, c Cell, seed uint64) (_ Meeting, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	w, err := newWorld(c, seed)
	if err != nil {
		return Meeting{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	stun, err := w.servers.given(false)
	if err != nil {
		return Meeting{}, err
	}
	return w.originMeeting(ctx, stun)
}

// Origin is a meeting between the places as [Origin] has it, with these servers for STUN.
func (at Places) Origin(ctx context.Context) (Meeting, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return newServices(at).originMeeting(ctx, at.Servers)
}

func (s *services) originMeeting(ctx context.Context, stun protocol.ICEServers) (Meeting, error) {
	pair, took, err := s.origin(ctx, stun)
	defer pair.close()
	if err != nil || took == 0 {
		return Meeting{Failure: peer.ConnectionFailed}, err
	}
	return Meeting{Opened: took, Proved: took, Path: peer.PathDirect}, nil
}

// originPair are the origin's two. Only its caller uses it.
type originPair struct{ caller, callee *originSide }

// origin lets the origin's two meet, and tells how long that took; 0 if they did not. The caller closes the pair, also
// after an error.
func (s *services) origin(
	ctx context.Context, servers protocol.ICEServers,
) (p originPair, took time.Duration, err error) {
	if err := s.store.Commit(ctx, signaling.Write{Op: signaling.Create, Path: originRoom}); err != nil {
		return p, 0, err
	}
	if p.callee, err = newOriginSide(s.store, s.First, protocol.Callee, servers); err != nil {
		return p, 0, err
	}
	p.callee.run(ctx)
	if err := pause(ctx, s.Settled); err != nil {
		return p, 0, err
	}

	start := time.Now()
	if err := pause(ctx, s.Distance); err != nil { // the function
		return p, 0, err
	}
	if p.caller, err = newOriginSide(s.store, s.Second, protocol.Caller, servers); err != nil {
		return p, 0, err
	}
	p.caller.run(ctx)
	late := time.NewTimer(originPatience)
	defer late.Stop()
	for _, side := range []*originSide{p.caller, p.callee} {
		select {
		case <-side.opened:
		case <-late.C:
			return p, 0, nil
		}
	}
	return p, time.Since(start), nil
}

func (p originPair) close() {
	for _, side := range []*originSide{p.caller, p.callee} {
		if side != nil {
			side.close()
		}
	}
}

// originSide is one of the origin's two.
type originSide struct {
	role    protocol.Role
	store   signaling.Store
	pc      *webrtc.PeerConnection
	channel *webrtc.DataChannel // the callee's is set before opened is closed
	opened  chan struct{}
	texts   chan string // that have arrived
	running sync.WaitGroup
	stop    context.CancelFunc

	mu    sync.Mutex
	set   bool                      // guarded by mu: the other's description is set
	early []webrtc.ICECandidateInit // guarded by mu: candidates that came before it
}

func newOriginSide(
	store signaling.Store, host transport.Net, role protocol.Role, servers protocol.ICEServers,
) (*originSide, error) {
	var settings webrtc.SettingEngine
	on(host)(&settings)
	var config webrtc.Configuration
	for _, s := range servers.ICEServers {
		config.ICEServers = append(config.ICEServers,
			webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(config)
	if err != nil {
		return nil, fmt.Errorf("lab: origin: %w", err)
	}
	s := &originSide{
		role: role, store: store, pc: pc, opened: make(chan struct{}), texts: make(chan string, maxUnderWay),
	}
	opened := sync.OnceFunc(func() { close(s.opened) })
	use := func(d *webrtc.DataChannel) {
		s.channel = d
		d.OnMessage(func(m webrtc.DataChannelMessage) { s.texts <- string(m.Data) })
		d.OnOpen(opened)
	}
	if role == protocol.Callee {
		pc.OnDataChannel(use)
		return s, nil
	}
	channel, err := pc.CreateDataChannel(protocol.ChannelLabel, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lab: origin: %w", err), pc.Close())
	}
	use(channel)
	return s, nil
}

// Send is that of a bare channel.
func (s *originSide) Send(_ context.Context, text string) error { return s.channel.SendText(text) }

// Receive gives the next text that has arrived.
func (s *originSide) Receive(ctx context.Context) (string, error) {
	select {
	case text := <-s.texts:
		return text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// run signals beside the caller until close. What goes wrong shows as a channel that does not open.
func (s *originSide) run(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	found := make(chan *webrtc.ICECandidate, maxUnderWay)
	s.pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		select {
		case found <- c:
		case <-ctx.Done():
		}
	})
	s.running.Go(func() { s.writeCandidates(ctx, found) })
	s.running.Go(func() { _ = s.store.Watch(ctx, originRoom, func(d signaling.Document) { s.room(ctx, d) }) })
	s.running.Go(func() {
		query := signaling.Query{Collection: originRoom + "/" + candidatesOf(other(s.role)), Limit: maxUnderWay}
		seen := map[string]bool{}
		_ = s.store.WatchQuery(ctx, query, func(docs []signaling.Document, _ time.Time) {
			for _, d := range docs {
				if !seen[d.ID] {
					seen[d.ID] = true
					s.candidate(d)
				}
			}
		})
	})
	if s.role == protocol.Caller {
		s.running.Go(func() {
			s.describe(ctx, func() (webrtc.SessionDescription, error) { return s.pc.CreateOffer(nil) })
		})
	}
}

// writeCandidates writes each candidate when it is found, and waits for none.
func (s *originSide) writeCandidates(ctx context.Context, found <-chan *webrtc.ICECandidate) {
	var writing sync.WaitGroup
	defer writing.Wait()
	for n := 0; ; n++ {
		select {
		case c := <-found:
			if c == nil {
				return
			}
			text, _ := json.Marshal(c.ToJSON()) //nolint:errchkjson // text and numbers
			at := originRoom + "/" + candidatesOf(s.role) + "/" + strconv.Itoa(n)
			writing.Go(func() {
				_ = s.store.Commit(ctx, signaling.Write{
					Op: signaling.Create, Path: at, Fields: signaling.Fields{"candidate": string(text)},
				})
			})
		case <-ctx.Done():
			return
		}
	}
}

// describe sets the own description and writes it.
func (s *originSide) describe(ctx context.Context, create func() (webrtc.SessionDescription, error)) {
	own, err := create()
	if err != nil || s.pc.SetLocalDescription(own) != nil {
		return
	}
	_ = s.store.Commit(ctx, signaling.Write{
		Op: signaling.Update, Path: originRoom, Fields: signaling.Fields{own.Type.String(): own.SDP},
	})
}

// room takes the other's description from the room, once.
func (s *originSide) room(ctx context.Context, d signaling.Document) {
	theirs := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer}
	if s.role == protocol.Caller {
		theirs.Type = webrtc.SDPTypeAnswer
	}
	sdp, written := d.Fields[theirs.Type.String()].(string)
	if !written || !s.remote(theirs, sdp) || s.role == protocol.Caller {
		return
	}
	s.running.Go(func() {
		s.describe(ctx, func() (webrtc.SessionDescription, error) { return s.pc.CreateAnswer(nil) })
	})
}

// remote sets the other's description and the candidates that came before it, unless it is set.
func (s *originSide) remote(theirs webrtc.SessionDescription, sdp string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	theirs.SDP = sdp
	if s.set || s.pc.SetRemoteDescription(theirs) != nil {
		return false
	}
	s.set = true
	for _, c := range s.early {
		_ = s.pc.AddICECandidate(c)
	}
	return true
}

func (s *originSide) candidate(d signaling.Document) {
	var c webrtc.ICECandidateInit
	text, _ := d.Fields["candidate"].(string)
	if json.Unmarshal([]byte(text), &c) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.set {
		s.early = append(s.early, c)
		return
	}
	_ = s.pc.AddICECandidate(c)
}

func (s *originSide) close() {
	s.stop()
	_ = s.pc.GracefulClose() // it has served
	s.running.Wait()
}

func candidatesOf(r protocol.Role) string { return string(r) + "Candidates" }

func other(r protocol.Role) protocol.Role {
	if r == protocol.Caller {
		return protocol.Callee
	}
	return protocol.Caller
}
