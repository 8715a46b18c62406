package webchannel

import "time"

// state is how far a session is.
type state int

const (
	// open: messages go both ways.
	open state = iota
	// ending: nothing more is received or sent; what was sent before, and the end, go to the client.
	ending
	// gone: the server does not know the session any more.
	gone
)

// The last message of a session that this side ends.
const (
	endClose = `"close"` // the client closes too, and tells
	endStop  = `"stop"`  // the client reports an error, and does not tell
)

// noop is the message that says only that the connection is alive.
const noop = `"noop"`

// end leaves the state open: nothing more is received, and last is the last message to the client.
// s.mu is held.
func (s *Session) end(cause error, last string) {
	if s.state != open {
		return
	}
	s.server.memory.owe(s.out.push([]byte(last)))
	s.leave(cause, ending)
}

// abandon ends a session that costs too much: what its client has not confirmed is forgotten, and
// ["stop"] is all that is left for it. s.mu is held.
func (s *Session) abandon(cause error) {
	if s.state != open {
		return
	}
	s.server.memory.give(s.out.clear())
	s.end(cause, endStop)
}

// vanish leaves every other state for gone. s.mu is held.
func (s *Session) vanish(cause error) {
	if s.state == gone {
		return
	}
	if s.state == open {
		s.leave(cause, gone)
	}
	s.state = gone
	s.server.memory.give(s.out.clear())
	s.disarm()
	s.changed.fire()
	s.server.forget(s.id)
}

// leave makes the end of the state open known to everybody. s.mu is held.
func (s *Session) leave(cause error, next state) {
	s.state, s.cause = next, cause
	s.server.memory.give(s.in.clear())
	s.cancel(cause)
	s.arrived.fire()
	s.taken.fire()
	s.acked.fire()
	s.changed.fire()
}

// arm lets the session vanish after d, unless a back channel comes before. s.mu is held.
func (s *Session) arm(d time.Duration) {
	s.disarm()
	s.server.begin()
	generation := s.generation
	s.timer = time.AfterFunc(d, func() {
		defer s.server.done()
		s.expire(generation)
	})
}

// disarm stops the timer, if there is one. s.mu is held.
func (s *Session) disarm() {
	s.generation++
	if s.timer != nil && s.timer.Stop() {
		s.server.done()
	}
	s.timer = nil
}

func (s *Session) expire(generation int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.generation == generation {
		s.vanish(ErrExpired)
	}
}

// terminate is what a client does with TYPE=terminate.
func (s *Session) terminate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vanish(ErrTerminated)
}

// shut is what Server.Close does to each session.
func (s *Session) shut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(ErrServerClosed, endClose)
	switch {
	case s.state != ending || s.back != nil: // its back channel sees to the rest
	case s.endSent:
		s.vanish(s.cause)
	default:
		s.arm(closeGrace)
	}
}

// drop is what Server.Close does to each session when its time is up.
func (s *Session) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vanish(ErrServerClosed)
}
