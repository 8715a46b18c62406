package lab

import (
	"flag"
	"testing"
	"time"
)

var tripsFile = flag.String("trips", "", "write what -runs round trips took to `FILE`, a JSON object for each distance")

// tripped is what round trips took at one distance, in milliseconds, by line: a line of -trips, read by internal/bench.
type tripped struct {
	OneWay float64              `json:"oneWay"`
	Took   map[string][]float64 `json:"took"`
}

// TestTrips measures when -trips is given, as `parley bench messages` does. Without, it tries that every line carries a
// text there and back. Nothing here is timed.
func TestTrips(t *testing.T) {
	runs, distances := 1, map[time.Duration]int{time.Millisecond: 1}
	if *tripsFile != "" {
		runs, distances = *matrixRuns, map[time.Duration]int{0: 20, 25 * time.Millisecond: 3}
	}
	var all [][]tripped
	for oneWay, each := range distances {
		took, err := Trips(t.Context(), oneWay, runs, each)
		if err != nil {
			t.Fatal(err)
		}
		one := tripped{OneWay: milliseconds(oneWay), Took: map[string][]float64{}}
		for name, samples := range took {
			one.Took[name] = allMilliseconds(samples)
		}
		if len(one.Took) != 4 {
			t.Errorf("lines: %v", one.Took)
		}
		all = append(all, []tripped{one})
	}
	writeLines(t, *tripsFile, all)
}
