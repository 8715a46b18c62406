package differential_test

import (
	"fmt"
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// fields are those of a document, few and small enough to be read often.
func (w *world) fields() map[string]*pb.Value {
	fields := w.Fields(4, 2)
	if w.Chance(40) {
		fields["n"] = w.Number()
	}
	if w.Chance(30) {
		fields["m"] = Map(w.Fields(3, 1))
	}
	return fields
}

// oddly adds a value at the edge to some writes. Only where it is written whole, and stays: see the package's doc.
func (w *world) oddly(write *pb.Write) {
	if fields := write.GetUpdate().GetFields(); fields != nil && write.GetUpdateMask() == nil && w.Chance(2) {
		fields[Pick(w.Rand, "x", "x", "__x__", "a.b")] = w.Odd()
	}
}

func (w *world) precondition(often int) *pb.Precondition {
	if !w.Chance(often) {
		return nil
	}
	switch w.Rand.IntN(5) {
	case 0:
		return &pb.Precondition{ConditionType: &pb.Precondition_Exists{Exists: false}}
	case 1, 2:
		return &pb.Precondition{ConditionType: &pb.Precondition_Exists{Exists: true}}
	default:
		n := Pick(w.Rand, 1, 1, 1, 1, 2, 99)
		return &pb.Precondition{ConditionType: &pb.Precondition_UpdateTime{UpdateTime: ago(n)}}
	}
}

// remember makes queries ask for what a document has now, as far as can be said.
func (w *world) remember(name string, fields map[string]*pb.Value) {
	i := slices.IndexFunc(w.Documents, func(d *pb.Document) bool { return d.GetName() == name })
	if i >= 0 && len(fields) > 0 {
		w.Documents[i] = &pb.Document{Name: name, Fields: fields}
	}
}

func (w *world) write() *pb.Write {
	name, fields := w.document(), w.fields()
	write := &pb.Write{CurrentDocument: w.precondition(6)}
	switch n := w.Rand.IntN(100); {
	case n < 40:
		write.Operation = &pb.Write_Update{Update: &pb.Document{Name: name, Fields: fields}}
		w.remember(name, fields)
	case n < 70:
		write.Operation = &pb.Write_Update{Update: &pb.Document{Name: name, Fields: fields}}
		write.UpdateMask = w.paths()
	case n < 85:
		write.Operation = &pb.Write_Delete{Delete: name}
		return write
	default:
		transform := &pb.DocumentTransform{Document: name}
		for range 1 + w.Rand.IntN(2) {
			transform.FieldTransforms = append(transform.FieldTransforms, w.transform())
		}
		write.Operation = &pb.Write_Transform{Transform: transform}
		return write
	}
	if w.Chance(25) {
		for range 1 + w.Rand.IntN(2) {
			write.UpdateTransforms = append(write.UpdateTransforms, w.transform())
		}
	}
	return write
}

// transform is a random one; the server's time goes into one field, by which nothing is ordered.
func (w *world) transform() *FieldTransform {
	if w.Chance(80) {
		return w.Transform()
	}
	t := ServerTime(pb.DocumentTransform_FieldTransform_REQUEST_TIME)
	t.FieldPath = Pick(w.Rand, "at", "at", "m.at", "deep.new.at")
	return t
}

func (w *world) writes() []*pb.Write {
	writes := make([]*pb.Write, Pick(w.Rand, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 8, 12))
	for i := range writes {
		writes[i] = w.write()
	}
	if len(writes) > 0 {
		w.oddly(writes[len(writes)-1])
	}
	return writes
}

func (w *world) commit() proto.Message {
	return &pb.CommitRequest{Database: w.database, Writes: w.writes()}
}

func (w *world) batchWrite() proto.Message {
	r := &pb.BatchWriteRequest{Database: w.database}
	seen := map[string]bool{}
	for range Pick(w.Rand, 0, 1, 5, 20, 20, 30) {
		one := w.write()
		w.oddly(one)
		if name := nameOf(one); !seen[name] || w.Chance(1) && len(seen) < 5 {
			seen[name] = true
			r.Writes = append(r.Writes, one)
		}
	}
	return r
}

func (w *world) create() proto.Message {
	id := Pick(w.Rand, "d", "e", "new", "n03", fmt.Sprintf("m%d", w.Rand.IntN(20)), "__id9__", ".", "a/b")
	return &pb.CreateDocumentRequest{
		Parent: w.Parent(), CollectionId: w.collection(), DocumentId: id, Mask: w.mask(),
		Document: &pb.Document{Fields: w.fields()},
	}
}

func (w *world) update() proto.Message {
	r := &pb.UpdateDocumentRequest{
		Document: &pb.Document{Name: w.document(), Fields: w.fields()}, Mask: w.mask(), CurrentDocument: w.precondition(15),
	}
	if w.Chance(60) {
		r.UpdateMask = w.paths()
	}
	return r
}

func (w *world) delete() proto.Message {
	return &pb.DeleteDocumentRequest{Name: w.document(), CurrentDocument: w.precondition(25)}
}
