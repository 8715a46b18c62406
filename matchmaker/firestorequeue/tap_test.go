package firestorequeue

import (
	"context"
	"fmt"
	"sync"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// tap sits on the connection between a queue and Firestore. It counts what Firestore bills, and loses what
// the test tells it to.
type tap struct {
	mu    sync.Mutex
	count operations // guarded by mu
	rpcs  int        // guarded by mu
	lose  func(rpc int) loss
}

// loss is what happens to an RPC.
type loss int

const (
	nothingLost loss = iota
	requestLost      // Firestore never hears of it
	answerLost       // Firestore does it, and nobody hears of that
)

// operations are what Firestore bills, and the RPCs that carried them.
type operations struct {
	reads, writes, deletes int
	rpcs                   int
}

func (o operations) String() string {
	return fmt.Sprintf("%d reads, %d writes, %d deletes in %d RPCs", o.reads, o.writes, o.deletes, o.rpcs)
}

func (t *tap) dialOptions() []grpc.DialOption {
	return []grpc.DialOption{grpc.WithUnaryInterceptor(t.unary), grpc.WithStreamInterceptor(t.stream)}
}

// reset forgets what was counted and returns it.
func (t *tap) reset() operations {
	t.mu.Lock()
	defer t.mu.Unlock()
	count := t.count
	t.count = operations{}
	return count
}

// next counts an RPC and says what becomes of it.
func (t *tap) next() loss {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count.rpcs++
	t.rpcs++
	if t.lose == nil {
		return nothingLost
	}
	return t.lose(t.rpcs - 1)
}

var errLost = status.Error(codes.Unavailable, "lost by the test")

func (t *tap) unary(ctx context.Context, method string, request, answer any, conn *grpc.ClientConn,
	invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	fate := t.next()
	if fate == requestLost {
		return errLost
	}
	err := invoke(ctx, method, request, answer, conn, options...)
	if commit, ok := request.(*firestorepb.CommitRequest); ok && err == nil {
		t.mu.Lock()
		for _, write := range commit.GetWrites() {
			if write.GetDelete() != "" {
				t.count.deletes++
			} else {
				t.count.writes++
			}
		}
		t.mu.Unlock()
	}
	if fate == answerLost {
		return errLost
	}
	return err
}

func (t *tap) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string,
	open grpc.Streamer, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	if t.next() != nothingLost {
		return nil, errLost // a read that was done and one that was not are the same
	}
	s, err := open(ctx, desc, conn, method, options...)
	return &tappedStream{s, t}, err
}

// tappedStream counts the documents of a read.
type tappedStream struct {
	grpc.ClientStream
	tap *tap
}

func (s *tappedStream) SendMsg(message any) error {
	if read, ok := message.(*firestorepb.BatchGetDocumentsRequest); ok {
		s.tap.mu.Lock()
		s.tap.count.reads += len(read.GetDocuments())
		s.tap.mu.Unlock()
	}
	return s.ClientStream.SendMsg(message)
}
