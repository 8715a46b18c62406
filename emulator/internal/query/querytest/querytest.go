// Package querytest makes random documents and queries for tests, most of which find some of the documents.
package querytest

import (
	"math/rand/v2"
	"slices"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// World is random documents, and random queries that find some of them. It is for one goroutine.
type World struct {
	valuetest.Generator
	Root      string         // projects/…/documents
	Documents []*pb.Document // queries ask for what these have
}

// NewWorld makes the world of a seed in a database: documents with hard names, and so many others, at most 100.
func NewWorld(seed uint64, database string, others int) *World {
	w := &World{
		Generator: valuetest.Generator{
			Rand:     rand.New(rand.NewPCG(seed, seed)),
			Database: database,
		},
		Root: database + "/documents",
	}
	paths := []string{
		"c/d", "c/e", "c/é", "c/__id7__", "c/__id-7__", "c/__id10__", "c/_", "c/d/e/f", "c/d/c/e", "x/y/c/e",
	}
	for i := range others {
		paths = append(paths, "c/n"+string(rune('0'+i/10))+string(rune('0'+i%10)))
	}
	for _, path := range paths {
		w.Documents = append(w.Documents, w.Document(w.Root+"/"+path))
	}
	return w
}

// Document is a random document of that name.
func (w *World) Document(name string) *pb.Document {
	fields := w.Fields(6, 2)
	if w.Rand.IntN(2) == 0 {
		fields["n"] = w.Number()
	}
	if w.Rand.IntN(2) == 0 {
		fields["m"] = valuetest.Map(w.Fields(3, 1))
	}
	if w.Chance(20) {
		fields["long"] = w.long()
	}
	return &pb.Document{Name: name, Fields: fields}
}

// long is a value about as large as an index holds, and alike up to there.
func (w *World) long() *pb.Value {
	text := strings.Repeat("a", 1497+w.Rand.IntN(5)) + valuetest.Pick(w.Rand, "", "a", "b", "é")
	switch w.Rand.IntN(5) {
	case 0:
		return valuetest.Bytes(text)
	case 1:
		return valuetest.Array(valuetest.String(text[:700]), valuetest.String(text), w.Number())
	case 2:
		return valuetest.Map(map[string]*pb.Value{"a": valuetest.String(text), "b": w.Number()})
	default:
		return valuetest.String(text)
	}
}

// Path is a field that some documents have, mostly.
func (w *World) Path() string {
	if w.Chance(4) {
		return "__name__"
	}
	if w.Chance(4) {
		return "long"
	}
	return valuetest.Pick(w.Rand, "a", "a", "b", "b", "n", "n", "n", "c", "`a b`", "m.a", "m.b", "`é`", "missing")
}

// Field is a reference to a field.
func Field(path string) *pb.StructuredQuery_FieldReference {
	return &pb.StructuredQuery_FieldReference{FieldPath: path}
}

// operand is often what some document has in the field.
func (w *World) operand(path string) *pb.Value {
	if path == "__name__" {
		if w.Chance(5) {
			return w.Value(1)
		}
		return valuetest.Ref(w.Documents[w.Rand.IntN(len(w.Documents))].GetName())
	}
	for range 3 {
		doc := w.Documents[w.Rand.IntN(len(w.Documents))]
		if v := doc.GetFields()[path]; v != nil {
			if elements := v.GetArrayValue().GetValues(); len(elements) > 0 && w.Chance(50) {
				return elements[0]
			}
			return v
		}
	}
	return w.Value(2)
}

func (w *World) filter(depth int) *pb.StructuredQuery_Filter {
	if depth > 0 && w.Chance(60) {
		return w.composite(depth)
	}
	path := w.Path()
	if w.Chance(12) {
		return Unary(path, valuetest.Pick(w.Rand,
			pb.StructuredQuery_UnaryFilter_IS_NULL, pb.StructuredQuery_UnaryFilter_IS_NULL,
			pb.StructuredQuery_UnaryFilter_IS_NAN, pb.StructuredQuery_UnaryFilter_IS_NOT_NULL,
			pb.StructuredQuery_UnaryFilter_IS_NOT_NAN))
	}
	op := pb.StructuredQuery_FieldFilter_Operator(1 + w.Rand.Int32N(10))
	if op == pb.StructuredQuery_FieldFilter_NOT_IN && depth < 2 && w.Chance(80) {
		op = pb.StructuredQuery_FieldFilter_EQUAL // it may not stand beside most others
	}
	v := w.operand(path)
	switch op {
	case pb.StructuredQuery_FieldFilter_IN, pb.StructuredQuery_FieldFilter_NOT_IN,
		pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY:
		if w.Chance(95) {
			list := make([]*pb.Value, 1+w.Rand.IntN(valuetest.Pick(w.Rand, 3, 3, 3, 11)))
			for i := range list {
				list[i] = w.operand(path)
			}
			v = valuetest.Array(list...)
		}
	default:
	}
	return Compare(path, op, v)
}

func (w *World) composite(depth int) *pb.StructuredQuery_Filter {
	op := valuetest.Pick(w.Rand, pb.StructuredQuery_CompositeFilter_AND, pb.StructuredQuery_CompositeFilter_OR)
	var filters []*pb.StructuredQuery_Filter
	for range 1 + w.Rand.IntN(3) {
		filters = append(filters, w.filter(depth-1))
	}
	if w.Chance(10) {
		filters = append(filters, filters[0])
	}
	return Join(op, filters...)
}

// Query is a random query; some are refused.
func (w *World) Query() *pb.StructuredQuery {
	q := &pb.StructuredQuery{From: []*pb.StructuredQuery_CollectionSelector{
		{
			CollectionId:   valuetest.Pick(w.Rand, "c", "c", "c", "c", "c", "c", "c", "c", "c", "e", ""),
			AllDescendants: w.Chance(20),
		},
	}}
	if w.Chance(85) {
		q.Where = w.filter(2)
	}
	if w.Chance(50) {
		for range w.Rand.IntN(3) {
			direction := valuetest.Pick(w.Rand, pb.StructuredQuery_ASCENDING, pb.StructuredQuery_DESCENDING)
			q.OrderBy = append(q.OrderBy, &pb.StructuredQuery_Order{Field: Field(w.Path()), Direction: direction})
		}
	}
	if w.Chance(20) {
		q.StartAt = w.cursor(q.GetOrderBy())
	}
	if w.Chance(20) {
		q.EndAt = w.cursor(q.GetOrderBy())
	}
	if w.Chance(20) {
		q.Limit = wrapperspb.Int32(w.Rand.Int32N(12))
	}
	if w.Chance(20) {
		q.Offset = w.Rand.Int32N(5)
	}
	if w.Chance(20) {
		q.Select = &pb.StructuredQuery_Projection{}
		for range w.Rand.IntN(3) {
			q.Select.Fields = append(q.Select.Fields, Field(w.Path()))
		}
	}
	return q
}

func (w *World) cursor(orders []*pb.StructuredQuery_Order) *pb.Cursor {
	c := &pb.Cursor{Before: w.Chance(50)}
	for _, o := range orders {
		if w.Chance(80) {
			c.Values = append(c.Values, w.operand(o.GetField().GetFieldPath()))
		}
	}
	if w.Chance(3) {
		c.Values = append(c.Values, w.Value(1))
	}
	return c
}

// Aggregation is a random aggregation of a random query.
func (w *World) Aggregation() *pb.StructuredAggregationQuery {
	a := &pb.StructuredAggregationQuery{
		QueryType: &pb.StructuredAggregationQuery_StructuredQuery{StructuredQuery: w.Query()},
	}
	for i := range 1 + w.Rand.IntN(3) {
		one := &pb.StructuredAggregationQuery_Aggregation{Alias: string(rune('a' + i))}
		switch w.Rand.IntN(3) {
		case 0:
			operator := &pb.StructuredAggregationQuery_Aggregation_Count{}
			if w.Chance(30) {
				operator.UpTo = wrapperspb.Int64(w.Rand.Int64N(9) - 1)
			}
			one.Operator = &pb.StructuredAggregationQuery_Aggregation_Count_{Count: operator}
		case 1:
			operator := &pb.StructuredAggregationQuery_Aggregation_Sum{Field: Field(w.Path())}
			one.Operator = &pb.StructuredAggregationQuery_Aggregation_Sum_{Sum: operator}
		default:
			operator := &pb.StructuredAggregationQuery_Aggregation_Avg{Field: Field(w.Path())}
			one.Operator = &pb.StructuredAggregationQuery_Aggregation_Avg_{Avg: operator}
		}
		a.Aggregations = append(a.Aggregations, one)
	}
	return a
}

// Parent is what a query lies below: the root, mostly.
func (w *World) Parent() string {
	return w.Root + valuetest.Pick(w.Rand, "", "", "", "", "", "", "", "", "", "", "/c/d", "/x/y")
}

// Shuffled are the documents in random order.
func (w *World) Shuffled() []*pb.Document {
	documents := slices.Clone(w.Documents)
	w.Rand.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
	return documents
}

// Compare is a filter by a field and an operand.
func Compare(path string, op pb.StructuredQuery_FieldFilter_Operator, v *pb.Value) *pb.StructuredQuery_Filter {
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_FieldFilter{
		FieldFilter: &pb.StructuredQuery_FieldFilter{Field: Field(path), Op: op, Value: v},
	}}
}

// Unary is a filter by a field alone.
func Unary(path string, op pb.StructuredQuery_UnaryFilter_Operator) *pb.StructuredQuery_Filter {
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_UnaryFilter{
		UnaryFilter: &pb.StructuredQuery_UnaryFilter{
			OperandType: &pb.StructuredQuery_UnaryFilter_Field{Field: Field(path)}, Op: op,
		},
	}}
}

// Join is a composite filter.
func Join(op pb.StructuredQuery_CompositeFilter_Operator, f ...*pb.StructuredQuery_Filter) *pb.StructuredQuery_Filter {
	return &pb.StructuredQuery_Filter{FilterType: &pb.StructuredQuery_Filter_CompositeFilter{
		CompositeFilter: &pb.StructuredQuery_CompositeFilter{Op: op, Filters: f},
	}}
}
