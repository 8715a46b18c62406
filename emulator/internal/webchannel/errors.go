package webchannel

import (
	"errors"
	"fmt"
	"net/http"
)

// Why a session ended: the cause of its context, and what [Session.Receive] and [Session.Send] return
// from then on. Test with errors.Is.
var (
	// ErrTerminated says that the client ended the session (TYPE=terminate).
	ErrTerminated = errors.New("webchannel: the client ended the session")
	// ErrExpired says that the client had no back channel for [Options.SessionTimeout]. A closed tab
	// says no goodbye, so this is how it ends.
	ErrExpired = errors.New("webchannel: the client went away")
	// ErrSlowClient says that the client did not take what was sent to it for [Options.SendTimeout].
	ErrSlowClient = errors.New("webchannel: the client reads too slowly")
	// ErrOverloaded says that all sessions together hold [Options.MaxBufferedBytes].
	ErrOverloaded = errors.New("webchannel: too much is buffered for all clients together")
	// ErrClosed says that this side ended the session, by [Session.Close], [Session.CloseWith],
	// [Session.Stop] or by returning from accept.
	ErrClosed = errors.New("webchannel: the session was closed")
	// ErrServerClosed says that [Server.Close] ended the session.
	ErrServerClosed = errors.New("webchannel: the server was closed")
)

// What is wrong with one message. The session goes on.
var (
	// ErrMessageTooLarge is returned by [Session.Send] for a message that [Options.QueueBytes] could
	// never hold.
	ErrMessageTooLarge = errors.New("webchannel: the message is larger than the queue")
	// ErrNotJSON is returned by [Session.Send] for a message that is not one JSON value.
	ErrNotJSON = errors.New("webchannel: the message is not JSON")
)

// errRepeatedID says that [Options.Rand] made an id that a session has already.
var errRepeatedID = errors.New("webchannel: a session id came twice")

// requestError is a refusal of one HTTP request.
type requestError struct {
	status   int    // the HTTP status
	sentence string // the body: what was wrong, for a person
}

func (e *requestError) Error() string { return "webchannel: " + e.sentence }

// malformed is the refusal of what no client of the protocol sends.
func malformed(format string, args ...any) error {
	return &requestError{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// errUnknownSID is the refusal by which the client knows that its session is no more. Closure looks
// for the words "Unknown SID" with indexOf() > 0: they must be in the body, but not at its beginning.
func errUnknownSID() error {
	return malformed("Bad request: Unknown SID. The session ended, or never was.")
}

// errBusy is the refusal of a request for which there is no room now. The client comes back later.
func errBusy(sentence string) error {
	return &requestError{http.StatusServiceUnavailable, sentence}
}
