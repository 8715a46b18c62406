package query_test

import (
	"slices"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/query"
	. "github.com/parley-chat/parley/emulator/internal/query/querytest"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// FuzzCompile takes any message as a query: it is refused with one of three codes, or it runs.
func FuzzCompile(f *testing.F) {
	w := NewWorld(1, Database, 60)
	for range 30 {
		seed, err := proto.Marshal(w.Query())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(root, seed)
	}
	f.Add("", []byte{})
	f.Fuzz(func(t *testing.T, parent string, raw []byte) {
		structured := &pb.StructuredQuery{}
		if proto.Unmarshal(raw, structured) != nil {
			return
		}
		q, err := query.Compile(parent, structured)
		if err != nil {
			switch status.Code(err) {
			case codes.InvalidArgument, codes.FailedPrecondition, codes.Unimplemented:
				return
			default:
				t.Fatalf("code %s: %v", status.Code(err), err)
			}
		}
		if q.Canonical() == "" {
			t.Fatal("no text")
		}
		found := q.Run(slices.Values(w.Documents)).Documents
		for _, doc := range w.Documents {
			if _, ok := q.SortKey(doc); !ok && q.Matches(doc) {
				t.Fatalf("%v is found without what it is ordered by", doc)
			}
		}
		q.Index()
		if q.Compare(w.Documents[0], w.Documents[1]) == 0 {
			t.Fatal("two documents are equal")
		}
		if structured.GetLimit() != nil && len(found) > int(structured.GetLimit().GetValue()) {
			t.Fatalf("%d documents, limit %d", len(found), structured.GetLimit().GetValue())
		}
	})
}
