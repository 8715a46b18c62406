package protocol

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"slices"
)

// Limits of an event (SPEC E1).
const (
	MaxEventBody = 40960
	MaxEventSeen = 8
	// MaxEventBytes is the most that an event has as it travels.
	MaxEventBytes = headerBytes + MaxEventSeen*valueBytes + signatureBytes + MaxEventBody
)

const (
	versionEvent = 1
	chainBytes   = 16
	headerBytes  = 1 + 1 + valueBytes + chainBytes + 3*8 + 4 + 2*valueBytes + 1 // without what was seen

	eventLabel       = "parley/v1/event"
	eventSignedLabel = "parley/v1/event/signed"
)

// EventID names an event, and all that came before it (SPEC E2). The zero value names none.
type EventID [valueBytes]byte

// ChainID names one of the chains of an author (SPEC E1).
type ChainID [chainBytes]byte

// String is the base64url form.
func (i EventID) String() string { return base64url.EncodeToString(i[:]) }

// MarshalText gives the base64url form (SPEC V9).
func (i EventID) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, i[:]), nil }

// Compare orders ids as bytes (SPEC E6).
func (i EventID) Compare(other EventID) int { return bytes.Compare(i[:], other[:]) }

// MarshalText gives the base64url form.
func (c ChainID) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, c[:]), nil }

// NewChainID takes 16 bytes from random, which must be a cryptographic source. It fails only if random does.
func NewChainID(random io.Reader) (ChainID, error) {
	var c ChainID
	_, err := io.ReadFull(random, c[:])
	return c, err
}

// EventKind is what an event does (SPEC E7). Others than those below are taken too, and say nothing.
type EventKind byte

// The kinds that this version knows.
const (
	EventRoom EventKind = iota + 1
	EventAdmission
	EventRemoval
	EventSettings
	EventText
	EventReaction
	EventEdit
	EventDeletion
	EventFile
)

// Rules tells whether events of this kind say who may do what: without its body such an event is not taken (SPEC E3).
func (k EventKind) Rules() bool { return k >= EventRoom && k <= EventSettings }

// EventHeader is the signed part of an event, which stays when the body is gone (SPEC E1).
type EventHeader struct {
	Kind   EventKind
	Author Identity
	Chain  ChainID
	// N counts from 1 in the chain, Lamport is one more than the greatest of the parents'.
	N, Lamport uint64
	// Time is what the author's clock said: milliseconds since 1970.
	Time     uint64
	BodySize uint32
	BodyHash [sha256.Size]byte
	// Previous is zero if N is 1.
	Previous EventID
	// Seen is ascending, at most MaxEventSeen.
	Seen []EventID
}

// Event is a header, its author's signature, and the body; nil in a stub (SPEC E3).
type Event struct {
	EventHeader

	Signature Signature
	Body      []byte
}

// ID is the event's name in the room with this root; the root's own is that for a zero root (SPEC E2).
func (h *EventHeader) ID(root EventID) EventID {
	return sum(eventLabel, root[:], h.append(make([]byte, 0, headerBytes+len(h.Seen)*valueBytes)))
}

// SignEvent makes an event of a header and a body, 1 to MaxEventBody bytes. It fills in the author, and the body's size
// and hash, puts Seen in order, and refuses with a *ParseError what ParseEvent would. The zero root is for the first
// event.
func SignEvent(root EventID, h EventHeader, body []byte, private ed25519.PrivateKey) (Event, EventID, error) {
	h.Author = IdentityOf(private)
	h.BodySize, h.BodyHash = uint32(min(len(body), MaxEventBody+1)), sha256.Sum256(body)
	h.Seen = slices.SortedFunc(slices.Values(h.Seen), EventID.Compare)
	if err := h.check(root); err != nil {
		return Event{}, EventID{}, err
	}
	id := h.ID(root)
	signature := Signature(ed25519.Sign(private, signedEvent(id)))
	return Event{EventHeader: h, Signature: signature, Body: body}, id, nil
}

// Encode writes the event as it travels: header, signature, and the body or nothing.
func (e *Event) Encode() []byte {
	out := make([]byte, 0, headerBytes+len(e.Seen)*valueBytes+signatureBytes+len(e.Body))
	out = e.append(out)
	out = append(out, e.Signature[:]...)
	return append(out, e.Body...)
}

// Stub is the event without its body.
func (e *Event) Stub() Event { return Event{EventHeader: e.EventHeader, Signature: e.Signature} }

// CheckBody tells whether body is the one that the header speaks of, with a *ParseError if not (SPEC E3).
func (h *EventHeader) CheckBody(body []byte) error {
	if len(body) != int(h.BodySize) || sha256.Sum256(body) != h.BodyHash {
		return parseErrorf("E3", "body", "not the one of the header")
	}
	return nil
}

func (h *EventHeader) append(out []byte) []byte {
	out = append(out, versionEvent, byte(h.Kind))
	out = append(out, h.Author[:]...)
	out = append(out, h.Chain[:]...)
	out = binary.BigEndian.AppendUint64(out, h.N)
	out = binary.BigEndian.AppendUint64(out, h.Lamport)
	out = binary.BigEndian.AppendUint64(out, h.Time)
	out = binary.BigEndian.AppendUint32(out, h.BodySize)
	out = append(out, h.BodyHash[:]...)
	out = append(out, h.Previous[:]...)
	out = append(out, byte(len(h.Seen))) //nolint:gosec // at most MaxEventSeen
	for _, id := range h.Seen {
		out = append(out, id[:]...)
	}
	return out
}

func signedEvent(id EventID) []byte { return append([]byte(eventSignedLabel), id[:]...) }
