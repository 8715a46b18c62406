package peer

import (
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
)

// maxEarly bounds the frames that come before somebody listens: more than an honest other sends.
const maxEarly = maxInbox + 64

// message takes one frame: the other's proof, then its hello, then what it says, which in a room of many is for others
// to read. pion calls it from one goroutine.
func (t *transport) message(m webrtc.DataChannelMessage) {
	t.frames++
	if t.frames == 1 {
		t.proof <- firstProof(m)
		return
	}
	if !m.IsString {
		return // C4
	}
	if t.many && t.frames > 2 {
		select {
		case t.carried <- m.Data:
		case <-t.closing:
		}
		return
	}
	message, err := protocol.ParseMessage(m.Data)
	if t.frames == 2 {
		t.hello <- secondHello(message, err)
	}
	if err != nil {
		return // C2, C4
	}
	switch message.Kind {
	case protocol.KindHello, protocol.KindProof:
		return // a second proof (H6) or hello (M1)
	case protocol.KindBye:
		t.byeOnce.Do(func() { close(t.bye) })
		return
	case protocol.KindRestart:
		if message.SDP != "" {
			return // what our hello did not offer: pion loses its path over a restart (M7)
		}
	case protocol.KindChat, protocol.KindAck:
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.listener != nil {
		t.listener(message)
	} else if len(t.early) < maxEarly {
		t.early = append(t.early, message)
	}
}

// listenWith gives frames to each, one after the other, beginning with those that have come. each must not wait.
func (t *transport) listenWith(each func(protocol.Message)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.early {
		each(m)
	}
	t.early, t.listener = nil, each
}

// firstProof reads a first frame; nil if it is not a proof (SPEC H6).
func firstProof(m webrtc.DataChannelMessage) *protocol.Proof {
	message, err := protocol.ParseMessage(m.Data)
	if !m.IsString || err != nil || message.Kind != protocol.KindProof {
		return nil
	}
	return &message.Proof
}

// secondHello reads a second frame; nil if the other is of before SPEC section 11.
func secondHello(m protocol.Message, err error) *protocol.Hello {
	if err != nil || m.Kind != protocol.KindHello {
		return nil
	}
	return &m.Hello
}

// proofs tells of the other's proof once this side's is sent.
func (t *transport) proofs(sent bool) <-chan *protocol.Proof {
	if !sent {
		return nil
	}
	return t.proof
}

// send hands a message over.
func (t *transport) send(m protocol.Message) error {
	frame, err := m.Encode()
	if err != nil {
		return err
	}
	return t.channel.SendText(string(frame))
}

// sayBye says bye after all that was handed over, and waits until it has arrived, until late at most. The reason may be
// empty.
func (t *transport) sayBye(reason protocol.ByeReason, late <-chan time.Time) {
	t.channel.SetBufferedAmountLowThreshold(0)
	if t.send(protocol.Message{Kind: protocol.KindBye, Reason: reason}) != nil {
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
