package protocol

import (
	"errors"
	"io"
	"slices"
)

const (
	streamBytes = 16
	// maxNumber is the greatest whole number that both languages count exactly (SPEC M2).
	maxNumber = 1<<53 - 1
)

// Bounds of what is kept until it is acknowledged (SPEC M6).
const (
	MaxKeptTexts = 1000
	MaxKeptBytes = 1 << 20
)

// ErrOutboxFull is returned by Put when as much is kept as may be (SPEC M6). The text was not taken.
var ErrOutboxFull = errors.New("protocol: [M6] too much is not acknowledged")

// StreamID names what one side says in one conversation: 22 characters of base64url (SPEC M1).
type StreamID string

// ParseStreamID checks s against SPEC M1.
func ParseStreamID(s string) (StreamID, error) {
	if err := checkBase64url(s, streamBytes); err != nil {
		return "", parseErrorf("M1", "stream", "%v", err)
	}
	return StreamID(s), nil
}

// NewStreamID takes 16 bytes from random, which must be a cryptographic source. It fails only if random does.
func NewStreamID(random io.Reader) (StreamID, error) {
	s, err := randomText(random, streamBytes)
	return StreamID(s), err
}

// Heard is how far a stream was taken (SPEC M1).
type Heard struct {
	Stream StreamID
	N      uint64
}

// Hello is the first frame of each side after its proof (SPEC M1).
type Hello struct {
	Stream StreamID
	// From is the number of the first text that may come.
	From uint64
	// Heard is nil if nothing of the other was heard before.
	Heard *Heard
	// Reunion is the secret of the room where strangers find each other again; nil elsewhere (SPEC M8).
	Reunion *RoomSecret
	// Restart tells that ICE can be restarted over the channel (SPEC M7).
	Restart bool
	// Room is set in a room of many, and then Stream, From and Heard are not (SPEC R4).
	Room *RoomHello
}

// NumberedText is a text and its number in its stream (SPEC M2).
type NumberedText struct {
	N    uint64
	Text string
}

// Outbox keeps what one side says until the other has acknowledged it, over one connection after another (SPEC section
// 11). It does no I/O and is not safe for concurrent use. Make it with [NewOutbox].
type Outbox struct {
	stream StreamID
	kept   []NumberedText // in order, without gaps; the last is next-1
	bytes  int            // of the kept texts
	next   uint64
}

// NewOutbox begins a stream.
func NewOutbox(stream StreamID) *Outbox { return &Outbox{stream: stream, next: 1} }

// Put takes a text and numbers it; [ErrOutboxFull] if there is no room.
func (o *Outbox) Put(text string) (NumberedText, error) {
	if len(o.kept) == MaxKeptTexts || o.bytes+len(text) > MaxKeptBytes || o.next > maxNumber {
		return NumberedText{}, ErrOutboxFull
	}
	t := NumberedText{N: o.next, Text: text}
	o.kept = append(o.kept, t)
	o.bytes += len(text)
	o.next++
	return t, nil
}

// Ack takes the other's acknowledgement and tells how many texts are no longer kept (SPEC M3).
func (o *Outbox) Ack(n uint64) int {
	if n >= o.next {
		return 0 // never sent
	}
	done := 0
	for done < len(o.kept) && o.kept[done].N <= n {
		o.bytes -= len(o.kept[done].Text)
		done++
	}
	o.kept = slices.Delete(o.kept, 0, done)
	return done
}

// After gives the text behind number n, if it is kept: for handing them over one after the other.
func (o *Outbox) After(n uint64) (NumberedText, bool) {
	_, from := o.Stream()
	at := max(n+1, from)
	if at >= o.next {
		return NumberedText{}, false
	}
	return o.kept[at-from], true
}

// Kept is how many texts are not acknowledged.
func (o *Outbox) Kept() int { return len(o.kept) }

// Stream is the stream's name, and From the number with which it goes on (SPEC M1).
func (o *Outbox) Stream() (id StreamID, from uint64) { return o.stream, o.next - uint64(len(o.kept)) }

// Resume begins a connection: heard is what the other's hello says, nil if nothing. It tells how many texts
// that acknowledges, and gives those that are to be sent again, in order (SPEC M4).
func (o *Outbox) Resume(heard *Heard) (acked int, again []NumberedText) {
	if heard != nil && heard.Stream == o.stream {
		acked = o.Ack(heard.N)
	}
	return acked, slices.Clone(o.kept)
}

// HeardStream is how far the other's stream was taken. The zero value has heard nothing. It does no I/O and is not safe
// for concurrent use.
type HeardStream struct {
	stream StreamID
	last   uint64
}

// Heard is what the own hello says of it; nil before the first hello.
func (h *HeardStream) Heard() *Heard {
	if h.stream == "" {
		return nil
	}
	return &Heard{Stream: h.stream, N: h.last}
}

// Hello takes the other's (SPEC M5).
func (h *HeardStream) Hello(hello Hello) {
	if hello.Stream != h.stream {
		h.stream, h.last = hello.Stream, 0
	}
	h.last = max(h.last, hello.From-1)
}

// Take tells whether the text with this number is the next one, and counts it (SPEC M2).
func (h *HeardStream) Take(n uint64) bool {
	if n != h.last+1 {
		return false
	}
	h.last = n
	return true
}

// Last is the number to acknowledge.
func (h *HeardStream) Last() uint64 { return h.last }
