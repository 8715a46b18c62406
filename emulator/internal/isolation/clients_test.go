package isolation_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/firestore"
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/api/option"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/query/querytest"
	"github.com/parley-chat/parley/emulator/internal/sdktest"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// scene is one database, and what its clients did in it. It is safe for concurrent use.
type scene struct {
	raw      pb.FirestoreClient
	sdk      *firestore.Client
	database string
	lossy    bool // answers can be lost
	clock    atomic.Int64
	fresh    atomic.Int64 // values, each of which is written once

	mu      sync.Mutex
	history []*operation // guarded by mu
	lost    int          // guarded by mu: how many have no answer
}

// newScene connects to an emulator, to a database of that project.
func newScene(t *testing.T, addr, project string) *scene {
	t.Helper()
	conn := sdktest.Conn(t, addr, sdktest.Owner)
	sdk, err := firestore.NewClient(t.Context(), project, option.WithGRPCConn(conn))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sdk.Close() }) // and the connection
	return &scene{
		raw: pb.NewFirestoreClient(conn), sdk: sdk, database: "projects/" + project + "/databases/(default)",
	}
}

func (s *scene) name(i int) string { return fmt.Sprintf("%s/documents/d/%d", s.database, i) }

func (s *scene) ref(i int) *firestore.DocumentRef { return s.sdk.Doc(fmt.Sprint("d/", i)) }

func (s *scene) begin() *operation { return &operation{began: int(s.clock.Add(1))} }

// end notes an operation, unless it was refused.
func (s *scene) end(t *testing.T, o *operation, err error) {
	o.answered = int(s.clock.Add(1))
	switch status.Code(err) {
	case codes.OK:
	case codes.Aborted, codes.FailedPrecondition:
		return
	case codes.Unavailable:
		if !s.lossy {
			t.Error(err)
		}
		o.answered = never
	default:
		t.Error(err)
		return
	}
	s.note(o)
}

// note adds to the history, but not what had no answer and no effect.
func (s *scene) note(o *operation) {
	if o.answered == never && len(o.wrote)+len(o.added) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history = append(s.history, o)
	if o.answered == never {
		s.lost++
	}
}

// value is one that is never written again, high or low.
func (s *scene) value(dice *rand.Rand) int64 {
	v := s.fresh.Add(1) * 10_000 // increments do not bring one to the other
	if dice.IntN(2) == 0 {
		return -v
	}
	return v
}

// transaction is one of Google's client: it reads, asks, and writes what it has to.
func (s *scene) transaction(t *testing.T, dice *rand.Rand) {
	picks, asks := dice.Perm(documents)[:1+dice.IntN(3)], dice.IntN(2) == 0
	writes := dice.Perm(documents)[:dice.IntN(3)]
	o := s.begin()
	err := s.sdk.RunTransaction(t.Context(), func(_ context.Context, tx *firestore.Transaction) error {
		s.perhaps(o)
		o.read, o.wrote, o.queried = map[int]int64{}, map[int]int64{}, asks
		for _, i := range picks {
			v, err := valueOf(tx.Get(s.ref(i)))
			if err != nil {
				return err
			}
			o.read[i] = v
		}
		if asks {
			var err error
			if o.found, err = maskOf(tx.Documents(s.sdk.Collection("d").Where("n", ">=", high)).GetAll()); err != nil {
				return err
			}
		}
		for _, i := range writes {
			o.wrote[i] = s.value(dice)
			if dice.IntN(5) == 0 {
				o.wrote[i] = absent
			}
			if err := write(tx, s.ref(i), o.wrote[i]); err != nil {
				return err
			}
		}
		return nil
	}, firestore.MaxAttempts(2))
	if c := status.Code(err); s.lossy && (c == codes.Aborted || c == codes.InvalidArgument) {
		s.perhaps(o)
		return
	}
	s.end(t, o, err)
}

// perhaps notes an attempt of a transaction that was given up: when an answer is lost, the client asks again by itself,
// and what it hears then (ABORTED, or that the transaction has ended) does not say what became of the first.
func (s *scene) perhaps(o *operation) {
	if s.lossy {
		s.note(&operation{
			began: o.began, answered: never, read: o.read, queried: o.queried, found: o.found, wrote: o.wrote,
		})
	}
}

func write(tx *firestore.Transaction, doc *firestore.DocumentRef, v int64) error {
	if v == absent {
		return tx.Delete(doc)
	}
	return tx.Set(doc, map[string]any{"n": v})
}

func valueOf(found *firestore.DocumentSnapshot, err error) (int64, error) {
	if status.Code(err) == codes.NotFound {
		return absent, nil
	}
	if err != nil {
		return 0, err
	}
	v, _ := found.Data()["n"].(int64)
	return v, nil
}

func maskOf(found []*firestore.DocumentSnapshot, err error) (int, error) {
	mask := 0
	for _, d := range found {
		mask |= 1 << (d.Ref.ID[0] - '0')
	}
	return mask, err
}

// get is a single read.
func (s *scene) get(t *testing.T, i int) (v int64, version *pb.Document) {
	o := s.begin()
	d, err := s.raw.GetDocument(t.Context(), &pb.GetDocumentRequest{Name: s.name(i)})
	o.read = map[int]int64{i: d.GetFields()["n"].GetIntegerValue()}
	if status.Code(err) == codes.NotFound {
		o.read[i], err = absent, nil
	}
	s.end(t, o, err)
	return o.read[i], d
}

// optimistic is a transaction as browsers have them: what it writes must still be as it was read.
func (s *scene) optimistic(t *testing.T, dice *rand.Rand) {
	o := s.begin()
	o.read, o.wrote = map[int]int64{}, map[int]int64{}
	request := &pb.CommitRequest{Database: s.database}
	for _, i := range dice.Perm(documents)[:1+dice.IntN(2)] {
		v, d := s.get(t, i)
		o.read[i], o.wrote[i] = v, s.value(dice)
		w := s.set(i, o.wrote[i])
		w.CurrentDocument = &pb.Precondition{ConditionType: &pb.Precondition_Exists{}}
		if d != nil {
			w.CurrentDocument.ConditionType = &pb.Precondition_UpdateTime{UpdateTime: d.GetUpdateTime()}
		}
		request.Writes = append(request.Writes, w)
	}
	_, err := s.raw.Commit(t.Context(), request)
	if c := status.Code(err); c == codes.AlreadyExists || c == codes.NotFound {
		return // somebody was faster
	}
	s.end(t, o, err)
}

func (s *scene) set(i int, v int64) *pb.Write {
	return &pb.Write{Operation: &pb.Write_Update{
		Update: &pb.Document{Name: s.name(i), Fields: map[string]*pb.Value{"n": Int(v)}},
	}}
}

// increment adds blindly, to two documents in one commit.
func (s *scene) increment(t *testing.T, dice *rand.Rand) {
	o := s.begin()
	o.added = map[int]int64{}
	request := &pb.CommitRequest{Database: s.database}
	for _, i := range dice.Perm(documents)[:2] {
		o.added[i] = 1
		add := Increment(Int(1))
		add.FieldPath = "n"
		request.Writes = append(request.Writes, &pb.Write{Operation: &pb.Write_Transform{
			Transform: &pb.DocumentTransform{Document: s.name(i), FieldTransforms: []*FieldTransform{add}},
		}})
	}
	_, err := s.raw.Commit(t.Context(), request)
	s.end(t, o, err)
}

// batch writes two documents, each by itself.
func (s *scene) batch(t *testing.T, dice *rand.Rand) {
	request := &pb.BatchWriteRequest{Database: s.database}
	var each []*operation
	for _, i := range dice.Perm(documents)[:2] {
		o := s.begin()
		o.wrote = map[int]int64{i: s.value(dice)}
		each = append(each, o)
		request.Writes = append(request.Writes, s.set(i, o.wrote[i]))
	}
	answer, err := s.raw.BatchWrite(t.Context(), request)
	for n, o := range each {
		if err == nil {
			s.end(t, o, status.FromProto(answer.GetStatus()[n]).Err())
		} else {
			s.end(t, o, err)
		}
	}
}

// query asks for the high documents, without a transaction.
func (s *scene) query(t *testing.T) {
	o := s.begin()
	o.queried = true
	stream, err := s.raw.RunQuery(t.Context(), &pb.RunQueryRequest{
		Parent: s.database + "/documents",
		QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: &pb.StructuredQuery{
			From:  []*pb.StructuredQuery_CollectionSelector{{CollectionId: "d"}},
			Where: querytest.Compare("n", pb.StructuredQuery_FieldFilter_GREATER_THAN_OR_EQUAL, Int(high)),
		}},
	})
	for err == nil {
		var answer *pb.RunQueryResponse
		if answer, err = stream.Recv(); answer.GetDocument() != nil {
			name := answer.GetDocument().GetName()
			o.found |= 1 << (name[len(name)-1] - '0')
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	s.end(t, o, err)
}
