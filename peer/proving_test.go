package peer_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

func TestBothSeeTheSame(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		a, b := w.Pair(t)
		if a.Safety().Emoji != b.Safety().Emoji {
			t.Errorf("[H7] %v and %v", a.Safety().Emoji, b.Safety().Emoji)
		}
		if a.Safety().Identity == b.Safety().Identity || a.Safety().Number != "" {
			t.Errorf("[H1] strangers with lasting identities: %+v, %+v", a.Safety(), b.Safety())
		}
		c, d := w.Pair(t)
		if c.Safety().Emoji == a.Safety().Emoji || d.Safety().Identity == b.Safety().Identity {
			t.Error("[H1] the next connection is known by the last one")
		}
	})
}

// [H1][H8] In rooms a device is the same each time, and the number of two devices too.
func TestDevicesInRooms(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host, guest := newDevice(t), newDevice(t)
		var number string
		for range 2 {
			o, _ := w.Options(t)
			o.Device = host
			room, err := peer.Create(t.Context(), w.Services("host"), o)
			if err != nil {
				t.Fatal(err)
			}
			o, _ = w.Options(t)
			o.Device = guest
			other, err := peer.Enter(t.Context(), w.Services("guest"), room.Secret(), o)
			if err != nil {
				t.Fatal(err)
			}
			atHost, atGuest := next(t, room).Safety(), next(t, other).Safety()
			if atHost.Identity != guest.Identity() || atGuest.Identity != host.Identity() {
				t.Errorf("[H5] proved %s and %s", atHost.Identity, atGuest.Identity)
			}
			if atHost.Number != atGuest.Number || atHost.Number == "" || (number != "" && atHost.Number != number) {
				t.Errorf("[H8] %q and %q, before %q", atHost.Number, atGuest.Number, number)
			}
			number = atHost.Number
			_, _ = other.Close(), room.Close()
		}
	})
}

func newDevice(t *testing.T) *peer.Device {
	t.Helper()
	d, err := peer.NewDevice(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func proofFrame(t *testing.T, p protocol.Proof) string {
	t.Helper()
	frame, err := protocol.Message{Kind: protocol.KindProof, Proof: p}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(frame)
}

// [H6] Whatever comes first and is not the proof that was promised ends the attempt, and nothing is shown.
func TestBadProof(t *testing.T) {
	for name, frame := range map[string]func(*script, protocol.Proof) string{
		"a text":       func(*script, protocol.Proof) string { return `{"t":"chat","text":"hello"}` },
		"a bye":        func(*script, protocol.Proof) string { return `{"t":"bye"}` },
		"not JSON":     func(*script, protocol.Proof) string { return "proof" },
		"unknown kind": func(*script, protocol.Proof) string { return `{"t":"typing"}` },
		"nothing revealed": func(s *script, p protocol.Proof) string {
			p.Reveals = false
			return proofFrame(s.t, p)
		},
		"another nonce than promised": func(s *script, p protocol.Proof) string {
			p.Nonce[0] ^= 1
			return proofFrame(s.t, p)
		},
		"another identity than promised": func(s *script, p protocol.Proof) string {
			p.Identity = newDevice(s.t).Identity()
			return proofFrame(s.t, p)
		},
		"one bit of the signature": func(s *script, p protocol.Proof) string {
			p.Signature[20] ^= 8
			return proofFrame(s.t, p)
		},
		"signed as the callee": func(s *script, p protocol.Proof) string {
			p.Signature = protocol.Transcript{}.Sign(protocol.Callee, s.device)
			return proofFrame(s.t, p)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				s := newScript(t, w)
				callee := startSearch(t, w, "me")
				callee.await(peer.EventWaiting)
				s.pair()
				s.writeOffer(false)
				s.writeBatch("0", s.candidates(0))
				s.send(frame(s, s.connect()))
				callee.failsAs(peer.Tampered)
				if reason := s.link().Reason; reason != signaling.ReasonFailed {
					t.Errorf("[D6] reason %q", reason)
				}
			})
		})
	}
}

// [H6] Frames behind a good proof wait for it; a second proof is dropped.
func TestProofTwice(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := newScript(t, w)
		callee := startSearch(t, w, "me")
		callee.await(peer.EventWaiting)
		s.pair()
		s.writeOffer(false)
		s.writeBatch("0", s.candidates(0))
		proof := proofFrame(t, s.connect())
		s.send(proof)
		s.send(scriptHello)
		s.send(proof)
		s.send(`{"t":"chat","text":"at once","n":1}`)
		want(t, callee.conn(), "at once")
	})
}

// [H6] Who opens the channel and proves nothing is given the time of S5.
func TestNoProof(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := newScript(t, w)
		callee := startSearch(t, w, "me")
		callee.await(peer.EventWaiting)
		s.pair()
		s.writeOffer(false)
		s.writeBatch("0", s.candidates(0))
		s.connect()
		start := time.Now()
		callee.failsAs(peer.ConnectionFailed)
		if waited := time.Since(start); waited > 21*time.Second {
			t.Errorf("[S5] waited %v", waited)
		}
	})
}

// [H9] Who is not admitted sees nothing and is shown nothing; the room waits for the next.
func TestAdmit(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		friend := newDevice(t)
		why := errors.New("a device that I do not know")
		o, _ := w.Options(t)
		o.Admit = func(s peer.Safety) error {
			if s.Identity != friend.Identity() {
				return why
			}
			return nil
		}
		host, err := peer.Create(t.Context(), w.Services("host"), o)
		if err != nil {
			t.Fatal(err)
		}
		defer host.Close()
		stranger := enter(t, w, "stranger", host.Secret())
		if _, err := host.Next(t.Context()); !errors.Is(err, peer.ErrNotAdmitted) || !errors.Is(err, why) {
			t.Errorf("got %v", err)
		}
		_ = stranger.Close()
		o, _ = w.Options(t)
		o.Device = friend
		guest, err := peer.Enter(t.Context(), w.Services("friend"), host.Secret(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer guest.Close()
		send(t, next(t, guest), "it is me")
		want(t, next(t, host), "it is me")
	})
}

// [H5] Both proofs travel at once: who opens the channel knows after one round trip at most, and so may speak.
func TestProofsTakeOneRoundTrip(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		s := newScript(t, w)
		heard := make(chan time.Time, 2) // the proof, and the hello
		s.channel.OnMessage(func(webrtc.DataChannelMessage) { heard <- time.Now() })
		callee := startSearch(t, w, "me")
		callee.await(peer.EventWaiting)
		s.pair()
		s.writeOffer(false)
		s.writeBatch("0", s.candidates(0))
		proof := proofFrame(t, s.connect())
		open := time.Now() // the bubble's clock moves only when all wait
		s.send(proof)
		s.send(scriptHello)
		callee.conn()
		for who, took := range map[string]time.Duration{
			"the callee": time.Since(open), "the caller": (<-heard).Sub(open),
		} {
			if took > 2*peertest.Delay {
				t.Errorf("%s knows after %v, a round trip takes %v", who, took, 2*peertest.Delay)
			}
		}
	})
}
