package peer

import (
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
)

// message takes one frame. While the inbox is full it does not return, so that SCTP's window holds the other back.
// Nobody reads the inbox before the first frame has proved who fills it.
func (t *transport) message(m webrtc.DataChannelMessage) {
	if !t.first {
		t.first = true
		t.proof <- firstProof(m)
		return
	}
	if !m.IsString {
		return // C4
	}
	message, err := protocol.ParseMessage(m.Data)
	if err != nil {
		return // C2, C4
	}
	switch message.Kind {
	case protocol.KindChat:
		t.in.put(message.Text)
	case protocol.KindBye:
		t.byeOnce.Do(func() { close(t.bye) })
	case protocol.KindProof: // a second one (SPEC H6)
	}
}

// firstProof reads a first frame; nil if it is not a proof (SPEC H6).
func firstProof(m webrtc.DataChannelMessage) *protocol.Proof {
	message, err := protocol.ParseMessage(m.Data)
	if !m.IsString || err != nil || message.Kind != protocol.KindProof {
		return nil
	}
	return &message.Proof
}

// proofs tells of the other's proof once this side's is sent.
func (t *transport) proofs(sent bool) <-chan *protocol.Proof {
	if !sent {
		return nil
	}
	return t.proof
}

// sayBye says bye after all that was handed over, and waits until it has arrived, until late at most.
func (t *transport) sayBye(late <-chan time.Time) {
	bye, err := protocol.Message{Kind: protocol.KindBye}.Encode()
	if err != nil {
		return // a bye can always be encoded
	}
	t.channel.SetBufferedAmountLowThreshold(0)
	if t.channel.SendText(string(bye)) != nil {
		return
	}
	for t.channel.BufferedAmount() > 0 {
		select {
		case <-t.low:
		case <-t.ended:
			return
		case <-late:
			return
		}
	}
}
