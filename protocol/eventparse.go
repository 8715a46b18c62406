package protocol

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// FaultError tells that somebody signed an event that is against a rule (SPEC E5). Who only brought it is not at fault.
type FaultError struct {
	Author Identity
	Event  EventID
	Err    *ParseError
}

// Error says rule and reason; of the author no more than that there is one.
func (e *FaultError) Error() string { return fmt.Sprintf("%v, and its author signed it", e.Err) }

// Unwrap gives the rule.
func (e *FaultError) Unwrap() error { return e.Err }

// ParseEvent reads an event as it travels, in the room with this root, and checks its signature, its header and its
// body by themselves; whether it goes with its parents is for package room/history. The zero root is for the first
// event.
// The error is a *FaultError if the signature holds and the header is against a rule, otherwise a *ParseError.
func ParseEvent(root EventID, data []byte) (Event, EventID, error) {
	e, err := splitEvent(data)
	if err != nil {
		return Event{}, EventID{}, err
	}
	id := e.ID(root)
	if !e.Author.signed(signedEvent(id), e.Signature) {
		return Event{}, EventID{}, parseErrorf("E2", "signature", "does not hold")
	}
	if err := e.check(root); err != nil {
		return Event{}, EventID{}, &FaultError{Author: e.Author, Event: id, Err: err}
	}
	if e.Body != nil {
		if err := e.CheckBody(e.Body); err != nil {
			return Event{}, EventID{}, err
		}
	}
	return e, id, nil
}

// splitEvent reads the layout, and nothing of what it means.
func splitEvent(data []byte) (Event, error) {
	var e Event
	if len(data) < headerBytes+signatureBytes || len(data) > MaxEventBytes {
		return e, parseErrorf("E1", "", "want %d to %d bytes", headerBytes+signatureBytes, MaxEventBytes)
	}
	if data[0] != versionEvent {
		return e, parseErrorf("E1", "version", UnsupportedVersion)
	}
	seen := int(data[headerBytes-1])
	if seen > MaxEventSeen || len(data) < headerBytes+seen*valueBytes+signatureBytes {
		return e, parseErrorf("E1", "seen", "too many, or cut off")
	}
	e.Kind = EventKind(data[1])
	rest := data[2:]
	take := func(n int) []byte {
		part := rest[:n]
		rest = rest[n:]
		return part
	}
	copy(e.Author[:], take(valueBytes))
	copy(e.Chain[:], take(chainBytes))
	e.N = binary.BigEndian.Uint64(take(8))
	e.Lamport = binary.BigEndian.Uint64(take(8))
	e.Time = binary.BigEndian.Uint64(take(8))
	e.BodySize = binary.BigEndian.Uint32(take(4))
	copy(e.BodyHash[:], take(valueBytes))
	copy(e.Previous[:], take(valueBytes))
	take(1)
	if seen > 0 {
		e.Seen = make([]EventID, seen)
	}
	for i := range e.Seen {
		copy(e.Seen[i][:], take(valueBytes))
	}
	copy(e.Signature[:], take(signatureBytes))
	if len(rest) > 0 {
		e.Body = slices.Clone(rest) // not to keep the whole frame
	}
	return e, nil
}

// check holds a header to what can be told without its parents.
func (h *EventHeader) check(root EventID) *ParseError {
	refuse := func(rule, field, reason string) *ParseError {
		return &ParseError{Rule: rule, Field: field, Reason: reason}
	}
	switch {
	case h.N < 1 || h.N > maxNumber:
		return refuse("E1", "n", "not in its bounds")
	case h.Lamport < 1 || h.Lamport > maxNumber:
		return refuse("E1", "lamport", "not in its bounds")
	case h.Time > maxNumber:
		return refuse("E1", "time", "not in its bounds")
	case h.BodySize < 1 || h.BodySize > MaxEventBody:
		return refuse("E1", "body", "not in its bounds")
	case (h.N == 1) != (h.Previous == EventID{}):
		return refuse("E1", "previous", "zeros just where n is 1")
	case len(h.Seen) > MaxEventSeen:
		return refuse("E1", "seen", "too many")
	}
	for i, id := range h.Seen {
		if i > 0 && id.Compare(h.Seen[i-1]) <= 0 {
			return refuse("E1", "seen", "not ascending")
		}
		if id == h.Previous {
			return refuse("E5", "seen", "of its own chain")
		}
	}
	if (root == EventID{}) && (h.Kind != EventRoom || h.N != 1 || h.Lamport != 1 || len(h.Seen) > 0) {
		return refuse("E8", "", "not a first event")
	}
	return nil
}
