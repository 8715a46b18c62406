package protocol

import (
	"encoding/json"
	"time"
)

// MaxBodyBytes bounds the body of an API request (SPEC A2).
const MaxBodyBytes = 4096

// QuickMatchRequest is the body of POST /quick-match (SPEC A3).
type QuickMatchRequest struct {
	Pool      string
	RequestID RequestID
	Key       Key
}

// ParseQuickMatchRequest reads a request body of at most MaxBodyBytes. Errors are *ParseError whose Field
// is the member at fault.
func ParseQuickMatchRequest(body []byte) (QuickMatchRequest, error) {
	var r QuickMatchRequest
	o, err := parseAPIObject(body)
	if err != nil {
		return r, err
	}
	pool, present, err := o.text("V6", "pool")
	if err != nil {
		return r, err
	}
	if !present {
		pool = DefaultPool
	}
	if r.Pool, err = ParsePool(pool); err != nil {
		return r, err
	}
	id, err := o.requiredText("V3", "requestId")
	if err != nil {
		return r, err
	}
	if r.RequestID, err = ParseRequestID(id); err != nil {
		return r, err
	}
	key, err := o.requiredText("V4", "key")
	if err != nil {
		return r, err
	}
	r.Key, err = ParseKey(key)
	return r, err
}

// MarshalJSON writes the body as SPEC A3 has it.
func (r QuickMatchRequest) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{
		"pool": r.Pool, "requestId": string(r.RequestID), "key": r.Key.String(),
	})
}

// ParseEmptyRequest reads the body of a call without members, such as POST /ice-servers (SPEC A8).
func ParseEmptyRequest(body []byte) error {
	_, err := parseAPIObject(body)
	return err
}

func parseAPIObject(body []byte) (object, error) {
	if len(body) > MaxBodyBytes {
		return nil, parseErrorf("A2", "", "over %d bytes", MaxBodyBytes)
	}
	return parseObject("A2", body)
}

// Role says which side of a link a peer is: the caller writes the offer, the callee the answer.
type Role string

// The two roles.
const (
	Caller Role = "caller"
	Callee Role = "callee"
)

// MatchStatus says what became of a ticket.
type MatchStatus string

// The two statuses (SPEC A4).
const (
	Waiting MatchStatus = "waiting"
	Paired  MatchStatus = "paired"
)

// QuickMatchAnswer is the answer of POST /quick-match (SPEC A4).
type QuickMatchAnswer struct {
	Status MatchStatus
	RoomID RoomID
	Role   Role
	// PeerKey is the other side's key, nil while Status is Waiting.
	PeerKey *Key
	// Lease is how long the ticket waits before it must be renewed; whole seconds on the wire.
	Lease time.Duration
}

type quickMatchAnswerJSON struct {
	Status       MatchStatus `json:"status"`
	RoomID       RoomID      `json:"roomId"`
	Role         Role        `json:"role"`
	PeerKey      string      `json:"peerKey,omitempty"`
	LeaseSeconds int64       `json:"leaseSeconds"`
}

// MarshalJSON writes the answer as SPEC A4 has it.
func (a QuickMatchAnswer) MarshalJSON() ([]byte, error) {
	w := quickMatchAnswerJSON{
		Status: a.Status, RoomID: a.RoomID, Role: a.Role, LeaseSeconds: int64(a.Lease / time.Second),
	}
	if a.PeerKey != nil {
		w.PeerKey = a.PeerKey.String()
	}
	return json.Marshal(w)
}

// ParseQuickMatchAnswer reads the function's answer; a client does not trust it more than any other input.
func ParseQuickMatchAnswer(body []byte) (QuickMatchAnswer, error) {
	var a QuickMatchAnswer
	o, err := parseAPIObject(body)
	if err != nil {
		return a, err
	}
	var w quickMatchAnswerJSON
	for name, into := range map[string]*string{
		"status": (*string)(&w.Status), "roomId": (*string)(&w.RoomID), "role": (*string)(&w.Role),
	} {
		if *into, err = o.requiredText("A4", name); err != nil {
			return a, err
		}
	}
	if json.Unmarshal(o["leaseSeconds"], &w.LeaseSeconds) != nil || w.LeaseSeconds < 1 || w.LeaseSeconds > 3600 {
		return a, parseErrorf("A4", "leaseSeconds", "want 1 to 3600")
	}
	if a.RoomID, err = ParseRoomID(string(w.RoomID)); err != nil {
		return a, err
	}
	if w.Role != Caller && w.Role != Callee {
		return a, parseErrorf("A4", "role", "unknown")
	}
	a.Status, a.Role, a.Lease = w.Status, w.Role, time.Duration(w.LeaseSeconds)*time.Second
	switch w.Status {
	case Waiting:
		if w.Role != Callee {
			return a, parseErrorf("A4", "role", "who waits is the callee")
		}
		return a, nil
	case Paired:
		text, err := o.requiredText("A4", "peerKey")
		if err != nil {
			return a, err
		}
		key, err := ParseKey(text)
		a.PeerKey = &key
		return a, err
	}
	return a, parseErrorf("A4", "status", "unknown")
}
