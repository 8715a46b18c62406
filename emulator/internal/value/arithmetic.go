package value

import (
	"math"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// increment adds by to current: two integers give an integer that stops at the ends of int64, else a double.
// What is no number counts as missing, and a missing field becomes by
// (https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.v1#fieldtransform).
func increment(current, by *pb.Value) *pb.Value {
	if TypeOf(current) != TypeNumber {
		return by
	}
	a, aInteger := current.GetValueType().(*pb.Value_IntegerValue)
	b, bInteger := by.GetValueType().(*pb.Value_IntegerValue)
	if aInteger && bInteger {
		return Integer(addSaturated(a.IntegerValue, b.IntegerValue))
	}
	return Double(AsDouble(current) + AsDouble(by))
}

func addSaturated(a, b int64) int64 {
	sum := a + b
	switch {
	case b > 0 && sum < a:
		return math.MaxInt64
	case b < 0 && sum > a:
		return math.MinInt64
	default:
		return sum
	}
}

// extreme is the larger (sign 1) or smaller (sign -1) number. Of equal ones the present value stays, so an
// integer does not become a double; NaN wins either way; what is no number counts as missing.
func extreme(current, other *pb.Value, sign int) *pb.Value {
	switch {
	case TypeOf(current) != TypeNumber:
		return other
	case IsNaN(current) || IsNaN(other):
		return Double(math.NaN())
	case sign*compareNumbers(other, current) > 0:
		return other
	default:
		return current
	}
}

// AsDouble is the number v as the nearest double; 0 if v is no number.
func AsDouble(v *pb.Value) float64 {
	if integer, ok := v.GetValueType().(*pb.Value_IntegerValue); ok {
		return float64(integer.IntegerValue)
	}
	return v.GetDoubleValue()
}

// Integer is a value of i.
func Integer(i int64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_IntegerValue{IntegerValue: i}}
}

// Double is a value of d.
func Double(d float64) *pb.Value {
	return &pb.Value{ValueType: &pb.Value_DoubleValue{DoubleValue: d}}
}
