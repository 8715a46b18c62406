package differential_test

import (
	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/query/querytest"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// world makes the operations of a seed. Nothing that a server answers goes into them.
type world struct {
	*querytest.World
	database string
	ruled    bool // clients are asked about; without, everybody is the administrator
}

// sizes of a world
const (
	othersPerWorld   = 14
	requestsPerWorld = 90
)

// generate gives the operations of a seed in a project.
func generate(seed uint64, project string) []operation {
	database := "projects/" + project + "/databases/(default)"
	w := &world{
		World: querytest.NewWorld(seed, database, othersPerWorld), database: database, ruled: ruled(seed),
	}
	var fill []*pb.Write
	for _, d := range w.Documents {
		if len(fill) == 0 || w.Chance(80) {
			fill = append(fill, &pb.Write{Operation: &pb.Write_Update{Update: proto.CloneOf(d)}})
		}
	}
	operations := []operation{request{owner, &pb.CommitRequest{Database: database, Writes: fill}}}
	for len(operations) < requestsPerWorld {
		operations = append(operations, w.operation())
	}
	return operations
}

func (w *world) caller() caller {
	if !w.ruled {
		return owner
	}
	return Pick(w.Rand, owner, nobody, alice, alice, alice, bob)
}

// operation is a random one; the numbers are how often of a hundred.
func (w *world) operation() operation {
	kinds := []struct {
		often int
		make  func() proto.Message
	}{
		{31, w.commit},
		{9, w.batchWrite},
		{4, w.create},
		{5, w.update},
		{3, w.delete},
		{5, w.get},
		{8, w.batchGet},
		{4, w.list},
		{2, w.collections},
		{17, w.runQuery},
		{5, w.aggregate},
	}
	n := w.Rand.IntN(100)
	for _, kind := range kinds {
		if n -= kind.often; n < 0 {
			return request{w.caller(), kind.make()}
		}
	}
	if w.Chance(40) {
		return w.listen()
	}
	return w.transaction()
}

// document is a name, mostly of a document that was there once.
func (w *world) document() string {
	switch n := w.Rand.IntN(100); {
	case n < 2:
		path := w.OddPath()
		for len(path) > 100 { // see the package's doc
			path = w.OddPath()
		}
		return w.Root + "/" + path
	case n < 8:
		return w.Root + "/" + Pick(w.Rand, "c/new", "x/y/c/z", "c/d/e/g", "x/y/e/é", "c/new/e/a")
	default:
		return w.Documents[w.Rand.IntN(len(w.Documents))].GetName()
	}
}

// paths are some fields, which may be in each other's way.
func (w *world) paths() *pb.DocumentMask {
	mask := &pb.DocumentMask{}
	for range w.Rand.IntN(4) {
		mask.FieldPaths = append(mask.FieldPaths, Pick(w.Rand,
			"a", "b", "c", "n", "m", "m.a", "m.b", "m.a.b", "`a b`", "m.`a b`", "`é`", "_", "missing", "missing.deep", "at"))
	}
	if w.Chance(2) {
		mask.FieldPaths = append(mask.FieldPaths, Pick(w.Rand, "", "a..b", "1", "`", "__name__", "a.", "m.1", "*"))
	}
	return mask
}

// transaction reads, and then writes or gives up.
func (w *world) transaction() operation {
	t := transaction{as: w.caller()}
	if w.Chance(20) {
		t.options = &pb.TransactionOptions{Mode: &pb.TransactionOptions_ReadOnly_{
			ReadOnly: &pb.TransactionOptions_ReadOnly{},
		}}
	} else if w.Chance(50) {
		t.options = &pb.TransactionOptions{Mode: &pb.TransactionOptions_ReadWrite_{
			ReadWrite: &pb.TransactionOptions_ReadWrite{},
		}}
	}
	for range w.Rand.IntN(4) {
		read := Pick(w.Rand, w.get, w.get, w.batchGet, w.runQuery, w.aggregate)
		t.steps = append(t.steps, read())
	}
	if len(t.steps) > 0 {
		// Any other could be refused, and the official emulator would keep its transaction.
		_, batch := t.steps[0].(*pb.BatchGetDocumentsRequest)
		t.lazily = batch && t.options != nil && t.as == owner && w.Chance(50)
	}
	commit := &pb.CommitRequest{Database: w.database, Writes: w.writes()}
	if w.Chance(15) {
		t.steps = append(t.steps, &pb.RollbackRequest{Database: w.database})
	} else {
		t.steps = append(t.steps, commit)
	}
	if t.options.GetReadOnly() == nil && w.Chance(10) { // see the package's doc
		t.steps = append(t.steps, Pick[proto.Message](w.Rand, commit, w.get(), &pb.RollbackRequest{Database: w.database}))
	}
	return t
}
