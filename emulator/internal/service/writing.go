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

	"github.com/parley-chat/parley/emulator/internal/store"
)

// Write implements firestorepb.FirestoreServer.
func (s *Service) Write(stream firestorepb.Firestore_WriteServer) error {
	return ServeWrites(stream.Context(), s.CommitWrites, PlainWrites(stream), stream.Send)
}

// WriteReceiver gives the next request of a Write stream and its writes, which may be mere checks.
type WriteReceiver func() (*firestorepb.WriteRequest, []store.Write, error)

// PlainWrites receives from a stream that knows no checks.
func PlainWrites(stream firestorepb.Firestore_WriteServer) WriteReceiver {
	return func() (*firestorepb.WriteRequest, []store.Write, error) {
		r, err := stream.Recv()
		return r, plain(r.GetWrites()), err
	}
}

// ServeWrites serves a stream of commits, answered in their order, until receive answers io.EOF. commit makes them:
// [Service.CommitWrites], or what stands before it. The first request opens the stream: it names the database and has
// no writes. The first commit that fails ends the stream with its error. A stream cannot be resumed by another one.
func ServeWrites(
	ctx context.Context,
	commit func(ctx context.Context, database string, transaction []byte, writes []store.Write) (
		*firestorepb.CommitResponse, error),
	receive WriteReceiver, send func(*firestorepb.WriteResponse) error,
) error {
	first, _, err := receive()
	if err == nil {
		if err := checkFirstWrite(first); err != nil {
			return err
		}
	}
	answer := &firestorepb.WriteResponse{StreamId: newDocumentID()}
	for n := 1; err == nil; n++ {
		answer.StreamToken = []byte(strconv.Itoa(n))
		if err := send(answer); err != nil {
			return fmt.Errorf("service: send: %w", err)
		}
		var r *firestorepb.WriteRequest
		var writes []store.Write
		if r, writes, err = receive(); err != nil {
			break
		}
		if in := r.GetDatabase(); in != "" && in != first.GetDatabase() {
			return status.Errorf(codes.InvalidArgument, "Request specified a database (%s) that did not match the "+
				"expected database (%s)", in, first.GetDatabase())
		}
		done, failed := commit(ctx, first.GetDatabase(), nil, writes)
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

func checkFirstWrite(r *firestorepb.WriteRequest) error {
	if _, err := database(r.GetDatabase()); err != nil {
		return err
	}
	switch {
	case len(r.GetWrites()) > 0:
		return status.Error(codes.InvalidArgument, "'writes' must not be set on an initial write request.")
	case r.GetStreamId() != "":
		return status.Error(codes.InvalidArgument, "Resuming streams is not supported, do not set stream ID.")
	case len(r.GetStreamToken()) > 0:
		return status.Error(codes.InvalidArgument,
			"Resuming streams is not supported, 'stream_token' must not be set on an initial write request.")
	}
	return nil
}
