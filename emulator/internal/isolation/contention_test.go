package isolation_test

import (
	"context"
	"sync"
	"testing"

	"cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Sixteen clients read one document and write what they have read and one more: none is lost.
func TestNoUpdateIsLost(t *testing.T) {
	t.Parallel()
	s := newScene(t, start(t).Addr(), "demo-counter")
	const contenders, each = 16, 1
	var all sync.WaitGroup
	for range contenders {
		all.Go(func() {
			for done := 0; done < each; {
				err := s.sdk.RunTransaction(t.Context(), func(_ context.Context, tx *firestore.Transaction) error {
					n, err := valueOf(tx.Get(s.ref(0)))
					if err != nil {
						return err
					}
					return tx.Set(s.ref(0), map[string]any{"n": max(n, 0) + 1})
				})
				switch status.Code(err) {
				case codes.OK:
					done++
				case codes.Aborted: // once more
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if n, _ := s.get(t, 0); n != contenders*each {
		t.Errorf("counted %d, want %d", n, contenders*each)
	}
}

// Two transactions that have read what the other is to write: both come to an end, and one of them succeeds.
func TestADeadlockEnds(t *testing.T) {
	t.Parallel()
	s := newScene(t, start(t).Addr(), "demo-deadlock")
	begin := func() []byte {
		begun, err := s.raw.BeginTransaction(t.Context(), &pb.BeginTransactionRequest{Database: s.database})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			in := &pb.GetDocumentRequest_Transaction{Transaction: begun.GetTransaction()}
			_, err := s.raw.GetDocument(t.Context(), &pb.GetDocumentRequest{Name: s.name(i), ConsistencySelector: in})
			if err != nil && status.Code(err) != codes.NotFound {
				t.Fatal(err)
			}
		}
		return begun.GetTransaction()
	}
	for range 20 {
		transactions := [2][]byte{begin(), begin()}
		var ended [2]codes.Code
		var both sync.WaitGroup
		for i, id := range transactions {
			both.Go(func() {
				_, err := s.raw.Commit(t.Context(), &pb.CommitRequest{
					Database: s.database, Transaction: id,
					Writes: []*pb.Write{s.set(i, s.fresh.Add(1))},
				})
				ended[i] = status.Code(err)
			})
		}
		both.Wait()
		if ended != [2]codes.Code{codes.OK, codes.Aborted} && ended != [2]codes.Code{codes.Aborted, codes.OK} {
			t.Errorf("ended with %v", ended)
		}
	}
}
