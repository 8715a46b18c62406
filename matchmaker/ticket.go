package matchmaker

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Request is one call of POST /quick-match, already checked (SPEC A3).
type Request struct {
	UID  string
	Pool string // one that exists
	ID   protocol.RequestID
	Key  protocol.Key
}

// TicketID names the ticket of a request: 27 characters of base64url.
type TicketID string

// ticketIDBytes is how much of the hash names a ticket: as much as names a room (SPEC V2).
const ticketIDBytes = 20

// NewTicketID derives the id from all that makes a request the same request (SPEC A5, A7). It is a hash so
// that no uid can shape a path and none stands in one. Lengths are part of the hash, so that no two
// different triples give the same bytes.
func NewTicketID(uid, pool string, id protocol.RequestID) TicketID {
	hash := sha256.New()
	for _, part := range []string{uid, pool, string(id)} {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(part))) //nolint:gosec // each is bounded by its rule
		hash.Write(length[:])
		hash.Write([]byte(part))
	}
	return TicketID(base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:ticketIDBytes]))
}

// TicketID is the id of the request's ticket.
func (r Request) TicketID() TicketID { return NewTicketID(r.UID, r.Pool, r.ID) }

// Slot is the place in which one uid waits for another.
type Slot struct {
	UID    string
	Ticket TicketID // of the newest request of UID
	RoomID protocol.RoomID
	Key    protocol.Key // of the newest request of UID
	// CreatedAt is when UID began to wait; renewing keeps it.
	CreatedAt time.Time
	// LeaseUntil is when the slot is free for somebody else, unless UID asks again before (SPEC A6).
	LeaseUntil time.Time
}

// TicketState says what became of a request.
type TicketState string

// The states of a ticket.
const (
	// TicketWaiting: the slot is, or was until it was paired, in this request's name.
	TicketWaiting TicketState = "waiting"
	// TicketMoved: a newer request of the same uid has taken over the slot, room and all (SPEC A5).
	TicketMoved TicketState = "moved"
	// TicketPaired: this request found somebody waiting, and is the caller.
	TicketPaired TicketState = "paired"
	// TicketEnded: cancelled. The request id is used up.
	TicketEnded TicketState = "ended"
)

// Ticket is what is remembered of one request.
type Ticket struct {
	UID       string
	Pool      string
	State     TicketState
	RoomID    protocol.RoomID // empty if State is TicketEnded
	PeerKey   *protocol.Key   // set if State is TicketPaired
	CreatedAt time.Time
	ExpireAt  time.Time // from then on the request is forgotten
}

// Room is a pair room (SPEC D1, D2) as far as pairing goes.
type Room struct {
	ID                   protocol.RoomID
	Caller, Callee       string
	CallerKey, CalleeKey protocol.Key
	Closed               bool
	CreatedAt, ExpireAt  time.Time
}

// Limits are the durations of the rules.
type Limits struct {
	// Lease is how long a waiting ticket is good for without being renewed: whole seconds, 1 s to 1 h
	// (SPEC A4, A6).
	Lease time.Duration
	// RoomLife is how long a pair room is good for (SPEC D2).
	RoomLife time.Duration
	// TicketLife is how long a request is remembered.
	TicketLife time.Duration
}

// DefaultLimits are those of a deployment: lease 30 s, room 15 minutes, ticket 24 hours.
func DefaultLimits() Limits {
	return Limits{Lease: 30 * time.Second, RoomLife: 15 * time.Minute, TicketLife: 24 * time.Hour}
}

// maxWait bounds how long one slot is renewed, so that its ticket is still remembered for as long as the
// room of a pair may need it. Whoever waits longer enters anew, into another room.
func (l Limits) maxWait() time.Duration { return l.TicketLife - 2*l.RoomLife }

// leaseFrom is the end of a lease that begins now.
func (l Limits) leaseFrom(now, createdAt time.Time) time.Time {
	lease, last := now.Add(l.Lease), createdAt.Add(l.maxWait())
	if last.Before(lease) {
		return last
	}
	return lease
}
