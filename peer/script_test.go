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
	*stranger
	pc      *webrtc.PeerConnection
	channel *webrtc.DataChannel
	opened  chan struct{}
	offer   string // without candidates
	all     []protocol.Candidate
}

func newScript(t *testing.T, w *peertest.World) *script {
	t.Helper()
	o, _ := w.Options(t)
	var settings webrtc.SettingEngine
	settings.SetNet(o.Net)
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
	s := &script{stranger: newStranger(t, w, "script"), pc: pc, channel: channel, opened: make(chan struct{})}
	channel.OnOpen(func() { close(s.opened) })
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
	s.ask()
}

func (s *script) writeOffer(end bool) {
	s.t.Helper()
	offer := protocol.Offer{
		Description: protocol.Description{SDP: s.offer, End: end},
		Commitment:  protocol.Commit(protocol.IdentityOf(s.device), s.nonce),
	}
	content, err := offer.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	update(s.t, s.w, s.at, signaling.Fields{"offer": s.seal(protocol.KindOffer, 0, content)})
}

func (s *script) writeBatch(number string, payload []byte) {
	s.t.Helper()
	d, err := s.w.Store.Get(s.t.Context(), s.at)
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.w.Store.Commit(s.t.Context(), signaling.Write{
		Op: signaling.Create, Path: s.at + "/callerCandidates/" + number,
		Fields: signaling.Fields{"batch": payload, "expireAt": d.Fields["expireAt"]},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// candidates is a batch of all, sealed as number n.
func (s *script) candidates(n uint32) []byte {
	s.t.Helper()
	content, err := protocol.Batch{Candidates: s.all, End: true}.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	return s.seal(protocol.KindBatch, n, content)
}

// finish sets the answer, waits for the channel and proves who the script is.
func (s *script) finish() {
	s.t.Helper()
	frame, err := protocol.Message{Kind: protocol.KindProof, Proof: s.connect()}.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	s.send(string(frame))
	s.send(scriptHello)
}

// scriptHello begins the script's stream.
const scriptHello = `{"t":"hello","stream":"AQEBAQEBAQEBAQEBAQEBAQ","from":1}`

// connect sets the answer, waits for the channel, and gives the proof that is to be sent.
func (s *script) connect() protocol.Proof {
	s.t.Helper()
	var payload []byte
	for payload == nil {
		synctest.Wait()
		payload = s.link().Answer
	}
	link := s.link()
	answer, err := protocol.ParseAnswer(s.open(protocol.KindAnswer, payload))
	if err != nil {
		s.t.Fatal(err)
	}
	remote := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer.SDP}
	if err := s.pc.SetRemoteDescription(remote); err != nil {
		s.t.Fatal(err)
	}
	<-s.opened
	identity := protocol.IdentityOf(s.device)
	exchange := protocol.Exchange{
		Suite: protocol.SuitePair, Room: protocol.RoomID(s.at[len("rooms/"):]),
		CallerKey: link.CallerKey, CalleeKey: link.CalleeKey,
		CallerFingerprint: s.fingerprint(s.offer), CalleeFingerprint: s.fingerprint(answer.SDP),
		Commitment: protocol.Commit(identity, s.nonce), CalleeIdentity: answer.Identity, CalleeNonce: answer.Nonce,
	}
	signature := exchange.Transcript().Sign(protocol.Caller, s.device)
	return protocol.Proof{Reveals: true, Identity: identity, Nonce: s.nonce, Signature: signature}
}

func (s *script) fingerprint(sdp string) protocol.Fingerprint {
	s.t.Helper()
	f, err := protocol.FingerprintOf(sdp)
	if err != nil {
		s.t.Fatal(err)
	}
	return f
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
			s.writeBatch("0", s.candidates(0))
		},
		"[S3] a batch before the offer": func(s *script) {
			s.writeBatch("0", s.candidates(0))
			synctest.Wait()
			s.writeOffer(false)
		},
		"[P4] a refused batch is left out": func(s *script) {
			s.writeOffer(false)
			s.writeBatch("0", []byte{1, 2, 'x'})
			s.writeBatch("1", []byte{7, 'x'})
			s.writeBatch("2", s.candidates(3))                                // [L5] moved
			s.writeBatch("3", s.seal(protocol.KindBatch, 3, []byte("batch"))) // [P3]
			s.writeBatch("31", s.candidates(31))
		},
		"[P4] a candidate that is none is left out": func(s *script) {
			s.writeOffer(false)
			s.all = append([]protocol.Candidate{{Candidate: "candidate:nonsense"}}, s.all...)
			s.writeBatch("0", s.candidates(0))
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
		s.writeBatch("0", s.candidates(0))
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
		s.writeBatch("0", s.candidates(0))
		s.finish()
		s.send(`{"t":"chat","text":"before"}`)
		conn := callee.conn()
		want(t, conn, "before")
		_ = s.pc.GracefulClose()
		wantEnd(t, conn, isFailure(peer.PeerLost))
	})
}
