package lab

import (
	"context"
	"sync"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// gate is between a person and the services. The zero value is open.
type gate struct {
	mu      sync.Mutex
	refuses bool          // guarded by mu: who asks is told that nobody can be reached
	silent  chan struct{} // guarded by mu: who asks waits until it is closed; nil: nobody waits
}

// refuse makes the services unreachable, until open.
func (g *gate) refuse() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refuses = true
	g.shut()
}

// silence makes the services say nothing at all, until open.
func (g *gate) silence() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut()
}

// shut is called with mu held.
func (g *gate) shut() {
	if g.silent == nil {
		g.silent = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refuses = false
	if g.silent != nil {
		close(g.silent)
		g.silent = nil
	}
}

// pass is for who asks: it returns at once if the gate is open or refuses, else when it opens or ctx ends.
func (g *gate) pass(ctx context.Context) error {
	g.mu.Lock()
	refuses := g.refuses
	g.mu.Unlock()
	if refuses {
		return signaling.ErrUnavailable
	}
	return g.wait(ctx)
}

// wait is for who listens: it returns when the gate is open, or with ctx's error.
func (g *gate) wait(ctx context.Context) error {
	g.mu.Lock()
	silent := g.silent
	g.mu.Unlock()
	if silent == nil {
		return ctx.Err()
	}
	select {
	case <-silent:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask does something with the services behind a gate, which may have shut when the answer comes.
func ask[T any](ctx context.Context, g *gate, do func() (T, error)) (T, error) {
	var none T
	if err := g.pass(ctx); err != nil {
		return none, err
	}
	done, failed := do()
	if err := g.pass(ctx); err != nil {
		return none, err
	}
	return done, failed
}

// gatedStore is a store behind a gate.
type gatedStore struct {
	signaling.Store

	gate *gate
}

// Get implements [signaling.Store].
func (s gatedStore) Get(ctx context.Context, at string) (signaling.Document, error) {
	return ask(ctx, s.gate, func() (signaling.Document, error) { return s.Store.Get(ctx, at) })
}

// Commit implements [signaling.Store].
func (s gatedStore) Commit(ctx context.Context, writes ...signaling.Write) error {
	_, err := ask(ctx, s.gate, func() (struct{}, error) { return struct{}{}, s.Store.Commit(ctx, writes...) })
	return err
}

// Watch implements [signaling.Store]: an outage is waited out in silence.
func (s gatedStore) Watch(ctx context.Context, at string, each func(signaling.Document)) error {
	if err := s.gate.pass(ctx); err != nil {
		return err
	}
	return s.Store.Watch(ctx, at, func(d signaling.Document) {
		if s.gate.wait(ctx) == nil {
			each(d)
		}
	})
}

// WatchQuery implements [signaling.Store].
func (s gatedStore) WatchQuery(
	ctx context.Context, q signaling.Query, each func([]signaling.Document, time.Time),
) error {
	if err := s.gate.pass(ctx); err != nil {
		return err
	}
	return s.Store.WatchQuery(ctx, q, func(d []signaling.Document, at time.Time) {
		if s.gate.wait(ctx) == nil {
			each(d, at)
		}
	})
}

// gatedAPI is a function behind a gate.
type gatedAPI struct {
	peer.API

	gate    *gate
	servers func() protocol.ICEServers // those that the function gives now
}

// QuickMatch implements [peer.API].
func (a gatedAPI) QuickMatch(
	ctx context.Context, r protocol.QuickMatchRequest,
) (protocol.QuickMatchAnswer, error) {
	return ask(ctx, a.gate, func() (protocol.QuickMatchAnswer, error) { return a.API.QuickMatch(ctx, r) })
}

// EndMatch implements [peer.API].
func (a gatedAPI) EndMatch(ctx context.Context, pool string, id protocol.RequestID) error {
	_, err := ask(ctx, a.gate, func() (struct{}, error) { return struct{}{}, a.API.EndMatch(ctx, pool, id) })
	return err
}

// ICEServers implements [peer.API].
func (a gatedAPI) ICEServers(ctx context.Context) (protocol.ICEServers, error) {
	return ask(ctx, a.gate, func() (protocol.ICEServers, error) {
		_, err := a.API.ICEServers(ctx)
		return a.servers(), err
	})
}
