package peer_test

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// stranger is the other side of a pair room, whose documents the test writes by hand.
type stranger struct {
	t      *testing.T
	w      *peertest.World
	uid    string
	key    protocol.Key
	sealer protocol.Sealer
	device ed25519.PrivateKey
	nonce  protocol.Nonce
	at     string // the room's path, once there is one
}

func newStranger(t *testing.T, w *peertest.World, uid string) *stranger {
	t.Helper()
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := protocol.NewPairSealer(private)
	if err != nil {
		t.Fatal(err)
	}
	_, device, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &stranger{
		t: t, w: w, uid: uid, sealer: sealer, device: device,
		key: protocol.Key(private.PublicKey().Bytes()), nonce: protocol.Nonce{1, 2, 3},
	}
}

// ask asks for a partner. Where somebody waits the stranger is the caller.
func (s *stranger) ask() protocol.QuickMatchAnswer {
	s.t.Helper()
	id, err := protocol.NewRequestID(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	r := protocol.QuickMatchRequest{Pool: "default", RequestID: id, Key: s.key}
	answer, err := s.w.Matcher.For(s.uid).QuickMatch(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.at = "rooms/" + string(answer.RoomID)
	return answer
}

// link is the room as it is.
func (s *stranger) link() signaling.Link {
	s.t.Helper()
	d, err := s.w.Store.Get(s.t.Context(), s.at)
	if err != nil {
		s.t.Fatal(err)
	}
	link, err := signaling.ParseLink(d.Fields)
	if err != nil {
		s.t.Fatal(err)
	}
	return link
}

// theirs is the key of who is at the other end.
func (s *stranger) theirs() protocol.Key {
	link := s.link()
	if link.Caller == s.uid {
		return link.CalleeKey
	}
	return link.CallerKey
}

func (s *stranger) place(kind protocol.PayloadKind, n uint32, from, to protocol.Key) protocol.Place {
	return protocol.Place{Room: protocol.RoomID(s.at[len("rooms/"):]), Kind: kind, Number: n, From: from, To: to}
}

func (s *stranger) seal(kind protocol.PayloadKind, n uint32, content []byte) []byte {
	s.t.Helper()
	payload, err := s.sealer.Seal(s.place(kind, n, s.key, s.theirs()), content)
	if err != nil {
		s.t.Fatal(err)
	}
	return payload
}

func (s *stranger) open(kind protocol.PayloadKind, payload []byte) []byte {
	s.t.Helper()
	content, err := s.sealer.Open(s.place(kind, 0, s.theirs(), s.key), payload)
	if err != nil {
		s.t.Fatal(err)
	}
	return content
}
