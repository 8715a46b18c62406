package peer_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/signaling"
)

func plain(s string) []byte { return append([]byte{0}, s...) }

// What the rules refuse as a description ends the attempt (SPEC P4).
func badDescriptions() map[string][]byte {
	return map[string][]byte{
		"[P1] unsupported version": {9, 1, 2, 3},
		"[P2] not JSON":            plain("offer"),
		"[P2] no sdp":              plain(`{"end":true}`),
		"[P2] not an SDP":          plain(`{"sdp":"v=1"}`),
		"[P2] too long":            plain(`{"sdp":"` + strings.Repeat("a", 16001) + `"}`),
		"[P2] SDP without ICE":     plain(`{"sdp":"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"}`),
	}
}

func TestBadOffer(t *testing.T) {
	for name, payload := range badDescriptions() {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				s := startSearch(t, w, "me")
				s.await(peer.EventWaiting)
				synctest.Wait()
				ask(t, w, "forger")
				at := room(t, w)
				update(t, w, at, signaling.Fields{"offer": payload})
				s.failsAs(peer.ProtocolError)
				if d, _ := w.Store.Get(t.Context(), at); d.Fields["reason"] != "failed" {
					t.Errorf("[D6] reason %v", d.Fields["reason"])
				}
			})
		})
	}
}

func TestBadAnswer(t *testing.T) {
	for name, payload := range badDescriptions() {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *peertest.World) {
				ask(t, w, "forger")
				s := startSearch(t, w, "me")
				s.await(peer.EventSignaling)
				synctest.Wait()
				update(t, w, room(t, w), signaling.Fields{"answer": payload})
				s.failsAs(peer.ProtocolError)
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
