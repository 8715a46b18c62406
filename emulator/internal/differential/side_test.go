package differential_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/internal/firestoretest"
)

// callTimeout bounds a request. None takes as long unless something is broken.
const callTimeout = 30 * time.Second

// server is one of the two that are compared.
type server struct {
	official bool
	addr     string
	client   pb.FirestoreClient
}

// servers are ours, and the official one.
func servers(t *testing.T) [2]*server {
	t.Helper()
	ours, err := emulator.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ours.Close(); err != nil {
			t.Error(err)
		}
	})
	both := [2]*server{{addr: ours.Addr()}, {addr: firestoretest.Addr(t), official: true}}
	for _, s := range both {
		conn, err := grpc.NewClient(s.addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		s.client = pb.NewFirestoreClient(conn)
	}
	return both
}

// side is one run of a world's operations at one of the servers. It is owned by one goroutine.
type side struct {
	*server
	clock
	ctx      context.Context //nolint:containedctx // of the one run that owns the side
	database string
}

func newSide(ctx context.Context, s *server, project string) *side {
	return &side{
		server: s, ctx: ctx, database: "projects/" + project + "/databases/(default)",
		clock: newClock(),
	}
}

// caller is who makes a request: the administrator, nobody, or the user with that id.
type caller string

const (
	owner  caller = "owner"
	nobody caller = ""
	alice  caller = "alice"
	bob    caller = "bob"
)

// as is a context for requests of the caller.
func (s *side) as(c caller) context.Context {
	header := "Bearer owner"
	switch c {
	case owner:
	case nobody:
		return s.ctx
	default:
		part := func(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }
		claims := fmt.Sprintf(`{"sub":%q,"user_id":%[1]q,"level":2,"admin":%t,"iat":0,"exp":9999999999}`, c, c == bob)
		header = "Bearer " + part(`{"alg":"none","typ":"JWT"}`) + "." + part(claims) + "."
	}
	return metadata.AppendToOutgoingContext(s.ctx, "authorization", header)
}

// call sends a request and gives all that is answered.
func (s *side) call(c caller, request proto.Message) ([]proto.Message, error) {
	ctx, cancel := context.WithTimeout(s.as(c), callTimeout)
	defer cancel()
	switch r := request.(type) {
	case *pb.GetDocumentRequest:
		return one(s.client.GetDocument(ctx, r))
	case *pb.ListDocumentsRequest:
		r = proto.CloneOf(r)
		return pages(&r.PageToken, func() (*pb.ListDocumentsResponse, error) { return s.client.ListDocuments(ctx, r) })
	case *pb.ListCollectionIdsRequest:
		r = proto.CloneOf(r)
		return pages(&r.PageToken, func() (*pb.ListCollectionIdsResponse, error) {
			return s.client.ListCollectionIds(ctx, r)
		})
	case *pb.CreateDocumentRequest:
		return one(s.client.CreateDocument(ctx, r))
	case *pb.UpdateDocumentRequest:
		return one(s.client.UpdateDocument(ctx, r))
	case *pb.DeleteDocumentRequest:
		return one(s.client.DeleteDocument(ctx, r))
	case *pb.CommitRequest:
		return one(s.client.Commit(ctx, r))
	case *pb.BatchWriteRequest:
		return one(s.client.BatchWrite(ctx, r))
	case *pb.BeginTransactionRequest:
		return one(s.client.BeginTransaction(ctx, r))
	case *pb.RollbackRequest:
		return one(s.client.Rollback(ctx, r))
	case *pb.BatchGetDocumentsRequest:
		return all(s.client.BatchGetDocuments(ctx, r))
	case *pb.RunQueryRequest:
		return all(s.client.RunQuery(ctx, r))
	case *pb.RunAggregationQueryRequest:
		return all(s.client.RunAggregationQuery(ctx, r))
	}
	return nil, fmt.Errorf("there is no way to send a %T", request)
}

func one[T proto.Message](answer T, err error) ([]proto.Message, error) {
	if err != nil {
		return nil, err
	}
	return []proto.Message{answer}, nil
}

// all reads a stream of answers to its end. What came before an error counts as well.
func all[T proto.Message](stream interface{ Recv() (T, error) }, err error) ([]proto.Message, error) {
	var answers []proto.Message
	for err == nil {
		var answer T
		if answer, err = stream.Recv(); err == nil {
			answers = append(answers, answer)
		}
	}
	if errors.Is(err, io.EOF) {
		return answers, nil
	}
	return answers, err
}

// pages reads a list to its end and makes one answer of it: the official emulator has an empty page after a full one.
// token is where next reads which page it asks for.
func pages[T interface {
	proto.Message
	GetNextPageToken() string
}](token *string, next func() (T, error)) ([]proto.Message, error) {
	var whole proto.Message
	for n := 0; ; n++ {
		answer, err := next()
		if err != nil {
			return nil, err
		}
		if whole == nil {
			whole = answer
		} else {
			proto.Merge(whole, answer)
		}
		if answer.GetNextPageToken() == "" || n == 50 {
			return []proto.Message{whole}, nil
		}
		*token = answer.GetNextPageToken()
	}
}
