package store

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/query/querytest"
	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// A query finds the same with indexes as without, whatever is committed, and the indexes that follow the commits are
// those that would be made anew.
func TestIndexesChangeNothing(t *testing.T) {
	t.Parallel()
	ofSomeUse, sorted := 0, 0
	for seed := range uint64(6) {
		w := querytest.NewWorld(seed, database, 60)
		s := New(database, &Options{IndexFrom: 3})
		for _, d := range w.Documents {
			commit(t, s, update(d, nil))
		}
		for round := range 200 {
			if w.Chance(30) {
				commit(t, s, scribble(w)...)
			}
			structured, parent := w.Query(), w.Parent()
			if w.Chance(50) {
				narrow(w, structured)
			}
			q, err := query.Compile(parent, structured)
			if err != nil {
				continue
			}
			now := s.Snapshot()
			from := now.Source(q)
			if from.Sorted {
				sorted++
			}
			got, want := q.Find(from), q.Run(now.Below(now.Root(), ""))
			if got.Skipped != want.Skipped || !slices.EqualFunc(got.Documents, want.Documents, sameDocument(q)) {
				t.Fatalf("seed %d round %d: found\n%v\nwant\n%v\n%s", seed, round, got.Documents, want.Documents,
					prototext.Format(structured))
			}
			if count(now.Source(q)) < count(query.Source{Documents: now.scan(q)}) {
				ofSomeUse++
			}
			if round%10 == 0 {
				wantFresh(t, now)
			}
		}
	}
	if ofSomeUse < 100 || sorted < 50 {
		t.Errorf("only %d queries were spared anything by an index, and %d sorting", ofSomeUse, sorted)
	}
}

// narrow makes a query one that is likely to be answered by walking through an index.
func narrow(w *querytest.World, q *firestorepb.StructuredQuery) {
	field := valuetest.Pick(w.Rand, "n", "long", "a")
	q.OrderBy = []*firestorepb.StructuredQuery_Order{{
		Field:     querytest.Field(field),
		Direction: valuetest.Pick(w.Rand, firestorepb.StructuredQuery_ASCENDING, firestorepb.StructuredQuery_DESCENDING),
	}}
	if w.Chance(30) {
		q.OrderBy = append(q.OrderBy, &firestorepb.StructuredQuery_Order{Field: querytest.Field("b")})
	}
	bound := valuetest.Pick(w.Rand, w.Value(1), valuetest.String("a"),
		long("b"))
	q.StartAt, q.EndAt, q.Where = nil, nil, nil
	switch w.Rand.IntN(3) {
	case 0:
		q.StartAt = &firestorepb.Cursor{Values: []*firestorepb.Value{bound}, Before: w.Chance(50)}
	case 1:
		q.Where = querytest.Compare(field, valuetest.Pick(w.Rand,
			firestorepb.StructuredQuery_FieldFilter_LESS_THAN, firestorepb.StructuredQuery_FieldFilter_GREATER_THAN), bound)
	}
	if q.Limit = nil; w.Chance(60) {
		q.Limit = wrapperspb.Int32(1 + w.Rand.Int32N(6))
	}
}

// long is a map almost as large as an index holds, or larger.
func long(field string) *firestorepb.Value {
	return valuetest.Map(map[string]*firestorepb.Value{
		"0": valuetest.String(strings.Repeat("a", 1480)), field: valuetest.Int(1),
	})
}

// scribble changes a few documents and deletes others.
func scribble(w *querytest.World) []Write {
	var writes []Write
	for range 1 + w.Rand.IntN(4) {
		d := valuetest.Pick(w.Rand, w.Documents...)
		if w.Chance(30) {
			remove := &firestorepb.Write_Delete{Delete: d.GetName()}
			writes = append(writes, Write{Proto: &firestorepb.Write{Operation: remove}})
		} else {
			changed := w.Document(d.GetName())
			if w.Chance(20) { // comes before the bounds of narrow, and what is indexed of it after them
				changed.Fields["long"] = long(strings.Repeat("a", 100))
			}
			writes = append(writes, update(changed, nil))
		}
	}
	return writes
}

// sameDocument compares what is not projected by identity, and else by name.
func sameDocument(q *query.Query) func(a, b *firestorepb.Document) bool {
	return func(a, b *firestorepb.Document) bool {
		return a == b || a.GetName() == b.GetName() && q.Project(a) != a
	}
}

func count(from query.Source) int {
	n := 0
	for range from.Documents {
		n++
	}
	return n
}

func wantFresh(t *testing.T, s Snapshot) {
	t.Helper()
	if s.indexes.all.Load() == nil {
		return
	}
	if n := len(*s.indexes.all.Load()); n > maxIndexes {
		t.Fatalf("%d indexes", n)
	}
	for key, x := range *s.indexes.all.Load() {
		fresh := newIndex(key, x.path)
		for d := range s.within(key) {
			fresh.add(d)
		}
		if !slices.Equal(places(x), places(fresh)) {
			t.Fatalf("index %v has\n%v\nwant\n%v", key, places(x), places(fresh))
		}
	}
}

func places(x *index) []indexed {
	var all []indexed
	x.tree.Ascend(func(p indexed) bool {
		all = append(all, p)
		return true
	})
	return all
}

// Commits go on while an index is made.
func TestIndexIsMadeAmongCommits(t *testing.T) {
	t.Parallel()
	s := New(database, &Options{IndexFrom: 10})
	q := compile(t, `from{collection_id:"c"} where{field_filter{field{field_path:"n"} op:EQUAL value{integer_value:1}}}`)
	var all sync.WaitGroup
	for writer := range 4 {
		all.Go(func() {
			for i := range int64(200) {
				commit(t, s, set(fmt.Sprintf("c/%d-%d", writer, i%50), i%7))
			}
		})
		all.Go(func() {
			for range 50 {
				now := s.Snapshot()
				got, want := q.Find(now.Source(q)), q.Run(now.scan(q))
				if len(got.Documents) != len(want.Documents) {
					t.Errorf("found %d, want %d", len(got.Documents), len(want.Documents))
				}
			}
		})
	}
	all.Wait()
	q.Find(s.Snapshot().Source(q))
	if s.Snapshot().indexes.all.Load() == nil {
		t.Error("there is no index")
	}
	wantFresh(t, s.Snapshot())
}

func compile(t testing.TB, text string) *query.Query {
	return compileIn(t, database+"/documents", text)
}

func compileIn(t testing.TB, parent, text string) *query.Query {
	t.Helper()
	structured := &firestorepb.StructuredQuery{}
	if err := prototext.Unmarshal([]byte(text), structured); err != nil {
		t.Fatal(err)
	}
	q, err := query.Compile(parent, structured)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// BenchmarkQuery100k runs queries over a collection of 100 000 documents, without indexes and with.
func BenchmarkQuery100k(b *testing.B) {
	const n = 100_000
	for how, from := range map[string]int{"scan": math.MaxInt, "index": 1000} {
		s := New(database, &Options{IndexFrom: from})
		writes := make([]Write, n)
		for i := range writes {
			writes[i] = set(fmt.Sprintf("c/%06d", i), int64(i*7919%n))
			writes[i].Proto.GetUpdate().Fields["even"] = integer(int64(i % 2))
		}
		if _, err := s.Commit(b.Context(), Request{Writes: writes}); err != nil {
			b.Fatal(err)
		}
		const inC = `from{collection_id:"c"} `
		const even = `where{field_filter{field{field_path:"even"} op:EQUAL value{integer_value:0}}} `
		for what, text := range map[string]string{
			"one":              `where{field_filter{field{field_path:"n"} op:EQUAL value{integer_value:7}}}`,
			"hundred":          `where{field_filter{field{field_path:"n"} op:LESS_THAN value{integer_value:100}}}`,
			"first 20":         `order_by{field{field_path:"n"}} limit{value:20}`,
			"first 20 of half": even + `order_by{field{field_path:"n"}} limit{value:20}`,
			"page of 20":       `limit{value:20} order_by{field{field_path:"__name__"}}`,
		} {
			b.Run(what+"/"+how, func(b *testing.B) {
				q := compile(b, inC+text)
				for range 2 { // leave the indexes that it needs
					q.Find(s.Snapshot().Source(q))
				}
				for b.Loop() {
					q.Find(s.Snapshot().Source(q))
				}
			})
		}
		b.Run("set/"+how, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, err := s.Commit(b.Context(), Request{Writes: []Write{set("c/one", int64(i))}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
