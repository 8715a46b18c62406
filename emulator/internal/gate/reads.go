package gate

import (
	"context"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
)

// answers is a stream of answers whose context and way to the client are others.
type answers[A any] struct {
	grpc.ServerStreamingServer[A]
	ctx  context.Context //nolint:containedctx // it is the stream's
	send func(*A) error
}

// Context implements grpc.ServerStream.
func (a *answers[A]) Context() context.Context { return a.ctx }

// Send implements grpc.ServerStreamingServer.
func (a *answers[A]) Send(m *A) error { return a.send(m) }

// stream is a short name.
type stream[A any] = grpc.ServerStreamingServer[A]

// read passes one request with a stream of answers.
func read[A any](g *Gate, method string, r any, to stream[A], do func(stream[A]) error) (err error) {
	ctx := to.Context()
	database, names := about(r)
	began := time.Now()
	defer func() { g.passed(method, database, names, began, err) }()
	lose, err := g.begin(ctx, method, names)
	if err != nil {
		return err
	}
	bill := g.meter.Bill(database, service.ClientOf(ctx))
	var met faults.Counter
	send := func(m *A) error {
		bill.Add(charged(r, m, nil))
		d := g.plan.Load().Decide(occasion(ctx, method, names), &met, faults.Cut)
		switch {
		case d.Cut != codes.OK:
			return failure(d.Cut)
		case lose != codes.OK:
			return nil
		}
		return to.Send(m)
	}
	err = do(&answers[A]{ServerStreamingServer: to, ctx: metering.With(ctx, bill), send: send})
	if err == nil {
		bill.AtLeast(leastReads(r))
	}
	if err == nil && lose != codes.OK {
		return failure(lose)
	}
	return err
}

// BatchGetDocuments implements firestorepb.FirestoreServer.
func (g *Gate) BatchGetDocuments(
	r *firestorepb.BatchGetDocumentsRequest, to firestorepb.Firestore_BatchGetDocumentsServer,
) error {
	return read(g, "BatchGetDocuments", r, to, func(to stream[firestorepb.BatchGetDocumentsResponse]) error {
		return g.API.BatchGetDocuments(r, to)
	})
}

// RunQuery implements firestorepb.FirestoreServer.
func (g *Gate) RunQuery(r *firestorepb.RunQueryRequest, to firestorepb.Firestore_RunQueryServer) error {
	return read(g, "RunQuery", r, to, func(to stream[firestorepb.RunQueryResponse]) error {
		return g.API.RunQuery(r, to)
	})
}

// RunAggregationQuery implements firestorepb.FirestoreServer.
func (g *Gate) RunAggregationQuery(
	r *firestorepb.RunAggregationQueryRequest, to firestorepb.Firestore_RunAggregationQueryServer,
) error {
	return read(g, "RunAggregationQuery", r, to, func(to stream[firestorepb.RunAggregationQueryResponse]) error {
		return g.API.RunAggregationQuery(r, to)
	})
}
