package query_test

import (
	"math/rand/v2"
	"slices"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// world is random documents, and random queries that find some of them.
type world struct {
	Generator
	root      string // projects/…/documents
	documents []*pb.Document
}

func newWorld(seed uint64, database string) *world {
	w := &world{
		Generator: Generator{Rand: rand.New(rand.NewPCG(seed, seed)), Database: database},
		root:      database + "/documents",
	}
	paths := []string{
		"c/d", "c/e", "c/é", "c/__id7__", "c/__id-7__", "c/__id10__", "c/_", "c/d/e/f", "c/d/c/e", "x/y/c/e",
	}
	for i := range 60 {
		paths = append(paths, "c/n"+string(rune('0'+i/10))+string(rune('0'+i%10)))
	}
	for _, path := range paths {
		fields := w.Fields(6, 2)
		if w.Rand.IntN(2) == 0 {
			fields["n"] = w.Number()
		}
		if w.Rand.IntN(2) == 0 {
			fields["m"] = Map(w.Fields(3, 1))
		}
		if w.chance(20) {
			fields["long"] = w.long()
		}
		w.documents = append(w.documents, &pb.Document{Name: w.root + "/" + path, Fields: fields})
	}
	return w
}

// long is a value about as large as an index holds, and alike up to there.
func (w *world) long() *pb.Value {
	text := strings.Repeat("a", 1497+w.Rand.IntN(5)) + choose(w, "", "a", "b", "é")
	switch w.Rand.IntN(5) {
	case 0:
		return Bytes(text)
	case 1:
		return Array(String(text[:700]), String(text), w.Number())
	case 2:
		return Map(map[string]*pb.Value{"a": String(text), "b": w.Number()})
	default:
		return String(text)
	}
}

func (w *world) chance(percent int) bool { return w.Rand.IntN(100) < percent }

func choose[T any](w *world, choices ...T) T { return choices[w.Rand.IntN(len(choices))] }

func (w *world) path() string {
	if w.chance(4) {
		return "__name__"
	}
	if w.chance(4) {
		return "long"
	}
	return choose(w, "a", "a", "b", "b", "n", "n", "n", "c", "`a b`", "m.a", "m.b", "`é`", "missing")
}

func field(path string) *pb.StructuredQuery_FieldReference {
	return &pb.StructuredQuery_FieldReference{FieldPath: path}
}

// operand is often what some document has in the field.
func (w *world) operand(path string) *pb.Value {
	if path == "__name__" {
		if w.chance(5) {
			return w.Value(1)
		}
		return Ref(w.documents[w.Rand.IntN(len(w.documents))].GetName())
	}
	for range 3 {
		doc := w.documents[w.Rand.IntN(len(w.documents))]
		if v := doc.GetFields()[path]; v != nil {
			if elements := v.GetArrayValue().GetValues(); len(elements) > 0 && w.chance(50) {
				return elements[0]
			}
			return v
		}
	}
	return w.Value(2)
}

func (w *world) filter(depth int) *pb.StructuredQuery_Filter {
	if depth > 0 && w.chance(60) {
		return w.composite(depth)
	}
	path := w.path()
	if w.chance(12) {
		return unary(path, choose(w, pb.StructuredQuery_UnaryFilter_IS_NULL, pb.StructuredQuery_UnaryFilter_IS_NULL,
			pb.StructuredQuery_UnaryFilter_IS_NAN, pb.StructuredQuery_UnaryFilter_IS_NOT_NULL,
			pb.StructuredQuery_UnaryFilter_IS_NOT_NAN))
	}
	op := pb.StructuredQuery_FieldFilter_Operator(1 + w.Rand.IntN(10))
	if op == pb.StructuredQuery_FieldFilter_NOT_IN && depth < 2 && w.chance(80) {
		op = pb.StructuredQuery_FieldFilter_EQUAL // it may not stand beside most others
	}
	v := w.operand(path)
	switch op {
	case pb.StructuredQuery_FieldFilter_IN, pb.StructuredQuery_FieldFilter_NOT_IN,
		pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		if w.chance(95) {
			list := make([]*pb.Value, 1+w.Rand.IntN(choose(w, 3, 3, 3, 11)))
			for i := range list {
				list[i] = w.operand(path)
			}
			v = Array(list...)
		}
	default:
	}
	return compare(path, op, v)
}

func (w *world) composite(depth int) *pb.StructuredQuery_Filter {
	op := choose(w, pb.StructuredQuery_CompositeFilter_AND, pb.StructuredQuery_CompositeFilter_OR)
	var filters []*pb.StructuredQuery_Filter
	for range 1 + w.Rand.IntN(3) {
		filters = append(filters, w.filter(depth-1))
	}
	if w.chance(10) {
		filters = append(filters, filters[0])
	}
	return join(op, filters...)
}

func (w *world) query() *pb.StructuredQuery {
	q := &pb.StructuredQuery{From: []*pb.StructuredQuery_CollectionSelector{
		{CollectionId: choose(w, "c", "c", "c", "c", "c", "c", "c", "c", "c", "e", ""), AllDescendants: w.chance(20)},
	}}
	if w.chance(85) {
		q.Where = w.filter(2)
	}
	if w.chance(50) {
		for range w.Rand.IntN(3) {
			direction := choose(w, pb.StructuredQuery_ASCENDING, pb.StructuredQuery_DESCENDING)
			q.OrderBy = append(q.OrderBy, &pb.StructuredQuery_Order{Field: field(w.path()), Direction: direction})
		}
	}
	if w.chance(20) {
		q.StartAt = w.cursor(q.GetOrderBy())
	}
	if w.chance(20) {
		q.EndAt = w.cursor(q.GetOrderBy())
	}
	if w.chance(20) {
		q.Limit = wrapperspb.Int32(int32(w.Rand.IntN(12)))
	}
	if w.chance(20) {
		q.Offset = int32(w.Rand.IntN(5))
	}
	if w.chance(20) {
		q.Select = &pb.StructuredQuery_Projection{}
		for range w.Rand.IntN(3) {
			q.Select.Fields = append(q.Select.Fields, field(w.path()))
		}
	}
	return q
}

func (w *world) cursor(orders []*pb.StructuredQuery_Order) *pb.Cursor {
	c := &pb.Cursor{Before: w.chance(50)}
	for _, o := range orders {
		if w.chance(80) {
			c.Values = append(c.Values, w.operand(o.GetField().GetFieldPath()))
		}
	}
	if w.chance(3) {
		c.Values = append(c.Values, w.Value(1))
	}
	return c
}

func (w *world) aggregation() *pb.StructuredAggregationQuery {
	a := &pb.StructuredAggregationQuery{
		QueryType: &pb.StructuredAggregationQuery_StructuredQuery{StructuredQuery: w.query()},
	}
	for i := range 1 + w.Rand.IntN(3) {
		one := &pb.StructuredAggregationQuery_Aggregation{Alias: string(rune('a' + i))}
		switch w.Rand.IntN(3) {
		case 0:
			operator := &pb.StructuredAggregationQuery_Aggregation_Count{}
			if w.chance(30) {
				operator.UpTo = wrapperspb.Int64(w.Rand.Int64N(9) - 1)
			}
			one.Operator = &pb.StructuredAggregationQuery_Aggregation_Count_{Count: operator}
		case 1:
			operator := &pb.StructuredAggregationQuery_Aggregation_Sum{Field: field(w.path())}
			one.Operator = &pb.StructuredAggregationQuery_Aggregation_Sum_{Sum: operator}
		default:
			operator := &pb.StructuredAggregationQuery_Aggregation_Avg{Field: field(w.path())}
			one.Operator = &pb.StructuredAggregationQuery_Aggregation_Avg_{Avg: operator}
		}
		a.Aggregations = append(a.Aggregations, one)
	}
	return a
}

func (w *world) parent() string {
	return w.root + choose(w, "", "", "", "", "", "", "", "", "", "", "/c/d", "/x/y")
}

// shuffled are the documents in random order.
func (w *world) shuffled() []*pb.Document {
	documents := slices.Clone(w.documents)
	w.Rand.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
	return documents
}

func compare(path string, op pb.StructuredQuery_FieldFilter_Operator, v *pb.Value) *pb.StructuredQuery_Filter {
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_FieldFilter{
		FieldFilter: &pb.StructuredQuery_FieldFilter{Field: field(path), Op: op, Value: v},
	}}
}

func unary(path string, op pb.StructuredQuery_UnaryFilter_Operator) *pb.StructuredQuery_Filter {
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_UnaryFilter{
		UnaryFilter: &pb.StructuredQuery_UnaryFilter{
			OperandType: &pb.StructuredQuery_UnaryFilter_Field{Field: field(path)}, Op: op,
		},
	}}
}

func join(op pb.StructuredQuery_CompositeFilter_Operator, f ...*pb.StructuredQuery_Filter) *pb.StructuredQuery_Filter {
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_CompositeFilter{
		CompositeFilter: &pb.StructuredQuery_CompositeFilter{Op: op, Filters: f},
	}}
}
