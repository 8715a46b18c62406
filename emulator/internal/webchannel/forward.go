package webchannel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// forward serves a POST with messages of a session.
func (c *channel) forward(w http.ResponseWriter, r *http.Request, q query) error {
	s, err := c.session(q.sid)
	if err != nil {
		return err
	}
	select {
	case s.posting <- struct{}{}:
		defer func() { <-s.posting }()
	case <-r.Context().Done():
		return nil // nobody is there to be answered
	}
	if !s.awaitReader(r.Context()) {
		return nil
	}
	f, err := c.server.readForm(w, r)
	if err != nil {
		return err
	}
	answer, err := s.deliver(f.messages, q.aid)
	if err != nil {
		return err
	}
	writeChunk(w, answer)
	return nil
}

// awaitReader waits until the inbox has room, and reports false if ctx ended before.
func (s *Session) awaitReader(ctx context.Context) bool {
	for {
		s.mu.Lock()
		hasRoom := s.state != open || s.in.readyCost < s.server.options.InboxBytes
		taken := s.taken.wait()
		s.mu.Unlock()
		if hasRoom {
			return true
		}
		select {
		case <-taken:
		case <-ctx.Done():
			return false
		}
	}
}

// deliver puts messages into the inbox and answers how the other direction is doing:
// [whether there is a back channel, the last array sent, bytes sent and not confirmed].
// A session that ended on this side takes no message, but answers as ever: the client learns of the
// end by the back channel.
func (s *Session) deliver(messages []message, aid int64) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == gone {
		return nil, errUnknownSID()
	}
	if aid >= 0 {
		if err := s.confirm(aid); err != nil {
			return nil, err
		}
	}
	if s.state == open {
		fresh, cost, err := s.in.admit(messages, s.server.options.inboxLimits())
		if err != nil {
			return nil, err
		}
		if !s.server.memory.take(cost) {
			return nil, errBusy("The server holds as much as it can for all its clients.")
		}
		s.in.put(fresh)
		s.arrived.fire()
	}
	present := 0
	if s.back != nil {
		present = 1
	}
	return fmt.Appendf(nil, "[%d,%d,%d]", present, s.out.sentMax, s.out.outstanding()), nil
}

// readForm reads the body of r, within all limits.
func (v *Server) readForm(w http.ResponseWriter, r *http.Request) (form, error) {
	limit := v.options.MaxBodyBytes
	tooLarge := &requestError{
		http.StatusRequestEntityTooLarge,
		"The body is larger than " + strconv.FormatInt(limit, 10) + " bytes.",
	}
	if r.ContentLength > limit {
		return form{}, tooLarge
	}
	size := int(limit)
	if r.ContentLength >= 0 {
		size = int(r.ContentLength)
	}
	if !v.memory.take(size) {
		return form{}, errBusy("The server reads as much as it can for all its clients.")
	}
	defer v.memory.give(size)

	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(v.options.ReadTimeout)) // not every reader has deadlines
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, limit)); err != nil {
		if exceeded := new(http.MaxBytesError); errors.As(err, &exceeded) {
			return form{}, tooLarge
		}
		return form{}, malformed("The body could not be read to its end.")
	}
	return parseForm(body.String(), v.options.formLimits())
}
