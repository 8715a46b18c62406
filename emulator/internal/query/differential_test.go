package query_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/query"
	. "github.com/parley-chat/parley/emulator/internal/query/querytest"
	"github.com/parley-chat/parley/emulator/internal/value"
	"github.com/parley-chat/parley/internal/firestoretest"
)

// The differential test is this many operations, over worlds of different seeds.
const (
	worlds             = 6
	operationsPerWorld = 150
)

// official is the official emulator, as its administrator.
type official struct {
	client pb.FirestoreClient
	ctx    context.Context //nolint:containedctx // of the one test that uses it, with the administrator's header
}

func connect(t *testing.T) official {
	t.Helper()
	conn, err := grpc.NewClient(firestoretest.Addr(t), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer owner")
	return official{client: pb.NewFirestoreClient(conn), ctx: ctx}
}

func (o official) write(t *testing.T, database string, documents []*pb.Document) {
	t.Helper()
	request := &pb.CommitRequest{Database: database}
	for _, doc := range documents {
		request.Writes = append(request.Writes, &pb.Write{Operation: &pb.Write_Update{Update: doc}})
	}
	if _, err := o.client.Commit(o.ctx, request); err != nil {
		t.Fatal(err)
	}
}

func (o official) run(parent string, q *pb.StructuredQuery) ([]*pb.Document, error) {
	stream, err := o.client.RunQuery(o.ctx, &pb.RunQueryRequest{
		Parent: parent, QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: q},
	})
	if err != nil {
		return nil, err
	}
	var documents []*pb.Document
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		if doc := response.GetDocument(); doc != nil {
			doc.CreateTime, doc.UpdateTime = nil, nil
			documents = append(documents, doc)
		}
	}
}

func (o official) aggregate(parent string, a *pb.StructuredAggregationQuery) (map[string]*pb.Value, error) {
	stream, err := o.client.RunAggregationQuery(o.ctx, &pb.RunAggregationQueryRequest{
		Parent:    parent,
		QueryType: &pb.RunAggregationQueryRequest_StructuredAggregationQuery{StructuredAggregationQuery: a},
	})
	if err != nil {
		return nil, err
	}
	response, err := stream.Recv()
	return response.GetResult().GetAggregateFields(), err
}

// TestDifferential sends the same random queries to the official emulator and to this package.
func TestDifferential(t *testing.T) {
	t.Parallel()
	o := connect(t)
	for seed := range uint64(worlds) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			database := "projects/" + firestoretest.Project(t) + "/databases/(default)"
			w := NewWorld(seed, database, 60)
			o.write(t, database, w.Documents)
			checkStored(t, o, w)
			refused := 0
			for operation := range operationsPerWorld {
				where := fmt.Sprintf("seed %d operation %d", seed, operation)
				if w.Chance(20) {
					refused += compareAggregation(t, o, w, where)
				} else {
					refused += compareQuery(t, o, w, where)
				}
			}
			if refused*2 > operationsPerWorld {
				t.Errorf("%d of %d operations were refused: the generator is too wild", refused, operationsPerWorld)
			}
		})
	}
}

// checkStored compares all documents, and makes the world's what the official emulator keeps.
func checkStored(t *testing.T, o official, w *World) {
	t.Helper()
	got, err := o.run(w.Root, &pb.StructuredQuery{From: []*pb.StructuredQuery_CollectionSelector{{AllDescendants: true}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range w.Documents {
		for name, v := range doc.GetFields() {
			doc.Fields[name] = value.Stored(v)
		}
	}
	slices.SortFunc(w.Documents, func(a, b *pb.Document) int { return value.CompareNames(a.GetName(), b.GetName()) })
	if !slices.EqualFunc(got, w.Documents, func(a, b *pb.Document) bool { return proto.Equal(a, b) }) {
		t.Fatalf("stored:\n%s\nwant:\n%s", text(got), text(w.Documents))
	}
}

// compareQuery returns how many queries were refused by both: 0 or 1.
func compareQuery(t *testing.T, o official, w *World, where string) int {
	t.Helper()
	parent, structured := w.Parent(), w.Query()
	want, wantErr := o.run(parent, structured)
	var got []*pb.Document
	q, err := query.Compile(parent, structured)
	if err == nil {
		got = q.Run(slices.Values(w.Shuffled())).Documents
	}
	switch {
	case status.Code(err) != status.Code(wantErr):
		t.Errorf("%s: %v, officially %v\n%s", where, err, wantErr, prototext.Format(structured))
	case err != nil:
		return 1
	case !slices.EqualFunc(got, want, func(a, b *pb.Document) bool { return proto.Equal(a, b) }):
		t.Errorf("%s: found\n%s\nofficially\n%s\nquery below %s\n%s", where, text(got), text(want), parent,
			prototext.Format(structured))
	}
	return 0
}

// compareAggregation is as compareQuery.
func compareAggregation(t *testing.T, o official, w *World, where string) int {
	t.Helper()
	parent, structured := w.Parent(), w.Aggregation()
	want, wantErr := o.aggregate(parent, structured)
	var got map[string]*pb.Value
	a, err := query.CompileAggregation(parent, structured)
	if err == nil {
		got = a.Run(slices.Values(w.Shuffled()))
	}
	if status.Code(err) != status.Code(wantErr) {
		t.Errorf("%s: %v, officially %v\n%s", where, err, wantErr, prototext.Format(structured))
		return 0
	}
	if status.Code(err) != codes.OK {
		return 1
	}
	for _, aggregation := range structured.GetAggregations() {
		alias := aggregation.GetAlias()
		v := want[alias]
		if !alike(got[alias], v, magnitude(w, aggregation)) {
			t.Errorf("%s: %s is %v, officially %v\nquery below %s\n%s", where, alias, got[alias], v, parent,
				prototext.Format(structured))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d values, officially %d", where, len(got), len(want))
	}
	return 0
}

// alike lets the sum or average of doubles differ by what rounding can do, since the official one depends on
// the order of documents. magnitude is the sum of the absolute values.
func alike(got, want *pb.Value, magnitude float64) bool {
	if proto.Equal(got, want) {
		return true
	}
	_, gotDouble := got.GetValueType().(*pb.Value_DoubleValue)
	_, wantDouble := want.GetValueType().(*pb.Value_DoubleValue)
	if !gotDouble || !wantDouble {
		return false
	}
	// Where the magnitude is no double, another order can give an infinity on the way, and then NaN.
	return math.IsInf(magnitude, 1) || math.Abs(got.GetDoubleValue()-want.GetDoubleValue()) <= 1e-13*magnitude
}

// magnitude is the sum of the absolute values of the doubles that an aggregation can meet.
func magnitude(w *World, aggregation *pb.StructuredAggregationQuery_Aggregation) float64 {
	name := cmp.Or(aggregation.GetSum().GetField().GetFieldPath(), aggregation.GetAvg().GetField().GetFieldPath())
	path, err := value.ParseFieldPath(name)
	if err != nil {
		return 0 // a count
	}
	sum := 0.0
	for _, doc := range w.Documents {
		if number := math.Abs(value.AsDouble(path.Get(doc.GetFields()))); !math.IsNaN(number) && number <= math.MaxFloat64 {
			sum += number
		}
	}
	return sum
}

func text(documents []*pb.Document) string {
	var all string
	for _, doc := range documents {
		all += doc.String() + "\n"
	}
	return all
}
