package service_test

import (
	"context"
	"io"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/emulator/internal/guard"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// stream is both ends of a stream that the client has said everything on.
type stream[Request, Response any] struct {
	grpc.ServerStream

	ctx      context.Context //nolint:containedctx // it is the stream's
	requests []*Request
}

func (s *stream[Request, Response]) Context() context.Context { return s.ctx }

func (s *stream[Request, Response]) Send(*Response) error { return nil }

func (s *stream[Request, Response]) Recv() (*Request, error) {
	if len(s.requests) == 0 {
		return nil, io.EOF
	}
	next := s.requests[0]
	s.requests = s.requests[1:]
	return next, nil
}

// unary reads a request and makes a call.
func unary[R any, P interface {
	*R
	proto.Message
}, A any](method func(context.Context, P) (A, error)) func(context.Context, []byte) error {
	return func(ctx context.Context, raw []byte) error {
		r := P(new(R))
		if err := proto.Unmarshal(raw, r); err != nil {
			return err
		}
		_, err := method(ctx, r)
		return err
	}
}

// methods are all methods of the API.
func methods(s *service.Service) []func(context.Context, []byte) error {
	return []func(context.Context, []byte) error{
		unary(s.GetDocument), unary(s.ListDocuments), unary(s.CreateDocument), unary(s.UpdateDocument),
		unary(s.DeleteDocument), unary(s.BeginTransaction), unary(s.Commit), unary(s.Rollback), unary(s.BatchWrite),
		unary(s.ListCollectionIds), unary(s.PartitionQuery),
		unary(func(ctx context.Context, r *pb.BatchGetDocumentsRequest) (any, error) {
			return nil, s.BatchGetDocuments(r, &stream[any, pb.BatchGetDocumentsResponse]{ctx: ctx})
		}),
		unary(func(ctx context.Context, r *pb.RunQueryRequest) (any, error) {
			return nil, s.RunQuery(r, &stream[any, pb.RunQueryResponse]{ctx: ctx})
		}),
		unary(func(ctx context.Context, r *pb.RunAggregationQueryRequest) (any, error) {
			return nil, s.RunAggregationQuery(r, &stream[any, pb.RunAggregationQueryResponse]{ctx: ctx})
		}),
		unary(func(ctx context.Context, r *pb.WriteRequest) (any, error) {
			first := &pb.WriteRequest{Database: fuzzDatabase}
			both := []*pb.WriteRequest{first, r}
			return nil, s.Write(&stream[pb.WriteRequest, pb.WriteResponse]{ctx: ctx, requests: both})
		}),
		unary(func(ctx context.Context, r *pb.ListenRequest) (any, error) {
			return nil, s.Listen(&stream[pb.ListenRequest, pb.ListenResponse]{ctx: ctx, requests: []*pb.ListenRequest{r}})
		}),
	}
}

const (
	fuzzDatabase = "projects/demo-fuzz/databases/(default)"
	fuzzRoot     = fuzzDatabase + "/documents"
)

// fuzzSeeds are requests to begin with: the number of the method, and the request.
func fuzzSeeds() map[int]proto.Message {
	group := &pb.StructuredQuery_CollectionSelector{CollectionId: "a", AllDescendants: true}
	query := &pb.StructuredQuery{From: []*pb.StructuredQuery_CollectionSelector{group}}
	named := &pb.Target_Documents{Documents: &pb.Target_DocumentsTarget{Documents: []string{fuzzRoot + "/a"}}}
	remove := &pb.Write{Operation: &pb.Write_Delete{Delete: fuzzRoot + "/a/1"}}
	at := &timestamppb.Timestamp{Seconds: 1, Nanos: 1}
	update := &pb.Write{
		Operation:  &pb.Write_Update{Update: &pb.Document{Name: fuzzRoot + "/a/1", Fields: fields{"n": Int(1)}}},
		UpdateMask: mask("n", "m.x"), UpdateTransforms: increments("k"), CurrentDocument: whether(true),
	}
	return map[int]proto.Message{
		0: &pb.GetDocumentRequest{
			Name: fuzzRoot + "/a/1", Mask: mask("n"), ConsistencySelector: &pb.GetDocumentRequest_ReadTime{ReadTime: at},
		},
		1: &pb.ListDocumentsRequest{
			Parent: fuzzRoot, CollectionId: "a", OrderBy: "`n` desc, m", PageSize: 1, PageToken: "YWJj", ShowMissing: true,
		},
		2: &pb.CreateDocumentRequest{Parent: fuzzRoot, CollectionId: "a", Document: update.GetUpdate()},
		3: &pb.UpdateDocumentRequest{Document: update.GetUpdate(), UpdateMask: mask("n"), Mask: mask("n")},
		4: &pb.DeleteDocumentRequest{Name: fuzzRoot + "/a/1", CurrentDocument: whether(true)},
		5: &pb.BeginTransactionRequest{Database: fuzzDatabase, Options: &pb.TransactionOptions{}},
		6: &pb.CommitRequest{Database: fuzzDatabase, Writes: []*pb.Write{update, remove}},
		7: &pb.RollbackRequest{Database: fuzzDatabase, Transaction: []byte("0123456789abcdef")},
		8: &pb.BatchWriteRequest{Database: fuzzDatabase, Writes: []*pb.Write{update}},
		9: &pb.ListCollectionIdsRequest{Parent: fuzzRoot, PageSize: 1},
		10: &pb.PartitionQueryRequest{
			Parent: fuzzRoot, PartitionCount: 2, QueryType: &pb.PartitionQueryRequest_StructuredQuery{StructuredQuery: query},
		},
		11: &pb.BatchGetDocumentsRequest{Database: fuzzDatabase, Documents: []string{fuzzRoot + "/a/1"}},
		12: &pb.RunQueryRequest{Parent: fuzzRoot, QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: query}},
		13: &pb.RunAggregationQueryRequest{
			Parent: fuzzRoot,
			QueryType: &pb.RunAggregationQueryRequest_StructuredAggregationQuery{
				StructuredAggregationQuery: &pb.StructuredAggregationQuery{
					QueryType: &pb.StructuredAggregationQuery_StructuredQuery{StructuredQuery: query},
				},
			},
		},
		14: &pb.WriteRequest{Writes: []*pb.Write{update}},
		15: &pb.ListenRequest{Database: fuzzDatabase, TargetChange: &pb.ListenRequest_AddTarget{AddTarget: &pb.Target{
			TargetId: 2, TargetType: named,
		}}},
	}
}

// Whatever bytes a client sends as a request, it gets an answer: as an administrator, and as somebody.
func FuzzRequests(f *testing.F) {
	rights := guard.New(nil)
	if err := rights.SetDefault([]byte(openRules)); err != nil {
		f.Fatal(err)
	}
	// A commit never waits long for transactions that earlier inputs have left.
	s := service.New(&service.Options{Guard: rights, Store: &store.Options{Wait: time.Millisecond}})
	f.Cleanup(s.Close)
	all := methods(s)
	for method, request := range fuzzSeeds() {
		raw, err := proto.Marshal(request)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(method), true, raw)
		f.Add(byte(method), false, raw)
	}
	f.Fuzz(func(t *testing.T, method byte, admin bool, raw []byte) {
		ctx := service.WithCaller(t.Context(), service.Caller{Admin: admin, Claims: map[string]any{"sub": "ann"}})
		_ = all[int(method)%len(all)](ctx, raw)
	})
}
