package webchannel

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// backChannel is one GET on which the server sends. It is owned by the goroutine that serves it; the
// session knows it only by its address.
type backChannel struct {
	writer   http.ResponseWriter
	control  *http.ResponseController
	timeout  time.Duration // for one chunk
	longPoll bool          // one chunk, and the response ends
	silence  time.Duration // how long nothing may be sent
	until    time.Time     // when a streaming response ends, with the next chunk
	taken    int           // bytes of chunks so far; guarded by the session's mu
}

// backChannel serves a GET: arrays as they come, until the client goes away, another GET replaces this
// one, the session ends, or the client has to come again to say what it has.
func (c *channel) backChannel(w http.ResponseWriter, r *http.Request, q query) error {
	if q.aid < 0 {
		return malformed("The back channel's URL has no AID.")
	}
	s, err := c.session(q.sid)
	if err != nil {
		return err
	}
	options := &c.server.options
	b := &backChannel{
		writer: w, control: http.NewResponseController(w), timeout: options.WriteTimeout,
		longPoll: q.longPoll, silence: options.Keepalive, until: time.Now().Add(streamLife),
	}
	if q.longPoll && q.pollTimeout > 0 {
		b.silence = min(b.silence, q.pollTimeout)
	}
	if err := s.attach(b, q.aid); err != nil {
		return err
	}
	defer s.detach(b)
	b.serve(r.Context(), s)
	return nil
}

// attach makes b the session's back channel, in place of any other.
func (s *Session) attach(b *backChannel, aid int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == gone {
		return errUnknownSID()
	}
	if aid < s.out.confirmed {
		// A request that was overtaken by its successor. It must not replace that.
		return malformed("AID is %d, but %d was confirmed before.", aid, s.out.confirmed)
	}
	if err := s.confirm(aid); err != nil {
		return err
	}
	s.out.rewind()
	s.disarm()
	s.back = b
	s.changed.fire() // the one before finds out
	s.server.begin()
	return nil
}

// detach is what the goroutine of b does last. If b was not replaced, the session lives on without a
// back channel, for a while.
func (s *Session) detach(b *backChannel) {
	defer s.server.done()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.back != b || s.state == gone {
		return
	}
	s.back = nil
	switch closed := s.server.isClosed(); {
	case closed && s.endSent:
		s.vanish(s.cause)
	case closed:
		s.arm(closeGrace)
	case s.endSent:
		s.arm(lingerTime)
	default:
		s.arm(s.server.options.SessionTimeout)
	}
}

// confirm notes that the client has the arrays up to aid. s.mu is held.
func (s *Session) confirm(aid int64) error {
	cost, err := s.out.ack(aid)
	if err != nil {
		return err
	}
	if cost > 0 {
		s.server.memory.give(cost)
		s.acked.fire()
	}
	return nil
}

func (b *backChannel) serve(ctx context.Context, s *Session) {
	setContentHeaders(b.writer.Header())
	_ = b.control.SetReadDeadline(time.Time{}) // it waits for long, whatever http.Server.ReadTimeout says
	if err := b.write(nil); err != nil {       // the client measures how soon an answer begins
		return
	}
	timer := time.NewTimer(b.silence)
	defer timer.Stop()
	silent := false
	for {
		chunk, last, changed := s.next(b, silent)
		silent = false
		if chunk != nil {
			if b.write(chunk) != nil {
				return
			}
			timer.Reset(b.silence)
		}
		if last {
			return
		}
		if chunk != nil {
			continue
		}
		select {
		case <-changed:
		case <-timer.C:
			silent = true
		case <-ctx.Done():
			return
		}
	}
}

// write puts a chunk into the connection. nil sends the headers.
func (b *backChannel) write(chunk []byte) error {
	// Not every writer has deadlines; the server's own have. A deadline that stayed would end an HTTP/2
	// stream even while there is nothing to write.
	_ = b.control.SetWriteDeadline(time.Now().Add(b.timeout))
	defer func() { _ = b.control.SetWriteDeadline(time.Time{}) }()
	if len(chunk) > 0 {
		if _, err := b.writer.Write(chunk); err != nil {
			return fmt.Errorf("webchannel: writing a chunk: %w", err)
		}
	}
	if err := b.control.Flush(); err != nil {
		return fmt.Errorf("webchannel: flushing a chunk: %w", err)
	}
	return nil
}

// next says what b does now: write chunk unless it is nil, end if last, or else wait for changed.
// silent says that nothing was written for as long as that may be.
func (s *Session) next(b *backChannel, silent bool) (chunk []byte, last bool, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.back != b || s.state == gone {
		return nil, true, nil
	}
	full := s.out.cost >= s.server.options.QueueBytes
	if silent && !s.out.unsent() && s.state == open && !full {
		s.server.memory.owe(s.out.push([]byte(noop)))
	}
	chunk = s.out.chunk()
	b.taken += len(chunk)
	allSent := !s.out.unsent()
	switch {
	case s.state == ending && allSent:
		s.endSent, last = true, true
	case chunk != nil && (b.longPoll || b.taken >= streamBytes || time.Now().After(b.until)):
		last = true
	case allSent && b.taken > 0 && (s.senders > 0 || full):
		last = true // there is no room until the client says what it has
	}
	return chunk, last, s.changed.wait()
}
