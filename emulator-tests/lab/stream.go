package lab

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/parley-chat/parley/peer"
)

// stream is what one person tells the other: the numbers from 0 on.
type stream struct {
	news chan struct{} // one notice: something arrived, or nothing will any more

	mu      sync.Mutex
	sent    []time.Time // guarded by mu: by number
	arrived []arrival   // guarded by mu: in the order of arriving
	ended   error       // guarded by mu: why nothing arrives any more
}

type arrival struct {
	number int
	at     time.Time
}

// write says a number each pace, except while the person sleeps.
func (s *stream) write(ctx context.Context, from *subject, stop <-chan struct{}) {
	ticks := time.NewTicker(pace)
	defer ticks.Stop()
	for n := 0; ; {
		select {
		case <-ticks.C:
		case <-stop:
			return
		case <-ctx.Done():
			return
		}
		if from.awake.wait(ctx) != nil {
			return
		}
		s.mu.Lock()
		s.sent = append(s.sent, time.Now())
		s.mu.Unlock()
		if from.conn.Send(ctx, strconv.Itoa(n)) != nil {
			s.mu.Lock()
			s.sent = s.sent[:n]
			s.mu.Unlock()
			continue // it has ended, or has no room: not taken
		}
		n++
	}
}

// hear takes what arrives until nothing does.
func (s *stream) hear(ctx context.Context, to *subject) {
	for {
		text, err := to.conn.Receive(ctx)
		s.mu.Lock()
		if n, parsed := strconv.Atoi(text); err == nil && parsed == nil {
			s.arrived = append(s.arrived, arrival{n, time.Now()})
		}
		s.ended = err
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// after tells when the first text of at or after since arrived.
func (s *stream) after(since time.Time) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.arrived {
		if a.number < len(s.sent) && !s.sent[a.number].Before(since) {
			return a.at, true
		}
	}
	return time.Time{}, false
}

func (s *stream) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended != nil
}

func (s *stream) complete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.arrived) >= len(s.sent)
}

// count adds this direction to sum.
func (s *stream) count(sum *Survival) {
	s.mu.Lock()
	defer s.mu.Unlock()
	came := make(map[int]bool, len(s.sent))
	last := -1
	for _, a := range s.arrived {
		switch {
		case came[a.number]:
			sum.Duplicated++
			continue
		case a.number < last:
			sum.Disordered++
		}
		came[a.number] = true
		last = max(last, a.number)
		sum.Longest = max(sum.Longest, a.at.Sub(s.sent[a.number]))
	}
	sum.Sent += len(s.sent)
	sum.Lost += len(s.sent) - len(came)
	if s.ended != nil && sum.Failure == "" {
		sum.Failure = peer.NameOf(s.ended)
	}
}
