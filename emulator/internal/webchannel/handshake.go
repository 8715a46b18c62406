package webchannel

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
)

const (
	// sidBytes of randomness make a session id: who knows it can speak for the client.
	sidBytes = 16
	// sessionHeader is what the client asks for by the parameter of that name, and sends back in later
	// URLs as gsessionid. It leads load balancers to the right server. Without it the client warns.
	sessionHeader = "X-HTTP-Session-Id"
	// sessionHeaderValue leads nowhere: there is one server.
	sessionHeaderValue = "local"
	// serverVersion is SVER, which clients only log.
	serverVersion = 14
)

// handshake serves a POST without SID: a new session. The client's first messages ride in it.
func (c *channel) handshake(w http.ResponseWriter, r *http.Request, q query) error {
	if err := c.server.mayOpen(); err != nil {
		return err // before the body is read
	}
	f, err := c.server.readForm(w, r)
	if err != nil {
		return err
	}
	// What the request's context carries stays; its end is not the session's.
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(r.Context()))
	s, err := c.open(cancel, f, q, crossorigin.Foreign(r))
	if err != nil {
		cancel(err)
		return err
	}
	go c.run(ctx, s)

	if q.wantsHeader {
		w.Header().Set(sessionHeader, sessionHeaderValue)
	}
	writeChunk(w, fmt.Appendf(nil, `[[0,["c","%s","",%s,%d,%d]]]`,
		s.id, protocolVersion, serverVersion, c.server.options.Keepalive.Milliseconds()))
	return nil
}

// open makes a session and enters it in the server's list. It begins two activities of the server: the
// session, which forget ends, and accept, which run ends.
func (c *channel) open(cancel context.CancelCauseFunc, f form, q query, foreign bool) (*Session, error) {
	id, err := c.server.newID()
	if err != nil {
		return nil, err
	}
	s := &Session{
		server: c.server, channel: c, id: id, cancel: cancel,
		header: f.header, database: q.database, foreign: foreign,
		posting: make(chan struct{}, 1),
	}
	if s.header == nil {
		s.header = make(http.Header)
	}
	fresh, cost, err := s.in.admit(f.messages, c.server.options.inboxLimits())
	if err != nil {
		return nil, err
	}
	if !c.server.memory.take(cost) {
		return nil, errBusy("The server holds as much as it can for all its clients.")
	}
	s.in.put(fresh)

	s.mu.Lock() // nobody sees it half made, and Server.Close waits for the timer
	defer s.mu.Unlock()
	if err := c.server.enter(s); err != nil {
		c.server.memory.give(s.in.clear())
		return nil, err
	}
	s.arm(c.server.options.SessionTimeout)
	return s, nil
}

// run is the goroutine of a session.
func (c *channel) run(ctx context.Context, s *Session) {
	defer c.server.done()
	defer s.Close() // when accept returned without a word
	c.accept(ctx, s)
}

// newID makes a session id.
func (v *Server) newID() (string, error) {
	var id [sidBytes]byte
	v.random.Lock()
	defer v.random.Unlock()
	if _, err := io.ReadFull(v.options.Rand, id[:]); err != nil {
		return "", fmt.Errorf("webchannel: making a session id: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(id[:]), nil
}
