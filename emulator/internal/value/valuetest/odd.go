package valuetest

import (
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// Nested is a value inside n maps and arrays, by turns.
func Nested(n int) *pb.Value {
	v := Int(1)
	for i := range n {
		if i%2 == 0 {
			v = Array(v)
		} else {
			v = Map(map[string]*pb.Value{"m": v})
		}
	}
	return v
}

// Typed is a map that says that it is a vector; it changes what it is given.
func Typed(fields map[string]*pb.Value) *pb.Value {
	fields["__type__"] = String("__vector__")
	return Map(fields)
}

// In is a map of one field.
func In(name string, v *pb.Value) *pb.Value { return Map(map[string]*pb.Value{name: v}) }

// Odd is a value at the edge of what can be stored, on one side or the other.
func (g Generator) Odd() *pb.Value {
	if g.Chance(2) {
		return String(strings.Repeat("a", value.MaxValueBytes+g.Rand.IntN(2)))
	}
	return Pick(g.Rand, Nested(value.MaxDepth), Nested(value.MaxDepth+1), Array(Array()), Array(Vector(1)), nil,
		Vector(), Vector(1, 2), Typed(map[string]*pb.Value{"value": Array(Int(1))}), Typed(map[string]*pb.Value{}),
		In("__type__", String("x")), In("", Int(1)), In("__x__", Int(1)), In("a.b", Int(1)), Geo(90, 180), Geo(91, 0),
		Geo(0, -181), Time(-62135596800, 0), Time(253402300799, 999_999_999), Time(1, 123_456_789),
		Array(Time(1, 999)), Ref("c/d"), Ref(g.Database+"/documents/c"), Ref(g.Database+"/documents/c/d"),
		Ref("projects/p/databases/d/documents/c/d"))
}

// OddPath is the path of a document from the root, at the edge of what a name may be, on one side or the other.
func (g Generator) OddPath() string {
	long := strings.Repeat("a", 1500)
	return Pick(g.Rand, "c", "c/d/e", "c//d/e", "c/__id7__", "c/__id07__", "c/__x__", "c/____", "c/.", "c/..", "__x__/d",
		"c/"+long, "c/"+long+"a", long+"a/d", "c/ é\n", "c/d/__id7__/f")
}
