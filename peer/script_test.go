package peer_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// script is a caller played by the test: a bare peer connection, whose documents the test writes by hand.
type script struct {
	t       *testing.T
	w       *peertest.World
	pc      *webrtc.PeerConnection
	channel *webrtc.DataChannel
	open    chan struct{}
	offer   string // without candidates
	all     []protocol.Candidate
	room    string
}

func newScript(t *testing.T, w *peertest.World) *script {
	t.Helper()
	o, _ := w.Options(t)
	var settings webrtc.SettingEngine
	o.Settings(&settings)
	settings.DisableCloseByDTLS(true)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pc.GracefulClose() })
	negotiated, id := true, uint16(protocol.ChannelID)
	init := &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &id}
	channel, err := pc.CreateDataChannel(protocol.ChannelLabel, init)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, w: w, pc: pc, channel: channel, open: make(chan struct{})}
	channel.OnOpen(func() { close(s.open) })
	gathered := make(chan struct{})
	pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			close(gathered)
			return
		}
		s.all = append(s.all, protocol.Candidate(c.ToJSON()))
	})
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.offer = offer.SDP
	if err := pc.SetLocalDescription(offer); err != nil {
		t.Fatal(err)
	}
	<-gathered
	return s
}

// pair makes the pair room, as the function does when the script's uid asks.
func (s *script) pair() {
	s.t.Helper()
	synctest.Wait()
	ask(s.t, s.w, "script")
	s.room = room(s.t, s.w)
}

func (s *script) writeOffer(end bool) {
	s.t.Helper()
	payload, err := protocol.Description{SDP: s.offer, End: end}.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	update(s.t, s.w, s.room, signaling.Fields{"offer": payload})
}

func (s *script) writeBatch(number string, payload []byte) {
	s.t.Helper()
	d, err := s.w.Store.Get(s.t.Context(), s.room)
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.w.Store.Commit(s.t.Context(), signaling.Write{
		Op: signaling.Create, Path: s.room + "/callerCandidates/" + number,
		Fields: signaling.Fields{"batch": payload, "expireAt": d.Fields["expireAt"]},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *script) candidates() []byte {
	s.t.Helper()
	payload, err := protocol.Batch{Candidates: s.all, End: true}.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	return payload
}

// finish sets the answer and waits for the channel.
func (s *script) finish() {
	s.t.Helper()
	var payload []byte
	for payload == nil {
		synctest.Wait()
		d, err := s.w.Store.Get(s.t.Context(), s.room)
		if err != nil {
			s.t.Fatal(err)
		}
		payload, _ = d.Fields["answer"].([]byte)
	}
	answer, err := protocol.ParseDescription(payload)
	if err != nil {
		s.t.Fatal(err)
	}
	remote := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer.SDP}
	if err := s.pc.SetRemoteDescription(remote); err != nil {
		s.t.Fatal(err)
	}
	<-s.open
}

func (s *script) send(frame string) {
	s.t.Helper()
	if err := s.channel.SendText(frame); err != nil {
		s.t.Fatal(err)
	}
}

func TestCandidates(t *testing.T) {
	for name, play := range map[string]func(*script){
		"[S3] a batch after the answer": func(s *script) {
			s.writeOffer(false)
			synctest.Wait()
			s.writeBatch("0", s.candidates())
		},
		"[S3] a batch before the offer": func(s *script) {
			s.writeBatch("0", s.candidates())
			synctest.Wait()
			s.writeOffer(false)
		},
		"[P4] a refused batch is left out": func(s *script) {
			s.writeOffer(false)
			s.writeBatch("0", []byte{0, 'x'})
			s.writeBatch("1", []byte{7, 'x'})
			s.writeBatch("31", s.candidates())
		},
		"[P4] a candidate that is none is left out": func(s *script) {
			s.writeOffer(false)
			s.all = append([]protocol.Candidate{{Candidate: "candidate:nonsense"}}, s.all...)
			s.writeBatch("0", s.candidates())
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				s := newScript(t, w)
				callee := startSearch(t, w, "me")
				callee.await(peer.EventWaiting)
				s.pair()
				play(s)
				s.finish()
				s.send(`{"t":"chat","text":"Hello"}`)
				want(t, callee.conn(), "Hello")
			})
		})
	}
}

func TestFrames(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := newScript(t, w)
		callee := startSearch(t, w, "me")
		callee.await(peer.EventWaiting)
		s.pair()
		s.writeOffer(false)
		s.writeBatch("0", s.candidates())
		s.finish()
		for name, frame := range map[string]string{
			"[C2] not JSON": "hello", "[C2] no t": `{"text":"x"}`, "[C2] unknown t": `{"t":"dance","text":"x"}`,
			"[C3] empty": `{"t":"chat","text":""}`, "[C3] no text": `{"t":"chat"}`,
			"[C3] too long":  `{"t":"chat","text":"` + strings.Repeat("a", 10001) + `"}`,
			"[C2] too big":   `{"t":"chat","text":"x","pad":"` + strings.Repeat("a", 65536) + `"}`,
			"[V7] surrogate": `{"t":"chat","text":"\ud800"}`,
		} {
			t.Log(name)
			s.send(frame)
		}
		if err := s.channel.Send([]byte(`{"t":"chat","text":"binary"}`)); err != nil { // [C4]
			t.Fatal(err)
		}
		s.send(`{"t":"chat","text":"the first good one","future":1}`)
		conn := callee.conn()
		want(t, conn, "the first good one")
		s.send(`{"t":"bye"}`)
		wantEnd(t, conn, is(peer.ErrPeerLeft))
	})
}

// A channel that closes without a bye was lost, also when DTLS ended in good order (SPEC C5).
func TestClosedWithoutBye(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := newScript(t, w)
		callee := startSearch(t, w, "me")
		callee.await(peer.EventWaiting)
		s.pair()
		s.writeOffer(false)
		s.writeBatch("0", s.candidates())
		s.finish()
		s.send(`{"t":"chat","text":"before"}`)
		conn := callee.conn()
		want(t, conn, "before")
		_ = s.pc.GracefulClose()
		wantEnd(t, conn, isFailure(peer.PeerLost))
	})
}
