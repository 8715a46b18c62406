package service

import (
	"context"
	"encoding/base64"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// RunQuery implements firestorepb.FirestoreServer.
func (s *Service) RunQuery(r *firestorepb.RunQueryRequest, stream firestorepb.Firestore_RunQueryServer) error {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return err
	}
	if r.GetStructuredQuery() == nil {
		return status.Error(codes.InvalidArgument, "A query is required.")
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
	at := seen.Time().Proto()
	found := compiled.Run(candidates(seen.Snapshot, compiled))
	skipped := int32(found.Skipped) //nolint:gosec // at most the offset, which is an int32
	first := &firestorepb.RunQueryResponse{Transaction: seen.begun, SkippedResults: skipped}
	if len(found.Documents) == 0 || seen.begun != nil || found.Skipped > 0 {
		first.ReadTime = at
		if err := stream.Send(first); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	for _, d := range found.Documents {
		if err := stream.Send(&firestorepb.RunQueryResponse{Document: d, ReadTime: at}); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
	}
	return nil
}

func candidates(in store.Snapshot, q *query.Query) iter.Seq[*firestorepb.Document] {
	return in.Candidates(q.Parent(), q.Collection)
}

// RunAggregationQuery implements firestorepb.FirestoreServer.
func (s *Service) RunAggregationQuery(
	r *firestorepb.RunAggregationQueryRequest, stream firestorepb.Firestore_RunAggregationQueryServer,
) error {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return err
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
	result := &firestorepb.AggregationResult{
		AggregateFields: compiled.Run(candidates(seen.Snapshot, compiled.Query())),
	}
	answer := &firestorepb.RunAggregationQueryResponse{
		Result: result, Transaction: seen.begun, ReadTime: seen.Time().Proto(),
	}
	if err := stream.Send(answer); err != nil {
		return fmt.Errorf("service: send: %w", err)
	}
	return nil
}

// The sizes of a page of ListDocuments and ListCollectionIds.
const (
	defaultPage = 100
	maxPage     = 1000
)

// ListDocuments implements firestorepb.FirestoreServer. Ordering and missing documents are not supported.
func (s *Service) ListDocuments(
	ctx context.Context, r *firestorepb.ListDocumentsRequest,
) (*firestorepb.ListDocumentsResponse, error) {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return nil, err
	}
	if r.GetOrderBy() != "" || r.GetShowMissing() {
		return nil, status.Error(codes.Unimplemented, "ListDocuments with order_by or show_missing is not supported.")
	}
	after, err := pageToken(r.GetPageToken())
	if err != nil {
		return nil, err
	}
	// The same as a query, which the rules then see.
	asked := &firestorepb.StructuredQuery{
		From: []*firestorepb.StructuredQuery_CollectionSelector{{CollectionId: r.GetCollectionId()}},
	}
	compiled, err := query.Compile(r.GetParent(), asked)
	if err != nil {
		return nil, err
	}
	c := consistency{transaction: r.GetTransaction(), at: r.GetReadTime()}
	seen, err := c.look(db, store.Reads{Selects: compiled.Matches})
	if err != nil {
		return nil, err
	}
	if _, err := s.mayList(ctx, seen.Snapshot, List{Parent: r.GetParent(), Query: asked}); err != nil {
		return nil, err
	}
	answer := &firestorepb.ListDocumentsResponse{}
	for _, d := range compiled.Run(candidates(seen.Snapshot, compiled)).Documents {
		if after != "" && !afterName(compiled, after, d) {
			continue
		}
		if len(answer.Documents) == pageSize(r.GetPageSize()) {
			last := answer.GetDocuments()[len(answer.GetDocuments())-1].GetName()
			answer.NextPageToken = base64.RawURLEncoding.EncodeToString([]byte(last))
			break
		}
		told, err := masked(d, r.GetMask())
		if err != nil {
			return nil, err
		}
		answer.Documents = append(answer.Documents, told)
	}
	return answer, nil
}

func afterName(q *query.Query, name string, d *firestorepb.Document) bool {
	return q.Compare(&firestorepb.Document{Name: name}, d) < 0
}

func pageSize(asked int32) int {
	if asked <= 0 {
		return defaultPage
	}
	return min(int(asked), maxPage)
}

func pageToken(token string) (string, error) {
	after, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", status.Error(codes.InvalidArgument, "The page token is not one of ours.")
	}
	return string(after), nil
}

// ListCollectionIds implements firestorepb.FirestoreServer, for administrators, as in production.
//
//nolint:revive // the name is the protocol's
func (s *Service) ListCollectionIds(
	ctx context.Context, r *firestorepb.ListCollectionIdsRequest,
) (*firestorepb.ListCollectionIdsResponse, error) {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return nil, err
	}
	if !callerOf(ctx).Admin {
		return nil, errDenied()
	}
	after, err := pageToken(r.GetPageToken())
	if err != nil {
		return nil, err
	}
	seen, err := consistency{at: r.GetReadTime()}.look(db, store.Reads{})
	if err != nil {
		return nil, err
	}
	ids := map[string]struct{}{}
	for d := range seen.Below(r.GetParent(), "") {
		below := strings.TrimPrefix(d.GetName(), r.GetParent()+"/")
		id, _, _ := strings.Cut(below, "/")
		ids[id] = struct{}{}
	}
	answer := &firestorepb.ListCollectionIdsResponse{}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if id <= after {
			continue
		}
		if len(answer.CollectionIds) == pageSize(r.GetPageSize()) {
			last := answer.GetCollectionIds()[len(answer.GetCollectionIds())-1]
			answer.NextPageToken = base64.RawURLEncoding.EncodeToString([]byte(last))
			break
		}
		answer.CollectionIds = append(answer.CollectionIds, id)
	}
	return answer, nil
}
