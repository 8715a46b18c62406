package differential_test

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// mask is the fields of an answer, mostly all.
func (w *world) mask() *pb.DocumentMask {
	if w.Chance(75) {
		return nil
	}
	return w.paths()
}

func (w *world) collection() string {
	return Pick(w.Rand, "c", "c", "c", "c", "e", "x", "none", "", "__x__", "c/d")
}

func (w *world) get() proto.Message {
	return &pb.GetDocumentRequest{Name: w.document(), Mask: w.mask()}
}

func (w *world) batchGet() proto.Message {
	r := &pb.BatchGetDocumentsRequest{Database: w.database, Mask: w.mask()}
	for range Pick(w.Rand, 0, 1, 2, 5, 12, 20) {
		r.Documents = append(r.Documents, w.document())
	}
	return r
}

func (w *world) list() proto.Message {
	collection := w.collection()
	if w.ruled && collection == "" {
		collection = "c" // as in named
	}
	return &pb.ListDocumentsRequest{
		Parent: w.Parent(), CollectionId: collection, Mask: w.mask(), PageSize: Pick[int32](w.Rand, 0, 0, 5, 10, 1000),
	}
}

func (w *world) collections() proto.Message {
	return &pb.ListCollectionIdsRequest{
		Parent: Pick(w.Rand, w.Root, w.Root, w.document(), w.Root+"/c/d"), PageSize: Pick[int32](w.Rand, 0, 1, 2, 100),
	}
}

func (w *world) runQuery() proto.Message {
	return &pb.RunQueryRequest{
		Parent: w.Parent(), QueryType: &pb.RunQueryRequest_StructuredQuery{StructuredQuery: w.query()},
	}
}

// query is a random one that servers answer without much ado.
func (w *world) query() *pb.StructuredQuery {
	q := w.Query()
	if w.Chance(40) {
		q.Where = nil
	}
	return w.named(q)
}

// named makes sure that a client asks for a collection: see the package's doc.
func (w *world) named(q *pb.StructuredQuery) *pb.StructuredQuery {
	if from := q.GetFrom()[0]; w.ruled && from.GetCollectionId() == "" {
		from.CollectionId = "c"
	}
	return q
}

func (w *world) aggregate() proto.Message {
	a := &pb.RunAggregationQueryRequest_StructuredAggregationQuery{StructuredAggregationQuery: w.Aggregation()}
	w.named(a.StructuredAggregationQuery.GetStructuredQuery())
	return &pb.RunAggregationQueryRequest{Parent: w.Parent(), QueryType: a}
}

// target is what somebody may listen to. A query names a collection: see the package's doc.
func (w *world) target(id int) *pb.Target {
	t := &pb.Target{TargetId: int32(id)}
	if w.Chance(30) {
		names := make([]string, Pick(w.Rand, 1, 1, 2, 4))
		for i := range names {
			names[i] = w.document()
		}
		t.TargetType = &pb.Target_Documents{Documents: &pb.Target_DocumentsTarget{Documents: names}}
		return t
	}
	q := w.query()
	if from := q.GetFrom()[0]; from.GetCollectionId() == "" {
		from.CollectionId = "c"
	}
	t.TargetType = &pb.Target_Query{Query: &pb.Target_QueryTarget{
		Parent: w.Parent(), QueryType: &pb.Target_QueryTarget_StructuredQuery{StructuredQuery: q},
	}}
	return t
}

// listen is somebody who listens while documents change. A client has one target, since with one that is refused the
// official emulator ends the stream.
func (w *world) listen() operation {
	l := listening{as: w.caller()}
	targets := 1
	if l.as == owner {
		targets = Pick(w.Rand, 1, 2, 3)
	}
	for i := range targets {
		l.targets = append(l.targets, w.target(i+1))
	}
	for range 1 + w.Rand.IntN(4) {
		change := Pick(w.Rand, w.commit, w.commit, w.commit, w.batchWrite, w.update, w.delete)
		l.steps = append(l.steps, step{request: request{w.caller(), change()}, unheard: w.Chance(25)})
	}
	return l
}
