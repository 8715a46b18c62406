package value_test

import (
	"slices"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestSize(t *testing.T) {
	for _, c := range []struct {
		v    *pb.Value
		want int
	}{
		{Null(), 1},
		{Bool(true), 1},
		{Int(1), 8},
		{Double(1), 8},
		{Time(0, 0), 8},
		{Geo(0, 0), 16},
		{String(""), 1},
		{String("é"), 3},
		{Bytes("abc"), 3},
		{Ref(documents + "c/d"), 2 + 2 + 16},
		{Ref(documents + "c/__id12345__"), 2 + 8 + 16},
		{Array(Int(1), String("a")), 10},
		{Vector(1, 2), 16},
		{Map(map[string]*pb.Value{"ab": Int(1), "c": Map(nil)}), 3 + 8 + 2},
		{nil, 0},
	} {
		if got := value.Size(c.v); got != c.want {
			t.Errorf("%v is %d bytes, want %d", c.v, got, c.want)
		}
	}
}

// The example of https://firebase.google.com/docs/firestore/storage-size.
func TestDocumentSizeOfTheDocumentation(t *testing.T) {
	doc := &pb.Document{Name: documents + "users/jeff/tasks/my_task_id", Fields: map[string]*pb.Value{
		"type":        String("Personal"),
		"done":        Bool(false),
		"priority":    Int(1),
		"description": String("Learn Cloud Firestore"),
	}}
	if got := value.NameSize(doc.GetName()); got != 44 {
		t.Errorf("the name is %d bytes, want 44", got)
	}
	if got := value.DocumentSize(doc); got != 147 {
		t.Errorf("the document is %d bytes, want 147", got)
	}
}

func TestIndexed(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	s := func(n int) *pb.Value { return String(a(n)) }
	k := func(v *pb.Value) map[string]*pb.Value { return map[string]*pb.Value{"k": v} }
	vector, longer := make([]float64, 200), make([]float64, 201)
	other := slices.Concat(vector[:199], []float64{1})
	for name, c := range map[string]struct {
		before, after *pb.Value
		want          int // of Compare
	}{
		"within 1500 bytes":               {String(a(1498) + "a"), String(a(1498) + "b"), -1},
		"beyond":                          {String(a(1499) + "a"), String(a(1499) + "b"), 0},
		"cut after whole":                 {s(1499), s(1500), -1},
		"cut before what is larger":       {s(1600), String(a(1498) + "b"), -1},
		"code points are whole":           {String(a(1498) + "è"), String(a(1498) + "é"), -1},
		"beyond a code point":             {String(a(1498) + "éa"), String(a(1498) + "éb"), 0},
		"bytes within":                    {Bytes(a(1499) + "a"), Bytes(a(1499) + "b"), -1},
		"bytes beyond":                    {Bytes(a(1500) + "a"), Bytes(a(1500) + "b"), 0},
		"bytes cut after whole":           {Bytes(a(1500)), Bytes(a(1501)), -1},
		"second element within":           {Array(s(700), String(a(797)+"a")), Array(s(700), String(a(797)+"b")), -1},
		"second element beyond":           {Array(s(700), String(a(798)+"a")), Array(s(700), String(a(798)+"b")), 0},
		"number at the end of an array":   {Array(s(1498), Int(1)), Array(s(1498), Int(2)), -1},
		"number beyond the end":           {Array(s(1499), Int(1)), Array(s(1499), Int(2)), 0},
		"array cut after whole":           {Array(s(1499)), Array(s(1499), Int(1)), -1},
		"array cut before a cut element":  {Array(s(1499), Int(1)), Array(s(1500)), -1},
		"array cut once":                  {Array(s(1500)), Array(s(1500), Int(1)), 0},
		"field of a map within":           {Map(k(String(a(1496) + "a"))), Map(k(String(a(1496) + "b"))), -1},
		"field of a map beyond":           {Map(k(String(a(1497) + "a"))), Map(k(String(a(1497) + "b"))), 0},
		"map cut after whole":             {Map(k(s(1497))), Map(map[string]*pb.Value{"k": s(1497), "l": Int(1)}), -1},
		"map cut in its first field":      {Map(k(s(1497))), Map(map[string]*pb.Value{"k": s(1600), "l": Int(1)}), -1},
		"vectors are cut too":             {Vector(vector...), Vector(other...), 0},
		"vectors are compared by size":    {Vector(vector...), Vector(longer...), -1},
		"references are as long as names": {Ref(documents + "c/" + a(1500)), Ref(documents + "c/" + a(1499) + "b"), -1},
	} {
		before, after := value.Indexed(c.before), value.Indexed(c.after)
		if got := value.Compare(before, after); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		if got := value.Compare(after, before); got != -c.want {
			t.Errorf("%s: turned %d, want %d", name, got, -c.want)
		}
	}
	if short := Array(Int(1)); value.Indexed(short) != short {
		t.Error("a short value was copied")
	}
}

func TestStoredCutsTimesToMicroseconds(t *testing.T) {
	exact := Array(Map(map[string]*pb.Value{"t": Time(1, 123_456_000)}))
	given := Array(Map(map[string]*pb.Value{"t": Time(1, 123_456_789)}))
	if got := value.Stored(given); !proto.Equal(got, exact) {
		t.Errorf("stored as %v", got)
	}
	if given.GetArrayValue().GetValues()[0].GetMapValue().GetFields()["t"].GetTimestampValue().GetNanos() != 123_456_789 {
		t.Error("the caller's value was changed")
	}
	if value.Stored(exact) != exact {
		t.Error("what needs no cut was copied")
	}
}
