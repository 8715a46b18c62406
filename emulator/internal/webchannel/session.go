package webchannel

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// Session is one client's channel: messages from it in their order, each once, and messages to it in
// theirs, each once, over however many HTTP requests that takes. Its methods are safe for concurrent
// use.
//
// A session ends when the client says so or is gone too long, when this side ends it, when the client
// reads too slowly, and when the server closes. From that moment on, atomically, nothing more is
// delivered from the client, whatever it sent ahead: a client that learns of the end knows that what
// was not answered was not taken, and sends it again over its next session.
type Session struct {
	// Read-only after the handshake.
	server   *Server
	channel  *channel
	id       string
	header   http.Header
	database string
	foreign  bool
	cancel   context.CancelCauseFunc // ends the context of accept; safe for concurrent use

	// posting holds one token while a request of the forward channel is read, so that a client costs
	// one body at a time.
	posting chan struct{}

	mu         sync.Mutex
	state      state        // guarded by mu
	cause      error        // guarded by mu; why the session ended, nil while it is open
	in         inbox        // guarded by mu
	out        outbox       // guarded by mu
	back       *backChannel // guarded by mu; the present one, or nil
	senders    int          // guarded by mu; calls of Send that wait for room
	endSent    bool         // guarded by mu; the end was written to a back channel
	timer      *time.Timer  // guarded by mu; ends a session without back channel, nil while there is one
	generation int          // guarded by mu; tells a timer that came too late from the present one

	arrived broadcast // guarded by mu; there is something to receive, or the session ended
	taken   broadcast // guarded by mu; there is room in the inbox, or the session ended
	acked   broadcast // guarded by mu; there is room in the outbox, or the session ended
	changed broadcast // guarded by mu; a back channel has something to do
}

// Header returns the headers that came in the handshake: Authorization is among them. They hold for
// the whole session; the client opens another when they change. The caller must not modify it.
func (s *Session) Header() http.Header { return s.header }

// Database returns the parameter "database" of the handshake as the client sent it, unchecked:
// projects/P/databases/D. It is empty when there was none.
func (s *Session) Database() string { return s.database }

// Foreign tells whether the handshake came from elsewhere, as package crossorigin has it.
func (s *Session) Foreign() bool { return s.foreign }

// Receive returns the client's next message: valid JSON, at most [Options.MaxMessageBytes], the
// caller's own. It waits for one until ctx or the session ends, and then returns the cause.
func (s *Session) Receive(ctx context.Context) (json.RawMessage, error) {
	for {
		data, arrived, err := s.receive()
		if err != nil || data != nil {
			return data, err
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// receive returns a message, or what to wait for.
func (s *Session) receive() (json.RawMessage, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != open {
		return nil, nil, s.cause
	}
	data, cost, found := s.in.take()
	if !found {
		return nil, s.arrived.wait(), nil
	}
	s.server.memory.give(cost)
	s.taken.fire()
	return data, nil, nil
}

// Send queues message, one JSON value, for the client. It copies it. When the queue holds
// [Options.QueueBytes] that the client did not confirm, Send waits for room: until ctx ends, whose cause
// it returns, or for [Options.SendTimeout], after which the session ends with [ErrSlowClient]. When all
// sessions together hold too much, this one ends with [ErrOverloaded]. Send returns [ErrNotJSON] and
// [ErrMessageTooLarge] for a message that cannot be sent; and once the session ended, the cause of that.
// nil says that message is queued, not that it arrived.
func (s *Session) Send(ctx context.Context, message []byte) error {
	ascii, err := asciiJSON(message)
	if err != nil {
		return err
	}
	cost := len(ascii) + perMessage
	if cost > s.server.options.QueueBytes {
		return ErrMessageTooLarge
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.awaitRoom(ctx, cost); err != nil {
		return err
	}
	if !s.server.memory.take(cost) {
		s.abandon(ErrOverloaded)
		return ErrOverloaded
	}
	s.out.push(ascii)
	s.changed.fire()
	return nil
}

// awaitRoom waits until the queue has room for cost bytes. s.mu is held, and let go while it waits.
func (s *Session) awaitRoom(ctx context.Context, cost int) error {
	hasRoom := func() bool { return s.out.cost+cost <= s.server.options.QueueBytes }
	if s.state != open {
		return s.cause
	}
	if hasRoom() {
		return nil
	}
	patience := time.NewTimer(s.server.options.SendTimeout)
	defer patience.Stop()
	s.senders++
	defer func() { s.senders-- }()
	s.changed.fire() // a back channel that sent everything ends, so that the client says what it has
	for s.state == open && !hasRoom() {
		acked := s.acked.wait()
		s.mu.Unlock()
		var expired, canceled bool
		select {
		case <-acked:
		case <-patience.C:
			expired = true
		case <-ctx.Done():
			canceled = true
		}
		s.mu.Lock()
		switch {
		case s.state != open:
		case canceled:
			return context.Cause(ctx)
		case expired && !hasRoom():
			s.abandon(ErrSlowClient)
		}
	}
	return s.cause
}

// Close ends the session in good order: what was sent before still goes to the client, and then
// ["close"]. The client opens another session when it needs one. The session's cause is [ErrClosed].
// Close does not wait for the client. Only the first end of a session counts.
func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(ErrClosed, endClose)
}

// CloseWith is Send and Close in one: message is the last that the client gets, and nothing is received
// between the two. It is for errors. It does not wait for room. It returns [ErrNotJSON], with the
// session open as before; and the cause, when the session had ended already.
func (s *Session) CloseWith(message []byte) error {
	ascii, err := asciiJSON(message)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != open {
		return s.cause
	}
	s.server.memory.owe(s.out.push(ascii))
	s.end(ErrClosed, endClose)
	return nil
}

// Stop ends the session as Close does, but with ["stop"], which the client takes for a failure of the
// connection: it tries again, later each time.
func (s *Session) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(ErrClosed, endStop)
}
