package value

import (
	"cmp"
	"math"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// 2^63 is the first double above every int64; -2^63 is the least int64 itself.
const twoTo63 = 1 << 63

func compareNumbers(a, b *pb.Value) int {
	_, aInteger := a.GetValueType().(*pb.Value_IntegerValue)
	_, bInteger := b.GetValueType().(*pb.Value_IntegerValue)
	switch {
	case aInteger && bInteger:
		return cmp.Compare(a.GetIntegerValue(), b.GetIntegerValue())
	case aInteger:
		return compareIntegerDouble(a.GetIntegerValue(), b.GetDoubleValue())
	case bInteger:
		return -compareIntegerDouble(b.GetIntegerValue(), a.GetDoubleValue())
	default:
		return cmp.Compare(a.GetDoubleValue(), b.GetDoubleValue()) // NaN first, -0 equals 0
	}
}

// compareIntegerDouble is exact: it never rounds i to a double, which beyond 2^53 would make neighbors equal.
func compareIntegerDouble(i int64, d float64) int {
	switch {
	case math.IsNaN(d) || d < -twoTo63:
		return 1
	case d >= twoTo63:
		return -1
	}
	whole := math.Trunc(d)
	if c := cmp.Compare(i, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(whole, d)
}

// IsNaN tells whether v is the double NaN.
func IsNaN(v *pb.Value) bool {
	d, ok := v.GetValueType().(*pb.Value_DoubleValue)
	return ok && math.IsNaN(d.DoubleValue)
}

// IsNull tells whether v is null. A missing value (nil) is not.
func IsNull(v *pb.Value) bool { return TypeOf(v) == TypeNull }

// floorDouble is the largest double that is not above i.
func floorDouble(i int64) float64 {
	d := float64(i)
	if compareIntegerDouble(i, d) < 0 {
		d = math.Nextafter(d, math.Inf(-1))
	}
	return d
}
