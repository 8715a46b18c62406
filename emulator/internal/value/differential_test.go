package value_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
	"github.com/parley-chat/parley/internal/firestoretest"
)

// The differential test is this many operations: a document written, then transformed.
const (
	differentialSeeds = 3
	operationsPerSeed = 120
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

// write sets doc and applies transforms in one commit. It returns what is stored and the transforms' results.
func (o official) write(doc *pb.Document, transforms []*FieldTransform) (*pb.Document, []*pb.Value, error) {
	database, _, _ := strings.Cut(doc.GetName(), "/documents/")
	response, err := o.client.Commit(o.ctx, &pb.CommitRequest{Database: database, Writes: []*pb.Write{
		{Operation: &pb.Write_Update{Update: doc}, UpdateTransforms: transforms},
	}})
	if err != nil {
		return nil, nil, err
	}
	stored, err := o.client.GetDocument(o.ctx, &pb.GetDocumentRequest{Name: doc.GetName()})
	return stored, response.GetWriteResults()[0].GetTransformResults(), err
}

// local does the same with this package.
func local(doc *pb.Document, transforms []*FieldTransform, now time.Time) (*pb.Document, []*pb.Value, error) {
	if err := value.ValidateContent(doc); err != nil {
		return nil, nil, err
	}
	stored := proto.CloneOf(doc)
	if stored.Fields == nil {
		stored.Fields = make(map[string]*pb.Value)
	}
	for name, v := range stored.GetFields() {
		stored.Fields[name] = value.Stored(v)
	}
	results, err := value.Transform(stored.GetFields(), transforms, now)
	if err != nil {
		return nil, nil, err
	}
	return stored, results, value.ValidateDocument(stored)
}

// writer makes random documents and transforms, some of which are refused.
type writer struct {
	Generator
	database string
}

func (w writer) document() *pb.Document {
	doc := &pb.Document{Name: w.database + "/documents/c/d", Fields: w.Fields(4, 3)}
	if w.Chance(10) {
		doc.Name = w.database + "/documents/" + w.OddPath()
	}
	if w.Chance(30) {
		name := Pick(w.Rand, "x", "x", "x", "", "__x__", "____", "_____", strings.Repeat("a", 1501), "a.b", "`")
		doc.Fields[name] = w.Odd()
	}
	return doc
}

// TestDifferential writes and transforms the same documents at the official emulator and here.
func TestDifferential(t *testing.T) {
	t.Parallel()
	o := connect(t)
	for seed := range uint64(differentialSeeds) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			database := "projects/" + firestoretest.Project(t) + "/databases/(default)"
			r := rand.New(rand.NewPCG(seed, 7))
			w := writer{Generator: Generator{Rand: r, Database: database}, database: database}
			refused := 0
			for operation := range operationsPerSeed {
				doc := w.document()
				var transforms []*FieldTransform
				for range w.Rand.IntN(3) {
					transforms = append(transforms, w.Transform())
				}
				refused += compareWrite(t, o, doc, transforms, fmt.Sprintf("seed %d operation %d", seed, operation))
			}
			if refused < operationsPerSeed/10 || refused > operationsPerSeed/2 {
				t.Errorf("%d of %d operations were refused: the generator is too tame or too wild", refused, operationsPerSeed)
			}
		})
	}
}

// compareWrite returns how many writes were refused by both: 0 or 1.
func compareWrite(t *testing.T, o official, doc *pb.Document, transforms []*FieldTransform, where string) int {
	t.Helper()
	want, wantResults, wantErr := o.write(doc, transforms)
	got, results, err := local(doc, transforms, time.Time{})
	if status.Code(err) != status.Code(wantErr) {
		t.Errorf("%s: %.200v, officially %.200v\n%.2000s\n%v", where, err, wantErr, prototext.Format(doc), transforms)
		return 0
	}
	if err != nil {
		return 1
	}
	want.CreateTime, want.UpdateTime = nil, nil
	if !proto.Equal(got, want) {
		t.Errorf("%s: stored\n%.2000v\nofficially\n%.2000v\ntransforms %v", where, got, want, transforms)
	}
	if !proto.Equal(Array(results...), Array(wantResults...)) {
		t.Errorf("%s: results %v, officially %v; transforms %v", where, results, wantResults, transforms)
	}
	return 0
}
