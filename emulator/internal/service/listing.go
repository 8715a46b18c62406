package service

import (
	"bytes"
	"context"
	"iter"
	"slices"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// ListDocuments implements firestorepb.FirestoreServer. It is a query on the collection, and rules see it as one that
// is limited to a page. Documents that are missing are listed for administrators alone.
func (s *Service) ListDocuments(
	ctx context.Context, r *firestorepb.ListDocumentsRequest,
) (*firestorepb.ListDocumentsResponse, error) {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return nil, err
	}
	asked, err := listed(r)
	if err != nil {
		return nil, err
	}
	if r.GetShowMissing() && !callerOf(ctx).Admin {
		return nil, errAdminOnly("Metadata operations")
	}
	size, err := pageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	compiled, err := query.Compile(r.GetParent(), asked)
	if err != nil {
		return nil, err
	}
	after, err := parsePageToken(r.GetPageToken(), compiled.Canonical())
	if err != nil {
		return nil, err
	}
	mask, err := parseMask(r.GetMask())
	if err != nil {
		return nil, err
	}
	c := consistency{transaction: r.GetTransaction(), at: r.GetReadTime()}
	seen, err := c.look(db, store.Reads{Selects: compiled.Matches})
	if err != nil {
		return nil, err
	}
	shown := proto.CloneOf(asked)
	shown.Limit = wrapperspb.Int32(int32(size)) //nolint:gosec // a page is small
	if _, err := s.mayList(ctx, seen.Snapshot, List{Parent: r.GetParent(), Query: shown}); err != nil {
		return nil, err
	}
	page, err := pageOf(seen.Snapshot, r, asked, after, size+1)
	if err != nil {
		return nil, err
	}
	answer := &firestorepb.ListDocumentsResponse{}
	if len(page) > size {
		page = page[:size]
		last, _ := compiled.SortKey(page[size-1])
		answer.NextPageToken = pageToken(last, compiled.Canonical())
	}
	for _, d := range page {
		answer.Documents = append(answer.Documents, mask.of(d))
	}
	return answer, nil
}

// listed is the query that a list is.
func listed(r *firestorepb.ListDocumentsRequest) (*firestorepb.StructuredQuery, error) {
	asked := &firestorepb.StructuredQuery{
		From: []*firestorepb.StructuredQuery_CollectionSelector{{CollectionId: r.GetCollectionId()}},
	}
	if r.GetOrderBy() == "" {
		return asked, nil
	}
	if r.GetShowMissing() {
		return nil, status.Error(codes.InvalidArgument, "cannot specify an order when show_missing is true")
	}
	var err error
	asked.OrderBy, err = parseOrderBy(r.GetOrderBy())
	return asked, err
}

// pageOf gives the documents of a list that come after a sort key, up to most.
func pageOf(
	in store.Snapshot, r *firestorepb.ListDocumentsRequest, asked *firestorepb.StructuredQuery, after []byte, most int,
) ([]*firestorepb.Document, error) {
	bounded := proto.CloneOf(asked)
	bounded.Limit = wrapperspb.Int32(int32(most)) //nolint:gosec // a page is small
	compiled, err := query.Compile(r.GetParent(), bounded)
	if err != nil {
		return nil, err
	}
	from := in.Source(compiled)
	documents := func(yield func(*firestorepb.Document) bool) {
		next := func(d *firestorepb.Document) bool {
			key, ok := compiled.SortKey(d)
			return !ok || bytes.Compare(key, after) <= 0 || yield(d)
		}
		for d := range from.Documents {
			if !next(d) {
				return
			}
		}
		if !r.GetShowMissing() {
			return
		}
		for name := range missing(in, r.GetParent(), r.GetCollectionId()) {
			if !next(&firestorepb.Document{Name: name}) {
				return
			}
		}
	}
	sorted := from.Sorted && !r.GetShowMissing()
	return compiled.Find(query.Source{Documents: documents, Sorted: sorted}).Documents, nil
}

// missing gives the names of documents in a collection that do not exist, and have documents below them. Without a
// collectionID it is all collections of the parent.
func missing(in store.Snapshot, parent, collectionID string) iter.Seq[string] {
	collections := collectionsOf(in, parent)
	if collectionID != "" {
		collections = []string{collectionID}
	}
	return func(yield func(string) bool) {
		for _, collection := range collections {
			for id := range in.ParentIDs(parent, collection) {
				name := parent + "/" + collection + "/" + id
				if in.Get(name) == nil && !yield(name) {
					return
				}
			}
		}
	}
}

// collectionsOf are the ids of the collections of a parent, in order.
func collectionsOf(in store.Snapshot, parent string) []string {
	return slices.Compact(slices.Sorted(in.CollectionIDs(parent)))
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
		return nil, errAdminOnly("Metadata operations")
	}
	size, err := pageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	after, err := parsePageToken(r.GetPageToken(), r.GetParent())
	if err != nil {
		return nil, err
	}
	seen, err := consistency{at: r.GetReadTime()}.look(db, store.Reads{})
	if err != nil {
		return nil, err
	}
	ids := collectionsOf(seen.Snapshot, r.GetParent())
	first, found := slices.BinarySearch(ids, string(after))
	if found {
		first++
	}
	answer := &firestorepb.ListCollectionIdsResponse{CollectionIds: ids[first:]}
	if len(answer.GetCollectionIds()) > size {
		answer.CollectionIds = answer.GetCollectionIds()[:size]
		answer.NextPageToken = pageToken([]byte(answer.GetCollectionIds()[size-1]), r.GetParent())
	}
	return answer, nil
}
