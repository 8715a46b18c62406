package protocol

import (
	"errors"
	"unicode/utf8"
)

// The data channel (SPEC C1): both sides create it with the same label and id, so that no negotiation is needed.
const (
	ChannelLabel = "chat"
	ChannelID    = 0
)

// Limits of a frame and its text (SPEC C2, C3).
const (
	MaxFrameBytes = 65536
	MaxTextChars  = 10000
)

// Kind is the t of a message that this version knows.
type Kind string

// The kinds (SPEC C3, C5, H5, M1, M3, M7).
const (
	KindChat  Kind = "chat"
	KindBye   Kind = "bye"
	KindProof Kind = "proof"
	KindHello Kind = "hello"
	KindAck   Kind = "ack"
	// KindRestart is for who restarts ICE over the channel; this package's peers do not, and say so in their hello.
	KindRestart Kind = "restart"
)

// ErrUnknownKind is returned by ParseMessage for a well-formed message whose t it does not know. It is
// not a fault: the receiver ignores the message (SPEC C2).
var ErrUnknownKind = errors.New("protocol: [C2] unknown kind of message")

// Message is one message of the channel.
type Message struct {
	Kind Kind
	// Text is set with KindChat: 1 to MaxTextChars characters.
	Text string
	// N is set with KindAck, and with KindChat unless the sender does not count (SPEC M5): then it is 0.
	N uint64
	// Hello is set with KindHello.
	Hello Hello
	// SDP is set with KindRestart, unless it asks for one: then it is empty (SPEC M7).
	SDP string
	// Proof is set with KindProof.
	Proof Proof
	// Reason may be set with KindBye in a room of many.
	Reason ByeReason
}

// ByeReason is why a link ends (SPEC R9). Empty is that the sender leaves for good.
type ByeReason string

// The reasons. BySpare ends the link alone; the others refuse who is told them.
const (
	BySpare   ByeReason = "spare"
	ByFull    ByeReason = "full"
	ByLocked  ByeReason = "locked"
	ByRemoved ByeReason = "removed"
)

// Encode writes the frame of m. It refuses what ParseMessage would.
func (m Message) Encode() ([]byte, error) {
	wire := struct {
		T         Kind       `json:"t"`
		Text      string     `json:"text,omitempty"`
		N         uint64     `json:"n,omitempty"`
		Stream    StreamID   `json:"stream,omitempty"`
		From      uint64     `json:"from,omitempty"`
		Heard     *wireHeard `json:"heard,omitempty"`
		Room      *RoomHello `json:"room,omitempty"`
		Reunion   string     `json:"reunion,omitempty"`
		Restart   bool       `json:"restart,omitempty"`
		SDP       string     `json:"sdp,omitempty"`
		Reason    ByeReason  `json:"reason,omitempty"`
		Identity  *Identity  `json:"identity,omitempty"`
		Nonce     *Nonce     `json:"nonce,omitempty"`
		Signature *Signature `json:"signature,omitempty"`
	}{T: m.Kind}
	switch m.Kind {
	case KindChat:
		if err := CheckText(m.Text); err != nil {
			return nil, err
		}
		wire.Text, wire.N = m.Text, m.N
	case KindAck:
		wire.N = m.N
	case KindHello:
		if err := m.Hello.Room.check(); err != nil {
			return nil, err
		}
		wire.Stream, wire.From, wire.Heard = m.Hello.Stream, m.Hello.From, (*wireHeard)(m.Hello.Heard)
		wire.Room, wire.Restart = m.Hello.Room, m.Hello.Restart
		if m.Hello.Reunion != nil {
			wire.Reunion = m.Hello.Reunion.Code()
		}
	case KindProof:
		if m.Proof.Reveals {
			wire.Identity, wire.Nonce = &m.Proof.Identity, &m.Proof.Nonce
		}
		wire.Signature = &m.Proof.Signature
	case KindRestart:
		wire.SDP = m.SDP
	case KindBye:
		wire.Reason = m.Reason
	default:
		return nil, ErrUnknownKind
	}
	return encodeContent("C2", wire, MaxFrameBytes)
}

// ParseMessage reads a text frame. A *ParseError or ErrUnknownKind means: drop the frame, keep the channel (SPEC C4).
func ParseMessage(frame []byte) (Message, error) {
	var m Message
	if len(frame) > MaxFrameBytes {
		return m, parseErrorf("C2", "", "over %d bytes", MaxFrameBytes)
	}
	o, err := parseObject("C2", frame)
	if err != nil {
		return m, err
	}
	kind, err := o.requiredText("C2", "t")
	if err != nil {
		return m, err
	}
	switch Kind(kind) {
	case KindBye:
		return Message{Kind: KindBye, Reason: o.byeReason()}, nil
	case KindHello:
		hello, err := o.hello()
		return Message{Kind: KindHello, Hello: hello}, err
	case KindAck:
		n, err := o.count("M3", "n", 1)
		return Message{Kind: KindAck, N: n}, err
	case KindRestart:
		sdp, err := o.restart()
		return Message{Kind: KindRestart, SDP: sdp}, err
	case KindProof:
		proof, err := o.proof()
		return Message{Kind: KindProof, Proof: proof}, err
	case KindChat:
		text, err := o.requiredText("C3", "text")
		if err != nil {
			return m, err
		}
		if err := CheckText(text); err != nil {
			return m, err
		}
		m = Message{Kind: KindChat, Text: text}
		if _, counted := o["n"]; counted {
			m.N, err = o.count("M2", "n", 1)
		}
		return m, err
	}
	return m, ErrUnknownKind
}

// restart reads the sdp of a restart; absent: it asks for one (SPEC M7).
func (o object) restart() (string, error) {
	if _, present := o["sdp"]; !present {
		return "", nil
	}
	d, err := o.description()
	return d.SDP, err
}

// byeReason reads why a link ends. One that is not known ends it all the same, and nothing else (SPEC R9).
func (o object) byeReason() ByeReason {
	if _, present := o["reason"]; !present {
		return ""
	}
	text, _, _ := o.text("R9", "reason")
	switch reason := ByeReason(text); reason {
	case ByFull, ByLocked, ByRemoved, BySpare:
		return reason
	}
	return BySpare
}

// proof reads the members of a proof: identity and nonce both or neither (SPEC H5).
func (o object) proof() (Proof, error) {
	var p Proof
	signature, err := o.decoded("H5", "signature", signatureBytes)
	if err != nil {
		return p, err
	}
	p.Signature = Signature(signature)
	_, identity := o["identity"]
	_, nonce := o["nonce"]
	if !identity && !nonce {
		return p, nil
	}
	p.Reveals = true
	if p.Identity, err = value[Identity](o, "H5", "identity"); err != nil {
		return p, err
	}
	p.Nonce, err = value[Nonce](o, "H5", "nonce")
	return p, err
}

// CheckText tells whether text can be sent (SPEC C3, V7), with a *ParseError if not.
func CheckText(text string) error {
	if !utf8.ValidString(text) {
		return parseErrorf("V7", "text", "not well-formed")
	}
	if n := utf8.RuneCountInString(text); n < 1 || n > MaxTextChars {
		return parseErrorf("C3", "text", "want 1 to %d characters", MaxTextChars)
	}
	return nil
}
