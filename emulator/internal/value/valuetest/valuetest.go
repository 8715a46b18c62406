// Package valuetest makes values for tests: short ways to write one, and random ones of every type that meet
// often enough to be compared.
package valuetest

import (
	"math"
	"math/rand/v2"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Database is the one that references of [Generator] lead into, unless it names another.
const Database = "projects/demo-values/databases/(default)"

// Null is null.
func Null() *pb.Value { return &pb.Value{ValueType: &pb.Value_NullValue{}} }

// Bool is a boolean.
func Bool(b bool) *pb.Value { return &pb.Value{ValueType: &pb.Value_BooleanValue{BooleanValue: b}} }

// Int is an integer.
func Int(i int64) *pb.Value { return &pb.Value{ValueType: &pb.Value_IntegerValue{IntegerValue: i}} }

// Double is a double.
func Double(d float64) *pb.Value { return &pb.Value{ValueType: &pb.Value_DoubleValue{DoubleValue: d}} }

// NaN is the double that is no number.
func NaN() *pb.Value { return Double(math.NaN()) }

// String is a string.
func String(s string) *pb.Value { return &pb.Value{ValueType: &pb.Value_StringValue{StringValue: s}} }

// Bytes is a string of bytes.
func Bytes(b string) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_BytesValue{BytesValue: []byte(b)}}
}

// Time is a timestamp.
func Time(seconds int64, nanos int32) *pb.Value {
	t := &timestamppb.Timestamp{Seconds: seconds, Nanos: nanos}
	return &pb.Value{ValueType: &pb.Value_TimestampValue{TimestampValue: t}}
}

// Ref is a reference to the document of this full name.
func Ref(name string) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ReferenceValue{ReferenceValue: name}}
}

// Geo is a geo point.
func Geo(latitude, longitude float64) *pb.Value {
	v := &pb.Value_GeoPointValue{}
	v.GeoPointValue = zero(v.GeoPointValue)
	v.GeoPointValue.Latitude, v.GeoPointValue.Longitude = latitude, longitude
	return &pb.Value{ValueType: v}
}

// zero makes a T from a nil pointer to it, so that its package need not be a direct dependency.
func zero[T any](*T) *T { return new(T) }

// Array is an array.
func Array(values ...*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_ArrayValue{ArrayValue: &pb.ArrayValue{Values: values}}}
}

// Map is a map.
func Map(fields map[string]*pb.Value) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_MapValue{MapValue: &pb.MapValue{Fields: fields}}}
}

// Vector is a vector.
func Vector(elements ...float64) *pb.Value {
	values := make([]*pb.Value, len(elements))
	for i, element := range elements {
		values[i] = Double(element)
	}
	return Map(map[string]*pb.Value{"__type__": String("__vector__"), "value": Array(values...)})
}

// Generator makes random values. It is for one goroutine.
type Generator struct {
	Rand     *rand.Rand
	Database string // that references lead into; Database of this package if empty
}

// Value is a random value that can be stored, with maps and arrays at most depth deep. Small and near values
// are as likely as extremes, so that two of them are often equal or neighbors.
func (g Generator) Value(depth int) *pb.Value {
	scalars := []func() *pb.Value{
		Null,
		func() *pb.Value { return Bool(g.Rand.IntN(2) == 0) },
		g.Number,
		g.Number, // twice: most of what can go wrong is there
		func() *pb.Value {
			return Time(Pick[int64](g.Rand, -1, 0, 1, 1_700_000_000), Pick[int32](g.Rand, 0, 1000, 999_999_000))
		},
		func() *pb.Value { return String(g.text()) },
		func() *pb.Value { return Bytes(Pick(g.Rand, "", "\x00", "\x00\x01", "a", "a\x00", "\xff", "\xff\xff")) },
		g.reference,
		func() *pb.Value {
			return Geo(Pick(g.Rand, -90, -1.5, 0, 90), Pick[float64](g.Rand, -180, 0, 0.25, 180))
		},
	}
	n := len(scalars)
	if depth > 0 {
		n += 3
	}
	i := g.Rand.IntN(n)
	if i < len(scalars) {
		return scalars[i]()
	}
	switch i - len(scalars) {
	case 0:
		return g.array(depth - 1)
	case 1:
		return g.vector()
	default:
		return Map(g.Fields(g.Rand.IntN(3), depth-1))
	}
}

// Number is a random integer or double, NaN and the infinities among them.
func (g Generator) Number() *pb.Value {
	base := Pick[int64](g.Rand, 0, 0, 0, 1<<53, -1<<53, 1<<62, math.MaxInt64-3, math.MinInt64+3)
	near := base + g.Rand.Int64N(7) - 3
	switch g.Rand.IntN(5) {
	case 0, 1:
		return Int(near)
	case 2:
		return Double(float64(near))
	case 3:
		return Double(float64(near)/2 + Pick(g.Rand, 0, 0.5, 1e-9))
	default:
		return Double(Pick(g.Rand, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64,
			math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, math.Copysign(0, -1), 1e19, -1e19))
	}
}

// Fields is a document's or a map's fields: up to n random values, maps and arrays at most depth deep.
func (g Generator) Fields(n, depth int) map[string]*pb.Value {
	fields := make(map[string]*pb.Value)
	for range n {
		fields[Pick(g.Rand, "a", "b", "c", "a b", "é", "_")] = g.Value(depth)
	}
	return fields
}

func (g Generator) text() string {
	return strings.Repeat(Pick(g.Rand, "", "a", "b", "é", "\x00", "\uffff", "\U0001f600", "a\x00b"), g.Rand.IntN(3))
}

func (g Generator) reference() *pb.Value {
	database := g.Database
	if database == "" {
		database = Database
	}
	return Ref(database + "/documents/" + Pick(g.Rand,
		"c/d", "c/d/e/f", "c/e", "cc/d", "c/__id7__", "c/__id-7__", "c/__id10__", "c/_", "c/0", "c/d!", "c/é"))
}

func (g Generator) array(depth int) *pb.Value {
	values := make([]*pb.Value, g.Rand.IntN(4))
	for i := range values {
		for { // neither arrays nor vectors go directly into an array
			values[i] = g.Value(depth)
			_, typed := values[i].GetMapValue().GetFields()["__type__"]
			if values[i].GetArrayValue() == nil && !typed {
				break
			}
		}
	}
	return Array(values...)
}

func (g Generator) vector() *pb.Value {
	elements := make([]float64, 1+g.Rand.IntN(3))
	for i := range elements {
		elements[i] = float64(g.Rand.IntN(3))
	}
	return Vector(elements...)
}

// Chance is true so often in a hundred times.
func (g Generator) Chance(percent int) bool { return g.Rand.IntN(100) < percent }

// Pick is one of the choices.
func Pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }
