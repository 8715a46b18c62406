package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/pion/transport/v4/vnet"
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
	if err := w.store.Commit(ctx, signaling.Write{Op: signaling.Create, Path: originRoom}); err != nil {
		return Meeting{}, err
	}
	callee, err := w.origin(w.first, protocol.Callee)
	if err != nil {
		return Meeting{}, err
	}
	defer callee.close()
	callee.run(ctx)
	if err := pause(ctx, settled); err != nil {
		return Meeting{}, err
	}

	start := time.Now()
	if err := pause(ctx, c.RTT); err != nil { // the function
		return Meeting{}, err
	}
	caller, err := w.origin(w.second, protocol.Caller)
	if err != nil {
		return Meeting{}, err
	}
	defer caller.close()
	caller.run(ctx)
	late := time.NewTimer(originPatience)
	defer late.Stop()
	for _, side := range []*originSide{caller, callee} {
		select {
		case <-side.opened:
		case <-late.C:
			return Meeting{Failure: peer.ConnectionFailed}, nil
		}
	}
	took := time.Since(start)
	return Meeting{Opened: took, Proved: took, Path: peer.PathDirect}, nil
}

// originSide is one of the origin's two.
type originSide struct {
	role    protocol.Role
	store   signaling.Store
	pc      *webrtc.PeerConnection
	opened  chan struct{}
	running sync.WaitGroup
	stop    context.CancelFunc

	mu    sync.Mutex
	set   bool                      // guarded by mu: the other's description is set
	early []webrtc.ICECandidateInit // guarded by mu: candidates that came before it
}

func (w *world) origin(host *vnet.Net, role protocol.Role) (*originSide, error) {
	var settings webrtc.SettingEngine
	on(host)(&settings)
	stun := webrtc.ICEServer{URLs: []string{"stun:" + serverAddress + serverPort}}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(
		webrtc.Configuration{ICEServers: []webrtc.ICEServer{stun}})
	if err != nil {
		return nil, fmt.Errorf("lab: origin: %w", err)
	}
	s := &originSide{role: role, store: w.store, pc: pc, opened: make(chan struct{})}
	opened := sync.OnceFunc(func() { close(s.opened) })
	if role == protocol.Callee {
		pc.OnDataChannel(func(d *webrtc.DataChannel) { d.OnOpen(opened) })
		return s, nil
	}
	channel, err := pc.CreateDataChannel(protocol.ChannelLabel, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lab: origin: %w", err), pc.Close())
	}
	channel.OnOpen(opened)
	return s, nil
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
