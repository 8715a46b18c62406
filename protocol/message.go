package protocol

import (
	"bytes"
	"encoding/json"
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

// The kinds (SPEC C3, C5).
const (
	KindChat Kind = "chat"
	KindBye  Kind = "bye"
)

// ErrUnknownKind is returned by ParseMessage for a well-formed message whose t it does not know. It is
// not a fault: the receiver ignores the message (SPEC C2).
var ErrUnknownKind = errors.New("protocol: [C2] unknown kind of message")

// Message is one message of the channel.
type Message struct {
	Kind Kind
	// Text is set with KindChat: 1 to MaxTextChars characters.
	Text string
}

// Encode writes the frame of m. It refuses what ParseMessage would.
func (m Message) Encode() ([]byte, error) {
	wire := struct {
		T    Kind   `json:"t"`
		Text string `json:"text,omitempty"`
	}{T: m.Kind}
	switch m.Kind {
	case KindChat:
		if err := CheckText(m.Text); err != nil {
			return nil, err
		}
		wire.Text = m.Text
	case KindBye:
	default:
		return nil, ErrUnknownKind
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(wire); err != nil {
		return nil, err
	}
	frame := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if len(frame) > MaxFrameBytes {
		return nil, parseErrorf("C2", "", "over %d bytes", MaxFrameBytes)
	}
	return frame, nil
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
		return Message{Kind: KindBye}, nil
	case KindChat:
		text, err := o.requiredText("C3", "text")
		if err != nil {
			return m, err
		}
		if err := CheckText(text); err != nil {
			return m, err
		}
		return Message{Kind: KindChat, Text: text}, nil
	}
	return m, ErrUnknownKind
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
