package service

import (
	"context"
	"errors"
	"fmt"
	"io"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/listen"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// Listen implements firestorepb.FirestoreServer. The stream is bound to the database that its first message names.
func (s *Service) Listen(stream firestorepb.Firestore_ListenServer) error {
	first, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("service: receive: %w", err)
	}
	db, err := s.of(database(first.GetDatabase()))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(stream.Context())
	defer stop()
	requests := make(chan *firestorepb.ListenRequest)
	var ended error // owned by the goroutine until requests is closed
	// Not waited for: Recv returns when the stream ends, which is after this method has returned.
	go func() {
		defer close(requests)
		for r := first; r != nil; {
			select {
			case requests <- r:
			case <-ctx.Done():
				return
			}
			r, ended = stream.Recv()
		}
	}()
	if err := listen.Run(ctx, db, s.mayListen, requests, stream.Send); err != nil {
		return err
	}
	if ended != nil && !errors.Is(ended, io.EOF) {
		return fmt.Errorf("service: receive: %w", ended)
	}
	return nil
}

// mayListen asks the guard about a target. read is as in [Guard].
func (s *Service) mayListen(
	ctx context.Context, in store.Snapshot, target *firestorepb.Target,
) (read []string, err error) {
	ctx = metering.ForTarget(ctx, target.GetTargetId())
	switch kind := target.GetTargetType().(type) {
	case *firestorepb.Target_Documents:
		for _, name := range kind.Documents.GetDocuments() {
			if err := checkName(in.Root(), name); err != nil {
				return nil, err
			}
			also, err := s.mayGet(ctx, in, name)
			if err != nil {
				return nil, err
			}
			read = append(read, also...)
		}
		return read, nil
	case *firestorepb.Target_Query:
		return s.mayList(ctx, in, List{Parent: kind.Query.GetParent(), Query: kind.Query.GetStructuredQuery()})
	}
	return nil, status.Error(codes.InvalidArgument, "A target must be documents or a query.")
}
