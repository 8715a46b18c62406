package peer_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// bad is a description that a stranger writes, and what it ends the attempt as.
type bad struct {
	payload func(s *stranger, kind protocol.PayloadKind) []byte
	want    peer.Failure
}

func sealed(content string) bad {
	return bad{func(s *stranger, kind protocol.PayloadKind) []byte {
		return s.seal(kind, 0, []byte(content))
	}, peer.ProtocolError}
}

// described is an SDP with all else that an offer or answer has.
func described(sdp string) bad {
	return bad{func(s *stranger, kind protocol.PayloadKind) []byte {
		d := protocol.Description{SDP: sdp}
		content, err := protocol.Offer{Description: d}.Encode()
		if kind == protocol.KindAnswer {
			content, err = protocol.Answer{Description: d}.Encode()
		}
		if err != nil {
			s.t.Fatal(err)
		}
		return s.seal(kind, 0, content)
	}, peer.ProtocolError}
}

func badDescriptions() map[string]bad {
	const bare = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
	fingerprint := "a=fingerprint:sha-256 " + strings.Repeat("AB:", 31) + "AB\r\n"
	return map[string]bad{
		"[P1] unsupported version": {func(*stranger, protocol.PayloadKind) []byte {
			return []byte{9, 1, 2, 3}
		}, peer.ProtocolError},
		"[P1] version 0, in the clear": {func(*stranger, protocol.PayloadKind) []byte {
			return append([]byte{0}, `{"sdp":"v=0\r\n"}`...)
		}, peer.ProtocolError},
		"[L2] of no size": {func(*stranger, protocol.PayloadKind) []byte { return []byte{1, 2, 3} }, peer.Tampered},
		"[L4] the other suite": {func(s *stranger, kind protocol.PayloadKind) []byte {
			payload := s.seal(kind, 0, []byte("{}"))
			payload[1] = byte(protocol.SuiteRoom)
			return payload
		}, peer.Tampered},
		"[L5] one bit changed": {func(s *stranger, kind protocol.PayloadKind) []byte {
			payload := s.seal(kind, 0, []byte("{}"))
			payload[100] ^= 1
			return payload
		}, peer.Tampered},
		"[L5] sealed as a batch": {func(s *stranger, _ protocol.PayloadKind) []byte {
			return s.seal(protocol.KindBatch, 0, []byte("{}"))
		}, peer.Tampered},
		"[P2] not JSON":          sealed("offer"),
		"[P2] no sdp":            sealed(`{"end":true}`),
		"[P2] nothing to prove":  sealed(`{"sdp":"v=0"}`),
		"[H2] no fingerprint":    described(bare),
		"[H2] two fingerprints":  described(bare + fingerprint + strings.ReplaceAll(fingerprint, "AB", "CD")),
		"[H2] a sha-1 beside it": described(bare + fingerprint + "a=fingerprint:sha-1 AB\r\n"),
		"[P2] not an SDP":        described("v=1\r\n" + fingerprint),
		"[P2] SDP without ICE":   described(bare + fingerprint),
	}
}

func TestBadOffer(t *testing.T) {
	for name, b := range badDescriptions() {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				s := startSearch(t, w, "me")
				s.await(peer.EventWaiting)
				synctest.Wait()
				forger := newStranger(t, w, "forger")
				forger.ask()
				update(t, w, forger.at, signaling.Fields{"offer": b.payload(forger, protocol.KindOffer)})
				s.failsAs(b.want)
				if d, _ := w.Store.Get(t.Context(), forger.at); d.Fields["reason"] != "failed" {
					t.Errorf("[D6] reason %v", d.Fields["reason"])
				}
			})
		})
	}
}

func TestBadAnswer(t *testing.T) {
	for name, b := range badDescriptions() {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				forger := newStranger(t, w, "forger")
				forger.ask()
				s := startSearch(t, w, "me")
				s.await(peer.EventSignaling)
				synctest.Wait()
				update(t, w, forger.at, signaling.Fields{"answer": b.payload(forger, protocol.KindAnswer)})
				s.failsAs(b.want)
			})
		})
	}
}

func TestForgedRoom(t *testing.T) {
	for name, fields := range map[string]signaling.Fields{
		"[D1] callee is somebody else": {"callee": "somebody"},
		"[D1] no key":                  {"callerKey": "text"},
		"[D6] unknown state":           {"state": "open"},
		"[D1] offer too long":          {"offer": make([]byte, 16385)},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				s := startSearch(t, w, "me")
				s.await(peer.EventWaiting)
				synctest.Wait()
				ask(t, w, "forger")
				update(t, w, room(t, w), fields)
				s.failsAs(peer.ProtocolError)
			})
		})
	}
}
