package gate

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// maxWaiting bounds the calls and messages that wait at once: each holds its request.
const maxWaiting = 1024

// API is what lies behind the gate: package service.
type API interface {
	firestorepb.FirestoreServer
	CommitWrites(
		ctx context.Context, database string, transaction []byte, writes []store.Write,
	) (*firestorepb.CommitResponse, error)
}

// Gate is an API before another one. It is safe for concurrent use.
type Gate struct {
	API // methods that are not listed in this package are neither disturbed nor counted: nothing but UNIMPLEMENTED

	meter *metering.Meter
	now   func() time.Time
	plan  atomic.Pointer[faults.Plan]
	done  chan struct{} // closed by Close

	history history

	mu        sync.Mutex
	resumed   chan struct{}                         // guarded by mu: closed by Resume; nil while nothing is paused
	waiting   int                                   // guarded by mu
	streams   map[*context.CancelCauseFunc]struct{} // guarded by mu: Listen and Write streams
	listening map[*listening]struct{}               // guarded by mu: Listen streams alone
	closed    bool                                  // guarded by mu
}

var _ API = (*Gate)(nil)

// New makes a gate before an API. What passes is counted by the meter. The caller closes the gate before the API.
// now is the clock of how old a listener's knowledge is; nil means time.Now.
func New(behind API, meter *metering.Meter, now func() time.Time) *Gate {
	if now == nil {
		now = time.Now
	}
	return &Gate{
		API: behind, meter: meter, now: now, done: make(chan struct{}),
		streams: map[*context.CancelCauseFunc]struct{}{}, listening: map[*listening]struct{}{},
	}
}

// SetPlan makes all that comes from now on go wrong as the plan says; nil: nothing does.
func (g *Gate) SetPlan(p *faults.Plan) { g.plan.Store(p) }

// Close ends all waiting with UNAVAILABLE. It is idempotent.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.closed = true
		close(g.done)
	}
}

// Pause lets calls wait and streams stand still from now on. It is idempotent.
func (g *Gate) Pause() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.resumed == nil {
		g.resumed = make(chan struct{})
	}
}

// Resume ends what Pause began. It is idempotent.
func (g *Gate) Resume() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.resumed != nil {
		close(g.resumed)
		g.resumed = nil
	}
}

// CutStreams ends all Listen and Write streams with UNAVAILABLE, and tells how many there were.
func (g *Gate) CutStreams() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	for stop := range g.streams {
		(*stop)(failure(codes.Unavailable))
	}
	return len(g.streams)
}

// opened makes a stream known to CutStreams until ended is called. stop ends it with an error.
func (g *Gate) opened(ctx context.Context) (_ context.Context, stop context.CancelCauseFunc, ended func()) {
	ctx, stop = context.WithCancelCause(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.streams[&stop] = struct{}{}
	return ctx, stop, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.streams, &stop)
		stop(nil)
	}
}
