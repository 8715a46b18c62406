package service

import (
	"context"
	"encoding/binary"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// maxPartitions bounds the cursors of one query; what is asked for beyond is not given, as the protocol allows.
const maxPartitions = 1000

// PartitionQuery implements firestorepb.FirestoreServer, for administrators: it splits a collection group at names
// into parts that have as many documents each, or nearly.
func (s *Service) PartitionQuery(
	ctx context.Context, r *firestorepb.PartitionQueryRequest,
) (*firestorepb.PartitionQueryResponse, error) {
	db, err := s.of(parent(r.GetParent()))
	if err != nil {
		return nil, err
	}
	if !callerOf(ctx).Admin {
		return nil, errAdminOnly("Metadata operations")
	}
	if r.GetPartitionCount() <= 0 {
		return nil, status.Error(codes.InvalidArgument, "partition_count must be greater than zero.")
	}
	size, err := pageSize(r.GetPageSize())
	if err != nil {
		return nil, err
	}
	if err := checkPartitioned(r.GetStructuredQuery()); err != nil {
		return nil, err
	}
	compiled, err := query.Compile(r.GetParent(), r.GetStructuredQuery())
	if err != nil {
		return nil, err
	}
	from, err := parsePageToken(r.GetPageToken(), compiled.Canonical())
	if err != nil {
		return nil, err
	}
	seen, err := consistency{at: r.GetReadTime()}.look(db, store.Reads{})
	if err != nil {
		return nil, err
	}
	found := compiled.Find(seen.Source(compiled)).Documents
	cursors := split(found, int(min(r.GetPartitionCount(), maxPartitions)))
	answer := &firestorepb.PartitionQueryResponse{}
	begin := 0
	if len(from) == 2 {
		begin = min(int(binary.BigEndian.Uint16(from)), len(cursors))
	}
	answer.Partitions = cursors[begin:min(begin+size, len(cursors))]
	if end := begin + size; end < len(cursors) {
		next := binary.BigEndian.AppendUint16(nil, uint16(end)) //nolint:gosec // below maxPartitions
		answer.NextPageToken = pageToken(next, compiled.Canonical())
	}
	return answer, nil
}

// checkPartitioned refuses what the protocol does: all but a collection group in the order of names.
func checkPartitioned(q *firestorepb.StructuredQuery) error {
	group := len(q.GetFrom()) == 1 && q.GetFrom()[0].GetCollectionId() != "" && q.GetFrom()[0].GetAllDescendants()
	byName := len(q.GetOrderBy()) == 0
	if len(q.GetOrderBy()) == 1 {
		order := q.GetOrderBy()[0]
		byName = order.GetField().GetFieldPath() == "__name__" &&
			order.GetDirection() != firestorepb.StructuredQuery_DESCENDING
	}
	other := q.GetWhere() != nil || q.GetLimit() != nil || q.GetOffset() != 0 || q.GetStartAt() != nil ||
		q.GetEndAt() != nil
	if !group || !byName || other {
		return status.Error(codes.InvalidArgument,
			"A partition query must be on a collection group, ordered by name and without anything else.")
	}
	return nil
}

// split gives the names at which count+1 parts meet, fewer if there are not so many documents.
func split(documents []*firestorepb.Document, count int) []*firestorepb.Cursor {
	var cursors []*firestorepb.Cursor
	last := 0
	for i := 1; i <= count; i++ {
		if at := i * len(documents) / (count + 1); at > last {
			reference := &firestorepb.Value_ReferenceValue{ReferenceValue: documents[at].GetName()}
			cursors = append(cursors, &firestorepb.Cursor{
				Values: []*firestorepb.Value{{ValueType: reference}}, Before: true,
			})
			last = at
		}
	}
	return cursors
}
