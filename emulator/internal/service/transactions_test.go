package service_test

import (
	"context"
	"errors"
	"io"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestTransactions(t *testing.T) {
	t.Parallel()
	servers := both(t)
	seed(t, servers, set("a/0", nil))
	begin := func(o *pb.TransactionOptions) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			return one(s.BeginTransaction(ctx, &pb.BeginTransactionRequest{Database: s.database, Options: o}))
		}
	}
	readOnly := func(at *timestamppb.Timestamp) *pb.TransactionOptions {
		only := &pb.TransactionOptions_ReadOnly{}
		if at != nil {
			only.ConsistencySelector = &pb.TransactionOptions_ReadOnly_ReadTime{ReadTime: at}
		}
		return &pb.TransactionOptions{Mode: &pb.TransactionOptions_ReadOnly_{ReadOnly: only}}
	}
	retry := func(id []byte) *pb.TransactionOptions {
		return &pb.TransactionOptions{Mode: &pb.TransactionOptions_ReadWrite_{
			ReadWrite: &pb.TransactionOptions_ReadWrite{RetryTransaction: id},
		}}
	}
	type step func(ctx context.Context, s *server, id []byte) ([]proto.Message, error)
	rollback := func(ctx context.Context, s *server, id []byte) ([]proto.Message, error) {
		return one(s.Rollback(ctx, &pb.RollbackRequest{Database: s.database, Transaction: id}))
	}
	commits := func(writes ...write) step {
		return func(ctx context.Context, s *server, id []byte) ([]proto.Message, error) {
			return s.commit(ctx, id, writes...)
		}
	}
	gets := func(ctx context.Context, s *server, id []byte) ([]proto.Message, error) {
		in := &pb.GetDocumentRequest_Transaction{Transaction: id}
		return one(s.GetDocument(ctx, &pb.GetDocumentRequest{Name: s.root + "/a/0", ConsistencySelector: in}))
	}
	// in makes steps in a transaction. What comes before the last may fail.
	in := func(o *pb.TransactionOptions, steps ...step) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			began, err := s.BeginTransaction(ctx, &pb.BeginTransactionRequest{Database: s.database, Options: o})
			if err != nil {
				return nil, err
			}
			var messages []proto.Message
			for _, step := range steps {
				messages, err = step(ctx, s, began.GetTransaction())
			}
			return messages, err
		}
	}
	compare(t, servers, owner, []comparison{
		{what: "begin", call: begin(nil)},
		{what: "begin to read", call: begin(readOnly(nil))},
		{what: "begin to read in an hour", call: begin(readOnly(inHours(1)))},
		{what: "begin to read at nanoseconds", call: begin(readOnly(&timestamppb.Timestamp{Seconds: 5, Nanos: 1}))},
		{what: "again, of what never was", call: begin(retry([]byte("x")))},
		{what: "get", call: in(nil, gets)},
		{what: "get after a rollback", call: in(nil, rollback, gets)},
		{what: "roll back twice", call: in(nil, rollback, rollback)},
		{what: "roll back after a commit", call: in(nil, commits(), rollback)},
		{what: "roll back what reads", call: in(readOnly(nil), rollback)},
		{what: "commit nothing", call: in(nil, commits())},
		{what: "commit", call: in(nil, gets, commits(set("a/1", nil)))},
		{what: "commit twice", call: in(nil, commits(), commits())},
		{what: "commit after a rollback", call: in(nil, rollback, commits())},
		{what: "commit what reads", call: in(readOnly(nil), commits())},
		{what: "write in what reads", call: in(readOnly(nil), commits(set("a/0", nil)))},
		{what: "commit after one that failed", call: in(nil, commits(set("a/9", nil).ifExists(true)), commits())},
		{what: "commit after one that was malformed", call: in(nil, commits(set("a", nil)), commits())},
		{what: "roll back nothing", call: func(ctx context.Context, s *server) ([]proto.Message, error) {
			return rollback(ctx, s, nil)
		}},
		{what: "roll back what never was", call: func(ctx context.Context, s *server) ([]proto.Message, error) {
			return rollback(ctx, s, []byte("x"))
		}},
		{what: "begin nowhere", call: func(ctx context.Context, s *server) ([]proto.Message, error) {
			return one(s.BeginTransaction(ctx, &pb.BeginTransactionRequest{Database: s.root}))
		}},
	})
}

func TestWriteStreams(t *testing.T) {
	t.Parallel()
	type request func(s *server, last *pb.WriteResponse) *pb.WriteRequest
	opens := func(change func(*pb.WriteRequest)) request {
		return func(s *server, _ *pb.WriteResponse) *pb.WriteRequest {
			r := &pb.WriteRequest{Database: s.database}
			change(r)
			return r
		}
	}
	open := opens(func(*pb.WriteRequest) {})
	sends := func(database string, writes ...write) request {
		return func(s *server, last *pb.WriteResponse) *pb.WriteRequest {
			return &pb.WriteRequest{Database: database, StreamToken: last.GetStreamToken(), Writes: s.writes(writes)}
		}
	}
	stream := func(requests ...request) call {
		return func(ctx context.Context, s *server) ([]proto.Message, error) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			stream, err := s.Write(metadata.AppendToOutgoingContext(ctx, "google-cloud-resource-prefix", s.database))
			if err != nil {
				return nil, err
			}
			var answers []proto.Message
			var last *pb.WriteResponse
			for _, request := range requests {
				if err := stream.Send(request(s, last)); err != nil && !errors.Is(err, io.EOF) {
					return nil, err
				}
				if last, err = stream.Recv(); err != nil {
					return nil, err
				}
				answers = append(answers, last)
			}
			return answers, stream.CloseSend()
		}
	}
	compare(t, both(t), owner, []comparison{
		{what: "writes", call: stream(open, sends("", set("w/1", nil)), sends("", set("w/1", nil), set("w/2", nil)))},
		{what: "no database", call: stream(opens(func(r *pb.WriteRequest) { r.Database = "" }))},
		{what: "writes at once", call: stream(opens(func(r *pb.WriteRequest) { r.Writes = []*pb.Write{{}} }))},
		{what: "a token at once", call: stream(opens(func(r *pb.WriteRequest) { r.StreamToken = []byte("x") }))},
		{what: "an id", call: stream(opens(func(r *pb.WriteRequest) { r.StreamId = "x" }))},
		{what: "labels", call: stream(opens(func(r *pb.WriteRequest) { r.Labels = map[string]string{"a": "b"} }))},
		{what: "another database later", call: stream(open, sends("projects/p/databases/d", set("w/1", nil)))},
		{what: "no writes later", call: stream(open, sends(""))},
		{what: "a write that fails", call: stream(open, sends("", set("w/9", nil).ifExists(true)))},
	})
}
