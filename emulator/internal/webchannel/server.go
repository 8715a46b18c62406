package webchannel

import (
	"context"
	"fmt"
	"net/http"
	"sync"
)

// Server holds the sessions of any number of handlers. New makes one. It is safe for concurrent use.
type Server struct {
	options Options    // read-only after New
	memory  budget     // safe for concurrent use
	random  sync.Mutex // serialises reads of options.Rand

	// mu comes after a session's mutex: who holds mu takes none of those.
	mu       sync.Mutex
	sessions map[string]*Session // guarded by mu; all that are not gone
	closed   bool                // guarded by mu
	active   int                 // guarded by mu; sessions, calls of accept, back channels and timers
	idle     chan struct{}       // closed, under mu, when the server is closed and nothing is active
}

// New makes a server without sessions. opts may be nil. It starts no goroutine.
func New(opts *Options) *Server {
	options := opts.withDefaults()
	return &Server{
		options:  options,
		memory:   budget{limit: options.MaxBufferedBytes},
		sessions: make(map[string]*Session),
		idle:     make(chan struct{}),
	}
}

// Handler returns what serves the channel of one stream, whatever path it is mounted at. Sessions of
// one handler are unknown to another. Each new session gets a goroutine that calls accept; ctx ends
// with the session, its cause says why. When accept returns, the session is closed as by
// [Session.Close]. A panic in accept is not recovered.
func (v *Server) Handler(accept func(ctx context.Context, s *Session)) http.Handler {
	return &channel{server: v, accept: accept}
}

// Close ends all sessions with ["close"], which lets clients come back at once when there is a server
// again, and returns when the clients have got it or are not there to get it, and all calls of accept
// have returned. When ctx ends before, it drops what is left and returns the cause; only calls of
// accept that ignore their context, and writes that the connection does not take, can then still be
// under way. New handshakes are refused from the beginning of Close on. Calling it again waits again.
//
// Call it before http.Server.Shutdown: that waits for back channels, which end only here.
func (v *Server) Close(ctx context.Context) error {
	for _, s := range v.shutDown() {
		s.shut()
	}
	select {
	case <-v.idle:
		return nil
	case <-ctx.Done():
	}
	for _, s := range v.list() {
		s.drop()
	}
	return fmt.Errorf("webchannel: closing: %w", context.Cause(ctx))
}

// shutDown refuses new sessions and returns those that there are.
func (v *Server) shutDown() []*Session {
	v.mu.Lock()
	v.closed = true
	v.settle()
	v.mu.Unlock()
	return v.list()
}

func (v *Server) list() []*Session {
	v.mu.Lock()
	defer v.mu.Unlock()
	sessions := make([]*Session, 0, len(v.sessions))
	for _, s := range v.sessions {
		sessions = append(sessions, s)
	}
	return sessions
}

func (v *Server) isClosed() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.closed
}

// mayOpen tells whether a new session would be taken.
func (v *Server) mayOpen() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.roomLeft()
}

// roomLeft is mayOpen with v.mu held.
func (v *Server) roomLeft() error {
	switch {
	case v.closed:
		return errBusy("The server is closing.")
	case len(v.sessions) >= v.options.MaxSessions:
		return errBusy("The server has as many sessions as it takes.")
	}
	return nil
}

// enter takes a session into the list and counts it and its call of accept as active.
func (v *Server) enter(s *Session) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.roomLeft(); err != nil {
		return err
	}
	if v.sessions[s.id] != nil {
		return errRepeatedID // the source of ids is broken; the first session must not suffer for it
	}
	v.sessions[s.id] = s
	v.active += 2
	return nil
}

// forget takes a session from the list.
func (v *Server) forget(id string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.sessions, id)
	v.active--
	v.settle()
}

// begin counts an activity that Close waits for. Whoever calls it is part of one already.
func (v *Server) begin() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.active++
}

// done is the end of what begin counted.
func (v *Server) done() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.active--
	v.settle()
}

// settle notes whether Close has nothing left to wait for. v.mu is held.
func (v *Server) settle() {
	if !v.closed || v.active > 0 {
		return
	}
	select {
	case <-v.idle:
	default:
		close(v.idle)
	}
}
