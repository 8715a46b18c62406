package service

import (
	"fmt"
	"iter"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// RunQuery implements firestorepb.FirestoreServer.
func (s *Service) RunQuery(r *firestorepb.RunQueryRequest, stream firestorepb.Firestore_RunQueryServer) error {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return err
	}
	switch {
	case r.GetStructuredQuery() == nil:
		return status.Error(codes.InvalidArgument, "only structured queries are supported")
	case r.GetExplainOptions() != nil:
		return errExplain()
	}
	compiled, err := query.Compile(r.GetParent(), r.GetStructuredQuery())
	if err != nil {
		return err
	}
	c := consistency{transaction: r.GetTransaction(), begin: r.GetNewTransaction(), at: r.GetReadTime()}
	seen, err := c.look(db, store.Reads{Selects: compiled.Matches})
	if err != nil {
		return err
	}
	asked := List{Parent: r.GetParent(), Query: r.GetStructuredQuery()}
	if _, err := s.mayList(stream.Context(), seen.Snapshot, asked); err != nil {
		return err
	}
	for answer := range answers(compiled.Find(seen.Source(compiled)), seen) {
		if err := stream.Send(answer); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	return nil
}

// answers tell of a transaction that has begun, of documents that the offset left out, and of all others. The last
// one says that it is.
func answers(found query.Result, seen view) iter.Seq[*firestorepb.RunQueryResponse] {
	return func(yield func(*firestorepb.RunQueryResponse) bool) {
		at := seen.Time().Proto()
		if seen.begun != nil && !yield(&firestorepb.RunQueryResponse{Transaction: seen.begun}) {
			return
		}
		if found.Skipped > 0 || len(found.Documents) == 0 {
			skipped := int32(found.Skipped) //nolint:gosec // at most the offset, which is an int32
			first := &firestorepb.RunQueryResponse{ReadTime: at, SkippedResults: skipped}
			if len(found.Documents) == 0 {
				first.ContinuationSelector = &firestorepb.RunQueryResponse_Done{Done: true}
			}
			if !yield(first) {
				return
			}
		}
		for i, d := range found.Documents {
			if !yield(documentAnswer(d, at, i == len(found.Documents)-1)) {
				return
			}
		}
	}
}

func documentAnswer(d *firestorepb.Document, at *timestamppb.Timestamp, last bool) *firestorepb.RunQueryResponse {
	answer := &firestorepb.RunQueryResponse{Document: d, ReadTime: at}
	if last {
		answer.ContinuationSelector = &firestorepb.RunQueryResponse_Done{Done: true}
	}
	return answer
}

func errExplain() error {
	return status.Error(codes.Unimplemented, "explain_options is not supported by this emulator.")
}

// RunAggregationQuery implements firestorepb.FirestoreServer.
func (s *Service) RunAggregationQuery(
	r *firestorepb.RunAggregationQueryRequest, stream firestorepb.Firestore_RunAggregationQueryServer,
) error {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return err
	}
	if r.GetExplainOptions() != nil {
		return errExplain()
	}
	compiled, err := query.CompileAggregation(r.GetParent(), r.GetStructuredAggregationQuery())
	if err != nil {
		return err
	}
	c := consistency{transaction: r.GetTransaction(), begin: r.GetNewTransaction(), at: r.GetReadTime()}
	seen, err := c.look(db, store.Reads{Selects: compiled.Query().Matches})
	if err != nil {
		return err
	}
	asked := List{Parent: r.GetParent(), Query: r.GetStructuredAggregationQuery().GetStructuredQuery()}
	if _, err := s.mayList(stream.Context(), seen.Snapshot, asked); err != nil {
		return err
	}
	if seen.begun != nil {
		if err := stream.Send(&firestorepb.RunAggregationQueryResponse{Transaction: seen.begun}); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	fields, entries := compiled.Find(seen.Source(compiled.Query()))
	metering.From(stream.Context()).Entries(entries)
	result := &firestorepb.AggregationResult{AggregateFields: fields}
	answer := &firestorepb.RunAggregationQueryResponse{Result: result, ReadTime: seen.Time().Proto()}
	if err := stream.Send(answer); err != nil {
		return fmt.Errorf("service: send: %w", err)
	}
	return nil
}
