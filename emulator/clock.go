package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parley-chat/parley/emulator/internal/rest"
	"github.com/parley-chat/parley/emulator/internal/ttl"
)

// maxAhead bounds how far a clock is moved: sums of durations stay what they are, and times what Firestore can store.
const maxAhead = 100 * 365 * 24 * time.Hour

var errClock = errors.New("emulator: a clock moves forward, and at most 100 years ahead")

// clock is the time, or ahead of it by as much as it was moved. It is safe for concurrent use.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// moved is how far it was moved.
func (c *clock) moved() time.Duration { return time.Duration(c.ahead.Load()) }

// advance moves the clock. It fails for what is not forward or too far.
func (c *clock) advance(d time.Duration) error {
	for {
		was := c.ahead.Load()
		if d < 0 || d > maxAhead-time.Duration(was) {
			return errClock
		}
		if c.ahead.CompareAndSwap(was, was+int64(d)) {
			return nil
		}
	}
}

// Advance moves the emulator's clock forward, deletes the documents whose time is over then, and gives the new time.
// The clock is that of commits, of request.time in rules, of the lives of transactions and tokens, and of time to live;
// connections keep real time. Documents that a transaction holds are waited for, for 5 s at most. d must not be
// negative, and the clock at most 100 years ahead; other errors are ctx's, or say that the deletion cannot be kept.
func (s *Server) Advance(ctx context.Context, d time.Duration) (time.Time, error) {
	if err := s.clock.advance(d); err != nil {
		return time.Time{}, err
	}
	now := s.clock.now()
	if err := s.sweeper.Sweep(ctx); err != nil {
		return time.Time{}, fmt.Errorf("emulator: clock: %w", err)
	}
	return now, nil
}

// setClock is Advance over HTTP: POST {"advance":"3600s"} answers {"now":"2026-11-21T12:00:00Z"}.
func (s *Server) setClock(w http.ResponseWriter, r *http.Request) {
	if !takes(w, r, http.MethodPost) {
		return
	}
	var body struct {
		Advance *text `json:"advance"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&body)
	if err != nil || body.Advance == nil {
		http.Error(w, `The body must be JSON with a duration: {"advance":"3600s"}.`, http.StatusBadRequest)
		return
	}
	now, err := s.Advance(r.Context(), time.Duration(*body.Advance))
	if errors.Is(err, errClock) {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err != nil {
		rest.AnswerError(w, err)
		return
	}
	raw, err := json.Marshal(map[string]time.Time{"now": now.UTC()})
	answerJSON(w, raw, err)
}

// policiesOf are the policies of a firestore.indexes.json; none without one.
func policiesOf(indexes []byte) ([]ttl.Policy, error) {
	if indexes == nil {
		return nil, nil
	}
	policies, err := ttl.Parse(indexes)
	if err != nil {
		return nil, fmt.Errorf("emulator: indexes: %w", err)
	}
	return policies, nil
}

// running calls f in a goroutine, and gives what ends it and waits for it.
func running(f func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { f(ctx) })
	return func() {
		cancel()
		done.Wait()
	}
}
