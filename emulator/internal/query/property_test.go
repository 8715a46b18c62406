package query_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/query"
	. "github.com/parley-chat/parley/emulator/internal/query/querytest"
	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// compiled is a random world and a query of it that Compile allows.
type compiled struct {
	*World
	query      *query.Query
	structured *pb.StructuredQuery
	parent     string
}

// properties calls check with random queries; seed and round stand in what it is told to print.
func properties(t *testing.T, rounds int, check func(c compiled, seed uint64, round int)) {
	t.Helper()
	for seed := range uint64(10) {
		w := NewWorld(seed, Database, 60)
		for round := range rounds / 10 {
			structured, parent := w.Query(), w.Parent()
			if q, err := query.Compile(parent, structured); err == nil {
				check(compiled{w, q, structured, parent}, seed, round)
			}
		}
	}
}

// Run is what its parts say: all that match, in order, cut and projected.
func TestRunAgreesWithMatchesAndCompare(t *testing.T) {
	t.Parallel()
	properties(t, 1000, func(c compiled, seed uint64, round int) {
		var want []*pb.Document
		for _, doc := range c.Documents {
			if c.query.Matches(doc) {
				want = append(want, doc)
			}
		}
		slices.SortFunc(want, c.query.Compare)
		want = want[min(len(want), int(c.structured.GetOffset())):]
		if c.structured.GetLimit() != nil {
			want = want[:min(len(want), int(c.structured.GetLimit().GetValue()))]
		}
		got := c.query.Run(slices.Values(c.Shuffled())).Documents
		same := func(a, b *pb.Document) bool { return proto.Equal(a, c.query.Project(b)) }
		if !slices.EqualFunc(got, want, same) {
			t.Fatalf("seed %d round %d: found\n%s\nwant\n%s\n%s", seed, round, text(got), text(want),
				prototext.Format(c.structured))
		}
	})
}

func TestSortKeysAgreeWithCompare(t *testing.T) {
	t.Parallel()
	properties(t, 1000, func(c compiled, seed uint64, round int) {
		for range 20 {
			a, b := Pick(c.Rand, c.Documents...), Pick(c.Rand, c.Documents...)
			aKey, aOK := c.query.SortKey(a)
			bKey, bOK := c.query.SortKey(b)
			if aOK && bOK && bytes.Compare(aKey, bKey) != sign(c.query.Compare(a, b)) {
				t.Fatalf("seed %d round %d: keys of %v and %v\n%s", seed, round, a, b, prototext.Format(c.structured))
			}
			if sign(c.query.Compare(a, b)) != -sign(c.query.Compare(b, a)) || c.query.Compare(a, a) != 0 {
				t.Fatalf("seed %d round %d: no order of %v and %v\n%s", seed, round, a, b, prototext.Format(c.structured))
			}
			if (c.query.Compare(a, b) == 0) != (a == b) {
				t.Fatalf("seed %d round %d: only one document is equal to itself", seed, round)
			}
		}
	})
}

// Whatever a query finds lies in the range that Index names.
func TestIndexHoldsAllThatIsFound(t *testing.T) {
	t.Parallel()
	ranges := 0
	properties(t, 2000, func(c compiled, seed uint64, round int) {
		index, ok := c.query.Index()
		if !ok {
			return
		}
		ranges++
		for _, doc := range c.Documents {
			if c.query.Matches(doc) && !holds(index, doc) {
				t.Fatalf("seed %d round %d: %v is found but not in %v\n%s", seed, round, doc, index,
					prototext.Format(c.structured))
			}
		}
	})
	if ranges < 500 {
		t.Errorf("only %d queries had an index range", ranges)
	}
}

func holds(index query.IndexRange, doc *pb.Document) bool {
	v := index.Field.Get(doc.GetFields())
	if index.Field.IsName() {
		v = Ref(doc.GetName())
	}
	values := []*pb.Value{v}
	if index.Elements {
		values = v.GetArrayValue().GetValues()
	}
	return slices.ContainsFunc(values, func(v *pb.Value) bool {
		key := value.AppendKey(nil, v)
		return bytes.Compare(key, index.Low) >= 0 && (index.High == nil || bytes.Compare(key, index.High) < 0)
	})
}

// Canonical does not change with how a query is written, and queries of one text find the same.
func TestCanonical(t *testing.T) {
	t.Parallel()
	seen := make(map[string]compiled)
	properties(t, 2000, func(c compiled, seed uint64, round int) {
		other := proto.CloneOf(c.structured)
		rewrite(c.Rand, other.GetWhere())
		again, err := query.Compile(c.parent, other)
		if err != nil {
			t.Fatalf("seed %d round %d: %v\n%s", seed, round, err, prototext.Format(other))
		}
		if got, want := again.Canonical(), c.query.Canonical(); got != want {
			t.Fatalf("seed %d round %d: %s and %s\n%s", seed, round, got, want, prototext.Format(c.structured))
		}
		found := again.Run(slices.Values(c.Documents)).Documents
		if earlier, ok := seen[again.Canonical()]; ok && earlier.World == c.World {
			before := earlier.query.Run(slices.Values(c.Documents)).Documents
			if !slices.EqualFunc(found, before, func(a, b *pb.Document) bool { return proto.Equal(a, b) }) {
				t.Fatalf("seed %d round %d: one text, two results: %s", seed, round, again.Canonical())
			}
		}
		seen[again.Canonical()] = c
	})
}

// rewrite writes a filter differently without changing what it means.
func rewrite(r *rand.Rand, f *pb.StructuredQuery_Filter) {
	if field := f.GetFieldFilter(); field != nil {
		v := field.GetValue()
		if i, ok := v.GetValueType().(*pb.Value_IntegerValue); ok && i.IntegerValue == int64(float64(i.IntegerValue)) &&
			i.IntegerValue < 1<<53 {
			field.Value = Double(float64(i.IntegerValue))
		}
		if op := field.GetOp(); op == in || op == notIn || op == containsAny {
			elements := v.GetArrayValue().GetValues()
			r.Shuffle(len(elements), func(i, j int) { elements[i], elements[j] = elements[j], elements[i] })
		}
	}
	if composite := f.GetCompositeFilter(); composite != nil {
		filters := composite.GetFilters()
		for _, inner := range filters {
			rewrite(r, inner)
		}
		r.Shuffle(len(filters), func(i, j int) { filters[i], filters[j] = filters[j], filters[i] })
		if len(filters) > 0 && r.IntN(3) == 0 { // nest it once more
			composite.Filters = []*pb.StructuredQuery_Filter{Join(composite.GetOp(), filters...)}
		}
	}
}

func sign(n int) int { return max(-1, min(1, n)) }
