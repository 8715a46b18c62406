package webchannel

import (
	"context"
	"errors"
	"net/http"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
)

// channel is the handler of one stream.
type channel struct {
	server *Server
	accept func(ctx context.Context, s *Session)
}

// ServeHTTP tells the requests of the protocol apart and answers what is none with a sentence. What is
// wrong with a request never ends a session.
func (c *channel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if crossorigin.Allow(w, r, "GET, POST", sessionHeader) {
		return
	}
	if err := c.serve(w, r); err != nil {
		refuse(w, err)
	}
}

func (c *channel) serve(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		w.Header().Set("Allow", "GET, POST, OPTIONS")
		return &requestError{http.StatusMethodNotAllowed, "A channel is served by GET and POST."}
	}
	q, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	isPost := r.Method == http.MethodPost
	switch {
	case q.terminate:
		return c.terminate(w, q)
	case isPost && q.rpc, !isPost && !q.rpc:
		return malformed("RID=rpc is for GET, and GET is for RID=rpc.")
	case isPost && q.sid == "":
		return c.handshake(w, r, q)
	case isPost:
		return c.forward(w, r, q)
	default:
		return c.backChannel(w, r, q)
	}
}

// terminate ends a session for the client. It comes as a beacon whose answer nobody reads; or, where
// there are no beacons, as a GET. A session that is gone already is as good: this is also how the
// client answers ["close"].
func (c *channel) terminate(w http.ResponseWriter, q query) error {
	s, err := c.session(q.sid)
	if err == nil {
		s.terminate()
	}
	setContentHeaders(w.Header())
	w.WriteHeader(http.StatusOK)
	return nil
}

// session finds a session of this handler.
func (c *channel) session(id string) (*Session, error) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	if s := c.server.sessions[id]; s != nil && s.channel == c {
		return s, nil
	}
	return nil, errUnknownSID()
}

// refuse answers an error. One that is not the client's fault says no more than that.
func refuse(w http.ResponseWriter, err error) {
	refusal := new(requestError)
	if !errors.As(err, &refusal) {
		refusal = &requestError{http.StatusInternalServerError, "The server has a problem of its own."}
	}
	setContentHeaders(w.Header())
	w.WriteHeader(refusal.status)
	_, _ = w.Write([]byte(refusal.sentence + "\n")) // a client that went away finds out by itself
}
