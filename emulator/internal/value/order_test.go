package value_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

const documents = Database + "/documents/"

// order is one list, first to last; what stands in one row is equal.
func order() [][]*pb.Value {
	return [][]*pb.Value{
		{{}, nil},
		{Null()},
		{Bool(false)},
		{Bool(true)},
		{NaN()},
		{Double(math.Inf(-1))},
		{Double(-1e19)},
		{Int(math.MinInt64), Double(-1 << 63)},
		{Int(math.MinInt64 + 1)},
		{Int(-1), Double(-1)},
		{Double(-math.SmallestNonzeroFloat64)},
		{Int(0), Double(0), Double(math.Copysign(0, -1))},
		{Double(math.SmallestNonzeroFloat64)},
		{Double(0.5)},
		{Int(1), Double(1)},
		{Int(1<<53 - 1)},
		{Int(1 << 53), Double(1 << 53)},
		{Int(1<<53 + 1)},
		{Double(1<<53 + 2), Int(1<<53 + 2)},
		{Int(math.MaxInt64 - 1)},
		{Int(math.MaxInt64)},
		{Double(1 << 63)},
		{Double(math.Inf(1))},
		{Time(-1, 0)},
		{Time(-1, 999_999_000)},
		{Time(0, 0)},
		{Time(0, 1000)},
		{String("")},
		{String("\x00")},
		{String("\x00a")},
		{String("a")},
		{String("a\x00")},
		{String("a\x01")},
		{String("aa")},
		{String("é")},
		{String("\uffff")},
		{String("\U0001f600")},
		{Bytes("")},
		{Bytes("\x00")},
		{Bytes("a")},
		{Bytes("\xff")},
		{Bytes("\xff\xff")},
		{Ref("projects/a/databases/b/documents/z/z")},
		{Ref(documents + "c/__id-7__")},
		{Ref(documents + "c/__id7__")},
		{Ref(documents + "c/__id10__")},
		{Ref(documents + "c/a")},
		{Ref(documents + "c/a/b/c")},
		{Ref(documents + "c/a!")},
		{Ref(documents + "cc/a")},
		{Geo(-90, 0)},
		{Geo(0, -1)},
		{Geo(0, 0), Geo(math.Copysign(0, -1), 0)},
		{Geo(0, 1)},
		{Array()},
		{Array(Null())},
		{Array(Int(1)), Array(Double(1))},
		{Array(Int(1), Null())},
		{Array(Int(2))},
		{Vector(9)},
		{Vector(1, 2)},
		{Vector(1, 3)},
		{Map(nil)},
		{Map(map[string]*pb.Value{"a": NaN(), "b": Null()}), Map(map[string]*pb.Value{"a": NaN(), "b": Null()})},
		{Map(map[string]*pb.Value{"a": Int(1)})},
		{Map(map[string]*pb.Value{"a": Int(1), "b": Null()})},
		{Map(map[string]*pb.Value{"a": Int(2)})},
		{Map(map[string]*pb.Value{"b": Int(0)})},
	}
}

func TestOrder(t *testing.T) {
	rows := order()
	for i, row := range rows {
		for j, other := range rows {
			for _, a := range row {
				for _, b := range other {
					want := sign(i - j)
					if got := sign(value.Compare(a, b)); got != want {
						t.Errorf("Compare(%v, %v) is %d, want %d", a, b, got, want)
					}
					if got := bytes.Compare(value.AppendKey(nil, a), value.AppendKey(nil, b)); got != want {
						t.Errorf("the keys of %v and %v compare as %d, want %d", a, b, got, want)
					}
					if got := value.Equal(a, b); got != (want == 0) {
						t.Errorf("Equal(%v, %v) is %v", a, b, got)
					}
				}
			}
		}
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

func TestOrderIsTotalAndKeysAgree(t *testing.T) {
	const seed, rounds = 1, 100_000
	g := Generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	for round := range rounds {
		a, b, c := g.Value(3), g.Value(3), g.Value(3)
		ab, ba := value.Compare(a, b), value.Compare(b, a)
		if sign(ab) != -sign(ba) {
			t.Fatalf("seed %d round %d: not antisymmetric: %v, %v", seed, round, a, b)
		}
		if value.Compare(a, a) != 0 {
			t.Fatalf("seed %d round %d: not reflexive: %v", seed, round, a)
		}
		if ab <= 0 && value.Compare(b, c) <= 0 && value.Compare(a, c) > 0 {
			t.Fatalf("seed %d round %d: not transitive: %v, %v, %v", seed, round, a, b, c)
		}
		aKey, bKey := value.AppendKey(nil, a), value.AppendKey(nil, b)
		if bytes.Compare(aKey, bKey) != sign(ab) {
			t.Fatalf("seed %d round %d: keys disagree with Compare: %v, %v", seed, round, a, b)
		}
		if ab != 0 && bytes.HasPrefix(bKey, aKey) {
			t.Fatalf("seed %d round %d: the key of %v begins that of %v", seed, round, a, b)
		}
	}
}

func TestKeyAfter(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"a", "b"}, {"a\xff", "b"}, {"a\xff\xff", "b"}, {"\x00", "\x01"}, {"ab", "ac"},
	} {
		if got := value.KeyAfter([]byte(c.key)); string(got) != c.want {
			t.Errorf("KeyAfter(%q) is %q, want %q", c.key, got, c.want)
		}
	}
	if got := value.KeyAfter([]byte("\xff\xff")); got != nil {
		t.Errorf("there is a key after the last: %q", got)
	}
}

func TestNumbersNearEveryPowerOfTwo(t *testing.T) {
	var numbers []*pb.Value
	for bit := range 63 {
		for delta := int64(-2); delta <= 2; delta++ {
			i := int64(1)<<bit + delta
			numbers = append(numbers, Int(i), Int(-i), Double(float64(i)), Double(-float64(i)),
				Double(math.Nextafter(float64(i), math.Inf(1))), Double(math.Nextafter(float64(i), math.Inf(-1))))
		}
	}
	slices.SortFunc(numbers, value.Compare)
	for i := 1; i < len(numbers); i++ {
		a, b := numbers[i-1], numbers[i]
		want := sign(value.Compare(a, b))
		if got := bytes.Compare(value.AppendKey(nil, a), value.AppendKey(nil, b)); got != want {
			t.Fatalf("the keys of %v and %v compare as %d, want %d", a, b, got, want)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	g := Generator{Rand: rand.New(rand.NewPCG(1, 1))}
	values := make([]*pb.Value, 1024)
	for i := range values {
		values[i] = g.Value(2)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		value.Compare(values[i%1024], values[(i*7+1)%1024])
	}
}

func BenchmarkAppendKey(b *testing.B) {
	g := Generator{Rand: rand.New(rand.NewPCG(1, 1))}
	values := make([]*pb.Value, 1024)
	for i := range values {
		values[i] = g.Value(2)
	}
	var key []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		key = value.AppendKey(key[:0], values[i%1024])
	}
}
