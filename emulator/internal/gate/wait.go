package gate

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// pass waits as long as is asked, and then as long as everything is paused. Errors: the context's, RESOURCE_EXHAUSTED
// when too many wait, UNAVAILABLE when the gate closes.
func (g *Gate) pass(ctx context.Context, delay time.Duration) error {
	paused := g.paused()
	if delay <= 0 && paused == nil {
		return nil
	}
	if !g.enter() {
		return status.Errorf(codes.ResourceExhausted, "More than %d calls wait already.", maxWaiting)
	}
	defer g.leave()
	timer := time.NewTimer(delay)
	defer timer.Stop()
	if err := until(ctx, g, timer.C); err != nil {
		return err
	}
	for paused = g.paused(); paused != nil; paused = g.paused() {
		if err := until(ctx, g, paused); err != nil {
			return err
		}
	}
	return nil
}

// until waits for c.
func until[T any](ctx context.Context, g *Gate, c <-chan T) error {
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return why(ctx)
	case <-g.done:
		return status.Error(codes.Unavailable, "The emulator is closing.")
	}
}

// why is the status with which the context ended: that of a cut, or its own.
func why(ctx context.Context) error {
	if cause := context.Cause(ctx); isStatus(cause) {
		return cause
	}
	return status.FromContextError(ctx.Err()).Err()
}

func isStatus(err error) bool {
	_, is := status.FromError(err)
	return err != nil && is
}

// paused is closed when the pause is over; nil: there is none.
func (g *Gate) paused() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.resumed
}

func (g *Gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting == maxWaiting {
		return false
	}
	g.waiting++
	return true
}

func (g *Gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting--
}

// failure is the error of a fault.
func failure(code codes.Code) error {
	if code == codes.PermissionDenied { // as the rules say it: applications look for it
		return status.Error(code, "Missing or insufficient permissions.")
	}
	return status.Error(code, "The emulator was asked to fail.")
}
