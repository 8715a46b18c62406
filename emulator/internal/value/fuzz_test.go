package value_test

import (
	"bytes"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// FuzzKey takes any two messages, also such as could not be stored: nothing panics, and keys sort as values.
func FuzzKey(f *testing.F) {
	for _, pair := range [][2]*pb.Value{
		{Int(1), Double(1)},
		{String("a\x00"), String("a")},
		{Array(Null()), Array()},
		{Vector(1), Map(map[string]*pb.Value{"a": NaN()})},
		{Ref(documents + "c/__id7__"), Ref("")},
	} {
		a, errA := proto.Marshal(pair[0])
		b, errB := proto.Marshal(pair[1])
		if errA != nil || errB != nil {
			f.Fatal(errA, errB)
		}
		f.Add(a, b)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		var x, y pb.Value
		if proto.Unmarshal(a, &x) != nil || proto.Unmarshal(b, &y) != nil {
			return
		}
		xKey, yKey := value.AppendKey(nil, &x), value.AppendKey(nil, &y)
		if got, want := bytes.Compare(xKey, yKey), sign(value.Compare(&x, &y)); got != want {
			t.Fatalf("the keys of %v and %v compare as %d, want %d", &x, &y, got, want)
		}
		if value.Compare(value.Indexed(&x), value.Indexed(&y)) != -value.Compare(value.Indexed(&y), value.Indexed(&x)) {
			t.Fatalf("no order of %v and %v in an index", &x, &y)
		}
		if value.ValidateValue(&x) == nil && value.ValidateValue(value.Stored(&x)) != nil {
			t.Fatalf("%v is valid until it is stored", &x)
		}
	})
}
