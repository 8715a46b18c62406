package value

import (
	"math"
	"math/big"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// Sum adds numbers as aggregations do: integers exactly, doubles with their rounding errors kept apart, so
// that the result hardly depends on the order. The zero Sum is that of nothing. It is for one goroutine.
type Sum struct {
	count    int64
	doubles  int64   // how many of count are doubles
	integers big.Int // sum of the integers
	double   float64 // sum of the doubles
	lost     float64 // what rounding took from double (Neumaier's variant of Kahan's summation)
}

// Add adds v; what is no number adds nothing.
func (s *Sum) Add(v *pb.Value) {
	if TypeOf(v) != TypeNumber {
		return
	}
	s.count++
	if integer, ok := v.GetValueType().(*pb.Value_IntegerValue); ok {
		var term big.Int
		s.integers.Add(&s.integers, term.SetInt64(integer.IntegerValue))
		return
	}
	s.doubles++
	s.addDouble(v.GetDoubleValue())
}

func (s *Sum) addDouble(d float64) {
	next := s.double + d
	if math.Abs(s.double) >= math.Abs(d) {
		s.lost += (s.double - next) + d
	} else {
		s.lost += (d - next) + s.double
	}
	s.double = next
}

// Value is the sum: an integer if all are integers and it fits, else a double. The sum of none is 0.
func (s *Sum) Value() *pb.Value {
	if s.doubles == 0 && s.integers.IsInt64() {
		return Integer(s.integers.Int64())
	}
	return Double(s.asDouble())
}

// Average is the average as a double, null if there are no numbers.
func (s *Sum) Average() *pb.Value {
	if s.count == 0 {
		return null()
	}
	return Double(s.asDouble() / float64(s.count))
}

func (s *Sum) asDouble() float64 {
	total := Sum{double: s.double, lost: s.lost}
	integers, _ := new(big.Float).SetInt(&s.integers).Float64()
	total.addDouble(integers)
	if math.IsInf(total.double, 0) || math.IsNaN(total.double) {
		return total.double // lost is NaN then
	}
	return total.double + total.lost
}
