package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

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
	done, err := db.Commit(ctx, store.Request{Transaction: transaction, Writes: writes, Check: s.mayWrite(ctx)})
	if err != nil {
		return nil, err
	}
	return &firestorepb.CommitResponse{WriteResults: done.Results, CommitTime: done.Time.Proto()}, nil
}

// BatchWrite implements firestorepb.FirestoreServer: each write by itself, at most one for each document.
func (s *Service) BatchWrite(
	ctx context.Context, r *firestorepb.BatchWriteRequest,
) (*firestorepb.BatchWriteResponse, error) {
	db, err := s.of(database(r.GetDatabase()))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, w := range r.GetWrites() {
		name := store.NameOf(w)
		if seen[name] {
			return nil, status.Errorf(codes.InvalidArgument, "Cannot write to the same document more than once: %s", name)
		}
		seen[name] = true
	}
	answer := &firestorepb.BatchWriteResponse{}
	for _, w := range r.GetWrites() {
		done, err := db.Commit(ctx, store.Request{Writes: []store.Write{{Proto: w}}, Check: s.mayWrite(ctx)})
		result := &firestorepb.WriteResult{}
		if err == nil {
			result = done.Results[0]
		}
		answer.WriteResults = append(answer.WriteResults, result)
		answer.Status = append(answer.Status, status.Convert(err).Proto())
	}
	return answer, nil
}

// Write implements firestorepb.FirestoreServer.
func (s *Service) Write(stream firestorepb.Firestore_WriteServer) error {
	receive := func() (string, []store.Write, error) {
		r, err := stream.Recv()
		return r.GetDatabase(), plain(r.GetWrites()), err
	}
	return s.ServeWrites(stream.Context(), receive, stream.Send)
}

// ServeWrites serves a stream of commits, answered in their order, until receive answers io.EOF. The first message
// opens the stream: it names the database and has no writes. The first commit that fails ends the stream with its
// error.
func (s *Service) ServeWrites(
	ctx context.Context, receive func() (database string, writes []store.Write, err error),
	send func(*firestorepb.WriteResponse) error,
) error {
	name, writes, err := receive()
	if err == nil && len(writes) > 0 {
		return status.Error(codes.InvalidArgument, "The first request on a stream may not contain writes.")
	}
	answer := &firestorepb.WriteResponse{StreamId: "1"}
	for n := 1; err == nil; n++ {
		answer.StreamToken = []byte(strconv.Itoa(n))
		if err := send(answer); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
		if _, writes, err = receive(); err != nil {
			break
		}
		done, failed := s.CommitWrites(ctx, name, nil, writes)
		if failed != nil {
			return failed
		}
		answer = &firestorepb.WriteResponse{WriteResults: done.GetWriteResults(), CommitTime: done.GetCommitTime()}
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("service: receive: %w", err)
}

func plain(writes []*firestorepb.Write) []store.Write {
	all := make([]store.Write, len(writes))
	for i, w := range writes {
		all[i] = store.Write{Proto: w}
	}
	return all
}
