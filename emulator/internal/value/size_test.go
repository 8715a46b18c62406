package value_test

import (
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
	long := strings.Repeat("a", 1499)
	for name, c := range map[string]struct{ v, want *pb.Value }{
		"short":      {String(long), String(long)},
		"string":     {String(long + "b"), String(long)},
		"code point": {String(long[1:] + "éb"), String(long[1:])},
		"bytes":      {Bytes(long + "bb"), Bytes(long + "b")},
		"array":      {Array(String(long), Int(1)), Array(String(long))},
		"elements":   {Array(String(long[:799]), String(long)), Array(String(long[:799]), String(long[:699]))},
		"map": {
			Map(map[string]*pb.Value{"a": String(long), "b": Int(1)}),
			Map(map[string]*pb.Value{"a": String(long[:1497])}),
		},
	} {
		if got := value.Indexed(c.v); !proto.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
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
