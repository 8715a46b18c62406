package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
)

const listenMethod = "Listen"

// listening is a Listen stream between the client and the service.
type listening struct {
	firestorepb.Firestore_ListenServer // to the client

	gate *Gate
	ctx  context.Context //nolint:containedctx // it is the stream's
	stop context.CancelCauseFunc
	in   chan received
	met  faults.Counter
	bill *metering.Bill // of what rules look up; set before the service sees the stream

	sending sync.Mutex                    // one message after the other
	waited  bool                          // guarded by sending: in this moment
	late    []*firestorepb.ListenResponse // guarded by sending: held back until this moment ends

	mu      sync.Mutex
	targets map[int32]*target            // guarded by mu: those that the client asked for
	resets  []*firestorepb.ListenRequest // guarded by mu: requests of ours, before those of the client
	more    chan struct{}                // has one place; filled when there are resets
}

// received is a request of the client, or the end of them.
type received struct {
	request *firestorepb.ListenRequest
	err     error
}

// Listen implements firestorepb.FirestoreServer.
func (g *Gate) Listen(to firestorepb.Firestore_ListenServer) error {
	ctx, stop, ended := g.opened(to.Context())
	defer ended()
	l := &listening{
		Firestore_ListenServer: to, gate: g, ctx: ctx, stop: stop, in: make(chan received),
		targets: map[int32]*target{}, more: make(chan struct{}, 1),
	}
	// Not waited for: Recv returns when the stream ends, which is after this method has returned.
	go l.pump(ctx)
	first, err := l.Recv()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return verdict(ctx, err)
	}
	l.mu.Lock()
	l.resets = append(l.resets, first) // for the service, which asks anew
	l.mu.Unlock()
	l.bill = g.meter.Bill(first.GetDatabase(), service.ClientOf(ctx))
	l.ctx = metering.With(ctx, l.bill)
	l.begins()
	err = verdict(ctx, g.API.Listen(l))
	l.ends(err)
	return err
}

// Context implements grpc.ServerStream.
func (l *listening) Context() context.Context { return l.ctx }

func (l *listening) pump(ctx context.Context) {
	for err := error(nil); err == nil; {
		var r received
		r.request, r.err = l.Firestore_ListenServer.Recv()
		err = r.err
		select {
		case l.in <- r:
		case <-ctx.Done():
			return
		}
	}
}

// Recv gives the service the next request: our own first, then the client's.
func (l *listening) Recv() (*firestorepb.ListenRequest, error) {
	for {
		if r := l.ours(nil); r != nil {
			return r, nil
		}
		select {
		case <-l.ctx.Done():
			return nil, why(l.ctx)
		case <-l.more:
			continue
		case r := <-l.in:
			if r.err != nil {
				return nil, r.err
			}
			if err := l.gate.pass(l.ctx, 0); err != nil {
				return nil, err
			}
			refused, err := l.refuse(r.request)
			if err != nil {
				return nil, err
			}
			if !refused {
				return l.ours(r.request), nil
			}
		}
	}
}

// ours gives the next request of our own; the client's if there is none, and else keeps that for later. So a reset that
// was decided is whole before the client can remove the target.
func (l *listening) ours(clients *firestorepb.ListenRequest) *firestorepb.ListenRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	if clients != nil {
		l.resets = append(l.resets, clients)
		l.note(clients)
	}
	if len(l.resets) == 0 {
		return nil
	}
	next := l.resets[0]
	l.resets = l.resets[1:]
	return next
}

// refuse answers a target that the plan says is refused. An error is the end of the stream.
func (l *listening) refuse(r *firestorepb.ListenRequest) (bool, error) {
	asked := r.GetAddTarget()
	if asked == nil {
		return false, nil
	}
	o := occasion(l.ctx, listenMethod, told(asked))
	code := l.gate.plan.Load().Decide(o, nil, faults.Refuse).Refuse
	if code == codes.OK {
		return false, nil
	}
	l.gate.passed(listenMethod, "", told(asked), time.Now(), failure(code))
	switch code {
	case codes.PermissionDenied, codes.Unauthenticated, codes.InvalidArgument, codes.NotFound,
		codes.FailedPrecondition, codes.ResourceExhausted:
		refusal := targetChange(firestorepb.TargetChange_REMOVE, asked.GetTargetId(), failure(code))
		l.sending.Lock()
		defer l.sending.Unlock()
		if err := l.Firestore_ListenServer.Send(refusal); err != nil {
			return true, fmt.Errorf("gate: send: %w", err)
		}
		return true, nil
	default:
		l.stop(failure(code))
		return true, why(l.ctx)
	}
}
