package hostile

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/emulator-tests/admin"
	"github.com/parley-chat/parley/protocol"
)

// Forger stands in the middle of a link room with a peer connection, an identity and a nonce of its own: it puts its
// offers and answers in place of the victims'. They are sealed for the very place at which they will be read, with the
// keys and ids that the store knows, and with the secret that the forger has, which need not be the room's.
type Forger struct {
	pc     *webrtc.PeerConnection
	sealer protocol.Sealer
	sdp    string
	nonce  protocol.Nonce
}

// NewForger makes its peer connection. The caller closes it.
func NewForger(secret protocol.RoomSecret) (*Forger, error) {
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, fmt.Errorf("hostile: %w", err)
	}
	f := &Forger{pc: pc, sealer: protocol.NewRoomSealer(secret, rand.Reader)}
	if err := f.prepare(); err != nil {
		_ = pc.Close() // the first error is the one to tell
		return nil, fmt.Errorf("hostile: %w", err)
	}
	return f, nil
}

func (f *Forger) prepare() error {
	if _, err := f.pc.CreateDataChannel(protocol.ChannelLabel, nil); err != nil {
		return err
	}
	offer, err := f.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(f.pc)
	if err := f.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	<-gathered
	f.sdp = f.pc.LocalDescription().SDP
	f.nonce, err = protocol.NewNonce(rand.Reader)
	return err
}

// Close ends the peer connection.
func (f *Forger) Close() error { return f.pc.GracefulClose() }

// Lie puts the forger's own in place of every offer and answer. What it cannot seal it withholds.
func (f *Forger) Lie() Lie {
	keys := map[string]admin.Fields{} // of the links that went by
	return func(m Message) []Message {
		if m.kind() != kindLink || m.Fields == nil {
			return Honest(m)
		}
		if m.New {
			keys[m.Path] = m.Fields
		}
		link := m.With(keys[m.Path])
		for field, kind := range map[string]protocol.PayloadKind{
			"offer": protocol.KindOffer, "answer": protocol.KindAnswer,
		} {
			if m.Bytes(field) == nil {
				continue
			}
			forged, err := f.seal(link, kind)
			if err != nil {
				return nil
			}
			m = m.With(admin.Fields{field: bytesOf(forged)})
		}
		return []Message{m}
	}
}

// seal makes the payload of a link's place (SPEC L3).
func (f *Forger) seal(link Message, kind protocol.PayloadKind) ([]byte, error) {
	caller, err := protocol.KeyFromBytes(link.Bytes("callerKey"))
	if err != nil {
		return nil, err
	}
	callee, err := protocol.KeyFromBytes(link.Bytes("calleeKey"))
	if err != nil {
		return nil, err
	}
	place := protocol.Place{
		Room: protocol.RoomID(strings.Split(link.Path, "/")[1]), Link: protocol.RoomID(link.ID()), Kind: kind,
		From: caller, To: callee,
	}
	var content []byte
	description := protocol.Description{SDP: f.sdp, End: true}
	switch kind {
	case protocol.KindAnswer:
		place.From, place.To = callee, caller
		description.SDP = strings.ReplaceAll(f.sdp, "a=setup:actpass", "a=setup:active")
		content, err = protocol.Answer{Description: description, Nonce: f.nonce}.Encode()
	default:
		content, err = protocol.Offer{Description: description}.Encode()
	}
	if err != nil {
		return nil, err
	}
	return f.sealer.Seal(place, content)
}
