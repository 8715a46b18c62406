package rest

import (
	"context"
	"net/http"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// custom answers the methods behind a colon.
func (h *handler) custom(w http.ResponseWriter, r *http.Request, method string, c *call) {
	ctx := r.Context()
	switch method {
	case "batchGet", "runQuery", "runAggregationQuery":
		answers, err := c.stream(ctx, method)
		answerStream(w, answers, err)
	case "commit":
		answer, err := c.commit(ctx)
		answerMessage(w, answer, err)
	case "beginTransaction", "rollback", "batchWrite", "listCollectionIds", "partitionQuery":
		answer, err := c.unary(ctx, method)
		answerMessage(w, answer, err)
	default:
		AnswerError(w, status.Errorf(codes.Unimplemented, "The method %q is not supported.", method))
	}
}

// database is the one that a method on documents is about.
func (c *call) database() string { return strings.TrimSuffix(c.name, "/documents") }

func (c *call) unary(ctx context.Context, method string) (proto.Message, error) {
	switch method {
	case "beginTransaction":
		r := &firestorepb.BeginTransactionRequest{}
		if err := c.into(r); err != nil {
			return nil, err
		}
		r.Database = c.database()
		return c.api.BeginTransaction(ctx, r)
	case "rollback":
		r := &firestorepb.RollbackRequest{}
		if err := c.into(r); err != nil {
			return nil, err
		}
		r.Database = c.database()
		return c.api.Rollback(ctx, r)
	case "batchWrite":
		r := &firestorepb.BatchWriteRequest{}
		if err := c.into(r); err != nil {
			return nil, err
		}
		r.Database = c.database()
		return c.api.BatchWrite(ctx, r)
	case "partitionQuery":
		r := &firestorepb.PartitionQueryRequest{}
		if err := c.into(r); err != nil {
			return nil, err
		}
		r.Parent = c.name
		return c.api.PartitionQuery(ctx, r)
	}
	r := &firestorepb.ListCollectionIdsRequest{}
	if err := c.into(r); err != nil {
		return nil, err
	}
	r.Parent = c.name
	return c.api.ListCollectionIds(ctx, r)
}

// stream runs a method that answers with several messages, and collects them.
func (c *call) stream(ctx context.Context, method string) ([]proto.Message, error) {
	switch method {
	case "batchGet":
		r := &firestorepb.BatchGetDocumentsRequest{}
		if err := c.into(r); err != nil {
			return nil, err
		}
		r.Database = c.database()
		to := &collector[*firestorepb.BatchGetDocumentsResponse]{ctx: ctx}
		return to.collected(c.api.BatchGetDocuments(r, to))
	case "runQuery":
		r := &firestorepb.RunQueryRequest{}
		if err := c.into(r); err != nil {
			return nil, err
		}
		r.Parent = c.name
		to := &collector[*firestorepb.RunQueryResponse]{ctx: ctx}
		return to.collected(c.api.RunQuery(r, to))
	}
	r := &firestorepb.RunAggregationQueryRequest{}
	if err := c.into(r); err != nil {
		return nil, err
	}
	r.Parent = c.name
	to := &collector[*firestorepb.RunAggregationQueryResponse]{ctx: ctx}
	return to.collected(c.api.RunAggregationQuery(r, to))
}

// collector is the sending side of a stream of which everything is kept.
type collector[T proto.Message] struct {
	grpc.ServerStream // nil: the service sends and asks for the context, nothing else

	ctx  context.Context //nolint:containedctx // it is the stream's
	sent []proto.Message
}

// Context implements grpc.ServerStream.
func (c *collector[T]) Context() context.Context { return c.ctx }

// Send keeps a message.
func (c *collector[T]) Send(m T) error {
	c.sent = append(c.sent, m)
	return nil
}

func (c *collector[T]) collected(err error) ([]proto.Message, error) { return c.sent, err }
