package bench

import (
	"math"
	"slices"
)

// normal95 is how many standard deviations hold 95 % of a normal distribution.
const normal95 = 1.96

// MedianInterval is the 95 % confidence interval of the median, by the ranks that a binomial distribution gives
// (Conover, Practical Nonparametric Statistics, 3.2); the least and the largest where there are fewer than six.
func (s Samples) MedianInterval() (low, high float64) {
	if len(s) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(s))
	n := float64(len(sorted))
	off := normal95 * math.Sqrt(n) / 2
	first := int(math.Floor(n/2-off)) - 1
	last := int(math.Ceil(n/2 + off))
	return sorted[max(first, 0)], sorted[min(last, len(sorted)-1)]
}

// shareRow is how many of how many, in per cent, with Wilson's 95 % interval.
func shareRow(name, metric string, met, of int) Row {
	n, p := float64(of), float64(met)/float64(of)
	const z2 = normal95 * normal95
	middle := (p + z2/(2*n)) / (1 + z2/n)
	off := normal95 / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	return Row{
		Case: name, Metric: metric, Unit: "%", N: of, Median: 100 * p, P95: 100 * p, OK: true,
		Low: 100 * max(middle-off, 0), High: 100 * min(middle+off, 1),
	}
}
