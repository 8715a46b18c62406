package bench

import (
	"math"
	"testing"
)

func TestMedianInterval(t *testing.T) {
	var s Samples
	for i := range 25 {
		s = append(s, float64(i+1))
	}
	if low, high := s.MedianInterval(); low != 7 || high != 19 { // ranks 8 and 18 hold 95.7 %; ours is one wider
		t.Errorf("%v to %v", low, high)
	}
	if low, high := (Samples{3, 1, 2}).MedianInterval(); low != 1 || high != 3 {
		t.Errorf("%v to %v", low, high)
	}
}

// The figures are those of Newcombe's paper of 1998, table I, method 3.
func TestShareRow(t *testing.T) {
	for _, c := range []struct {
		met, of   int
		low, high float64
	}{{81, 263, 25.53, 36.62}, {15, 148, 6.24, 16.05}, {0, 20, 0, 16.11}, {1, 29, 0.61, 17.18}} {
		row := shareRow("", "", c.met, c.of)
		if math.Abs(row.Low-c.low) > 0.02 || math.Abs(row.High-c.high) > 0.02 {
			t.Errorf("%d of %d: %.2f to %.2f", c.met, c.of, row.Low, row.High)
		}
	}
}
