package peer

import (
	"context"
	"errors"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/identity"
)

// Failure is the name of what went wrong for a person (SPEC section 8, a closed list).
type Failure string

// The failures that a Go peer can meet. offline and browser_too_old are a browser's.
const (
	SignInFailed        Failure = "sign_in_failed"
	FunctionUnavailable Failure = "function_unavailable"
	StoreUnavailable    Failure = "store_unavailable"
	RelayUnavailable    Failure = "relay_unavailable"
	LinkBroken          Failure = "link_broken"
	RoomNotFound        Failure = "room_not_found"
	RoomOver            Failure = "room_over"
	RoomFull            Failure = "room_full"
	RoomLocked          Failure = "room_locked"
	Removed             Failure = "removed"
	ConnectionFailed    Failure = "connection_failed"
	ProtocolError       Failure = "protocol_error"
	Tampered            Failure = "tampered"
	CodeWrong           Failure = "code_wrong"
	CodeOver            Failure = "code_over"
	PeerLost            Failure = "peer_lost"
	Internal            Failure = "internal"
)

// FailureError is an error with a name of SPEC section 8.
type FailureError struct {
	Name Failure
	// Err is what led to it, for developers; nil if there is nothing more to say. It holds no secret.
	Err error
}

// Error says the name and the reason.
func (e *FailureError) Error() string {
	if e.Err == nil {
		return "peer: " + string(e.Name)
	}
	return "peer: " + string(e.Name) + ": " + e.Err.Error()
}

// Unwrap answers Err.
func (e *FailureError) Unwrap() error { return e.Err }

// NameOf finds the failure in an error: [Internal] if it has none, empty for nil.
func NameOf(err error) Failure {
	var failure *FailureError
	var parse *protocol.ParseError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &failure):
		return failure.Name
	case errors.As(err, &parse) && (parse.Rule == "K1" || parse.Rule == "N1"):
		return LinkBroken
	}
	return Internal
}

// How a connection ends, besides [PeerLost].
var (
	// ErrPeerLeft is a Conn's end when the other said bye (SPEC C5).
	ErrPeerLeft = errors.New("peer: the other left")
	// ErrReplaced is a Conn's end when the same person entered the room anew (SPEC K5).
	ErrReplaced = errors.New("peer: the other entered anew")
	// ErrClosed is the end of a Conn, a Room or a Group when Close was called.
	ErrClosed = errors.New("peer: closed")
)

// ErrNotAdmitted is the end of an attempt that Options.Admit refused. It wraps what Admit answered.
var ErrNotAdmitted = errors.New("peer: not admitted")

// ErrQueueFull is returned by Send when 1 000 messages wait already (SPEC C6: queue_full). The text was not taken.
var ErrQueueFull = errors.New("peer: queue_full")

// Inside the package: why an attempt ended without a person having to know.
var (
	errNoShow = errors.New("peer: the other did not come")      // S4, or they gave the link up
	errFull   = errors.New("peer: the other talks to somebody") // K5
)

func failure(name Failure, err error) error { return &FailureError{Name: name, Err: err} }

// named gives err its name. ctx is the caller's: when it has ended, that is what happened.
func named(ctx context.Context, err error) error {
	var already *FailureError
	var problem *protocol.Problem
	var parse *protocol.ParseError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &already), errors.Is(err, ErrClosed), errors.Is(err, ErrNotAdmitted):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, identity.ErrSignIn):
		return failure(SignInFailed, err)
	case errors.Is(err, signaling.ErrUnavailable):
		return failure(StoreUnavailable, err)
	case errors.Is(err, errFull):
		return failure(RoomFull, nil)
	case errors.As(err, &problem) && problem.Code == protocol.Unauthenticated:
		return failure(SignInFailed, err)
	case errors.As(err, &parse), errors.Is(err, protocol.ErrUnsupportedVersion):
		return failure(ProtocolError, err)
	}
	return failure(Internal, err)
}

// requestUsedUp tells whether the function wants another request id (SPEC A7): this one's room is gone.
func requestUsedUp(err error) bool {
	var problem *protocol.Problem
	return errors.As(err, &problem) && problem.Code == protocol.InvalidArgument && problem.Field == "requestId"
}

// functionError names an error of the API: what is not an answer is a function that cannot be reached.
func functionError(ctx context.Context, err error) error {
	var problem *protocol.Problem
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case requestUsedUp(err):
		return errNoShow
	case errors.Is(err, identity.ErrSignIn):
		return failure(SignInFailed, err)
	case errors.As(err, &problem) && problem.Code == protocol.Unauthenticated:
		return failure(SignInFailed, err)
	case errors.As(err, &problem) && !problem.Code.Retryable() && problem.Code != protocol.Internal:
		return failure(Internal, err)
	}
	return failure(FunctionUnavailable, err)
}
