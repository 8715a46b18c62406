package gate

import (
	"context"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// unary passes one call with one answer.
func unary[Q, A any](
	ctx context.Context, g *Gate, method string, r Q, do func(context.Context, Q) (A, error),
) (answer A, err error) {
	var none A
	database, names := about(r)
	began := time.Now()
	defer func() { g.passed(method, database, names, began, err) }()
	lose, err := g.begin(ctx, method, names)
	if err != nil {
		return none, err
	}
	bill := g.meter.Bill(database, service.ClientOf(ctx))
	answer, err = do(metering.With(ctx, bill), r)
	bill.Add(charged(r, answer, err))
	if lose != codes.OK {
		return none, failure(lose)
	}
	return answer, err
}

// begin waits and refuses as the plan says. lose is the error that the client is to get instead of an answer.
func (g *Gate) begin(ctx context.Context, method string, names []string) (lose codes.Code, err error) {
	d := g.plan.Load().Decide(occasion(ctx, method, names), nil, faults.Delay, faults.Refuse, faults.Lose)
	if err := g.pass(ctx, d.Delay); err != nil {
		return codes.OK, err
	}
	if d.Refuse != codes.OK {
		return codes.OK, failure(d.Refuse)
	}
	return d.Lose, nil
}

// GetDocument implements firestorepb.FirestoreServer.
func (g *Gate) GetDocument(ctx context.Context, r *firestorepb.GetDocumentRequest) (*firestorepb.Document, error) {
	return unary(ctx, g, "GetDocument", r, g.API.GetDocument)
}

// CreateDocument implements firestorepb.FirestoreServer.
func (g *Gate) CreateDocument(
	ctx context.Context, r *firestorepb.CreateDocumentRequest,
) (*firestorepb.Document, error) {
	return unary(ctx, g, "CreateDocument", r, g.API.CreateDocument)
}

// UpdateDocument implements firestorepb.FirestoreServer.
func (g *Gate) UpdateDocument(
	ctx context.Context, r *firestorepb.UpdateDocumentRequest,
) (*firestorepb.Document, error) {
	return unary(ctx, g, "UpdateDocument", r, g.API.UpdateDocument)
}

// DeleteDocument implements firestorepb.FirestoreServer.
func (g *Gate) DeleteDocument(ctx context.Context, r *firestorepb.DeleteDocumentRequest) (*emptypb.Empty, error) {
	return unary(ctx, g, "DeleteDocument", r, g.API.DeleteDocument)
}

// ListDocuments implements firestorepb.FirestoreServer.
func (g *Gate) ListDocuments(
	ctx context.Context, r *firestorepb.ListDocumentsRequest,
) (*firestorepb.ListDocumentsResponse, error) {
	return unary(ctx, g, "ListDocuments", r, g.API.ListDocuments)
}

// ListCollectionIds implements firestorepb.FirestoreServer.
//
//nolint:revive // the name is the protocol's
func (g *Gate) ListCollectionIds(
	ctx context.Context, r *firestorepb.ListCollectionIdsRequest,
) (*firestorepb.ListCollectionIdsResponse, error) {
	return unary(ctx, g, "ListCollectionIds", r, g.API.ListCollectionIds)
}

// PartitionQuery implements firestorepb.FirestoreServer.
func (g *Gate) PartitionQuery(
	ctx context.Context, r *firestorepb.PartitionQueryRequest,
) (*firestorepb.PartitionQueryResponse, error) {
	return unary(ctx, g, "PartitionQuery", r, g.API.PartitionQuery)
}

// BeginTransaction implements firestorepb.FirestoreServer.
func (g *Gate) BeginTransaction(
	ctx context.Context, r *firestorepb.BeginTransactionRequest,
) (*firestorepb.BeginTransactionResponse, error) {
	return unary(ctx, g, "BeginTransaction", r, g.API.BeginTransaction)
}

// Rollback implements firestorepb.FirestoreServer.
func (g *Gate) Rollback(ctx context.Context, r *firestorepb.RollbackRequest) (*emptypb.Empty, error) {
	return unary(ctx, g, "Rollback", r, g.API.Rollback)
}

// BatchWrite implements firestorepb.FirestoreServer.
func (g *Gate) BatchWrite(
	ctx context.Context, r *firestorepb.BatchWriteRequest,
) (*firestorepb.BatchWriteResponse, error) {
	return unary(ctx, g, "BatchWrite", r, g.API.BatchWrite)
}

// Commit implements firestorepb.FirestoreServer.
func (g *Gate) Commit(ctx context.Context, r *firestorepb.CommitRequest) (*firestorepb.CommitResponse, error) {
	return unary(ctx, g, "Commit", r, g.API.Commit)
}

// CommitWrites implements API.
func (g *Gate) CommitWrites(
	ctx context.Context, database string, transaction []byte, writes []store.Write,
) (*firestorepb.CommitResponse, error) {
	return g.commit(ctx, "Commit", database, transaction, writes)
}

// commit passes a commit whose writes may be mere checks. method is how it came.
func (g *Gate) commit(
	ctx context.Context, method, database string, transaction []byte, writes []store.Write,
) (*firestorepb.CommitResponse, error) {
	r := &firestorepb.CommitRequest{Database: database, Transaction: transaction}
	for _, w := range writes {
		r.Writes = append(r.Writes, w.Proto)
	}
	do := func(ctx context.Context, _ *firestorepb.CommitRequest) (*firestorepb.CommitResponse, error) {
		return g.API.CommitWrites(ctx, database, transaction, writes)
	}
	return unary(ctx, g, method, r, do)
}
