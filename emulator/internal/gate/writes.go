package gate

import (
	"context"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// Write implements firestorepb.FirestoreServer.
func (g *Gate) Write(stream firestorepb.Firestore_WriteServer) error {
	return g.ServeWrites(stream.Context(), service.PlainWrites(stream), stream.Send)
}

// ServeWrites serves a stream of commits, as [service.ServeWrites] does. Each commit is a call of the method Write.
func (g *Gate) ServeWrites(
	ctx context.Context, receive service.WriteReceiver, send func(*firestorepb.WriteResponse) error,
) error {
	ctx, stop, ended := g.opened(ctx)
	defer ended()
	var met faults.Counter
	commit := func(
		ctx context.Context, database string, transaction []byte, writes []store.Write,
	) (*firestorepb.CommitResponse, error) {
		return g.commit(ctx, "Write", database, transaction, writes)
	}
	disturbed := func(m *firestorepb.WriteResponse) error {
		if err := g.pass(ctx, 0); err != nil {
			return err
		}
		d := g.plan.Load().Decide(occasion(ctx, "Write", nil), &met, faults.Cut)
		if d.Cut != codes.OK {
			stop(failure(d.Cut))
			return why(ctx)
		}
		return send(m)
	}
	return verdict(ctx, service.ServeWrites(ctx, commit, interruptible(ctx, receive), disturbed))
}

// interruptible makes a receive that ends when ctx does. The one that is under way then is not waited for: it returns
// when the stream ends, which is after its handler has returned.
func interruptible(ctx context.Context, receive service.WriteReceiver) service.WriteReceiver {
	type request struct {
		sent   *firestorepb.WriteRequest
		writes []store.Write
		err    error
	}
	return func() (*firestorepb.WriteRequest, []store.Write, error) {
		received := make(chan request, 1)
		go func() {
			var r request
			r.sent, r.writes, r.err = receive()
			received <- r
		}()
		select {
		case r := <-received:
			return r.sent, r.writes, r.err
		case <-ctx.Done():
			return nil, nil, why(ctx)
		}
	}
}

// verdict is what a stream ends with: the cut, if there was one.
func verdict(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); isStatus(cause) {
		return cause
	}
	return err
}
