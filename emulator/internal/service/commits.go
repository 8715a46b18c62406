package service

import (
	"context"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// BeginTransaction implements firestorepb.FirestoreServer.
func (s *Service) BeginTransaction(
	_ context.Context, r *firestorepb.BeginTransactionRequest,
) (*firestorepb.BeginTransactionResponse, error) {
	db, err := s.of(database(r.GetDatabase()))
	if err != nil {
		return nil, err
	}
	id, err := begin(db, r.GetOptions())
	if err != nil {
		return nil, err
	}
	return &firestorepb.BeginTransactionResponse{Transaction: id}, nil
}

// Rollback implements firestorepb.FirestoreServer.
func (s *Service) Rollback(_ context.Context, r *firestorepb.RollbackRequest) (*emptypb.Empty, error) {
	db, err := s.of(database(r.GetDatabase()))
	if err != nil {
		return nil, err
	}
	if err := db.Rollback(r.GetTransaction()); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// Commit implements firestorepb.FirestoreServer.
func (s *Service) Commit(ctx context.Context, r *firestorepb.CommitRequest) (*firestorepb.CommitResponse, error) {
	return s.CommitWrites(ctx, r.GetDatabase(), r.GetTransaction(), plain(r.GetWrites()))
}

// CommitWrites is Commit with writes that may be mere checks, as the browser's SDK sends them.
func (s *Service) CommitWrites(
	ctx context.Context, name string, transaction []byte, writes []store.Write,
) (*firestorepb.CommitResponse, error) {
	db, err := s.of(database(name))
	if err != nil {
		return nil, err
	}
	if err := checkWrites(db, writes); err != nil {
		return nil, err
	}
	done, err := db.Commit(ctx, store.Request{Transaction: transaction, Writes: writes, Check: s.mayWrite(ctx, writes)})
	if err != nil {
		return nil, err
	}
	answer := &firestorepb.CommitResponse{WriteResults: done.Results}
	if len(writes) > 0 {
		answer.CommitTime = done.Time.Proto()
	}
	return answer, nil
}

// commit makes one write.
func (s *Service) commit(ctx context.Context, db *store.Store, w *firestorepb.Write) error {
	writes := plain([]*firestorepb.Write{w})
	if err := checkWrites(db, writes); err != nil {
		return err
	}
	_, err := db.Commit(ctx, store.Request{Writes: writes, Check: s.mayWrite(ctx, writes)})
	return err
}

// BatchWrite implements firestorepb.FirestoreServer, for administrators: each write by itself, at most one for each
// document.
func (s *Service) BatchWrite(
	ctx context.Context, r *firestorepb.BatchWriteRequest,
) (*firestorepb.BatchWriteResponse, error) {
	db, err := s.of(database(r.GetDatabase()))
	if err != nil {
		return nil, err
	}
	writes := plain(r.GetWrites())
	if err := checkWrites(db, writes); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, w := range r.GetWrites() {
		name := store.NameOf(w)
		if seen[name] {
			return nil, status.Error(codes.InvalidArgument,
				"the same document cannot be written more than once in a single request")
		}
		seen[name] = true
	}
	if !callerOf(ctx).Admin {
		return nil, errAdminOnly("Batch writes")
	}
	answer := &firestorepb.BatchWriteResponse{}
	for i := range writes {
		done, err := db.Commit(ctx, store.Request{Writes: writes[i : i+1]})
		result := &firestorepb.WriteResult{}
		if err == nil {
			result = done.Results[0]
		}
		answer.WriteResults = append(answer.WriteResults, result)
		answer.Status = append(answer.Status, status.Convert(err).Proto())
	}
	return answer, nil
}

func plain(writes []*firestorepb.Write) []store.Write {
	all := make([]store.Write, len(writes))
	for i, w := range writes {
		all[i] = store.Write{Proto: w}
	}
	return all
}
