package lab

import (
	"encoding/json"
	"flag"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

var messagesFile = flag.String("messages", "", "write what -runs exchanges of texts took to `FILE`, a JSON object each")

// exchanged is what the texts of one exchange took, in milliseconds: a line of -messages, read by internal/bench.
type exchanged struct {
	Path      string    `json:"path"`
	RTT       float64   `json:"rtt"` // of the path
	Loss      float64   `json:"loss"`
	Trips     []float64 `json:"trips"`
	Ways      []float64 `json:"ways"`
	BareTrips []float64 `json:"bareTrips"`
	BareWays  []float64 `json:"bareWays"`
}

// TestMessages measures when -messages is given, as `parley bench messages` does. Without, it tries that all texts of
// one exchange arrive.
func TestMessages(t *testing.T) {
	const rtt = 50 * time.Millisecond
	cells := []Cell{
		{First: PortRestricted, Second: PortRestricted, RTT: rtt},
		{First: PortRestricted, Second: PortRestricted, RTT: rtt, Loss: 0.02},
		{First: Symmetric, Second: Symmetric, TURN: true, RTT: rtt},
	}
	runs := uint64(*matrixRuns)
	if *messagesFile == "" {
		cells, runs = cells[:1], 1
	}
	all := make([][]exchanged, len(cells))
	t.Run("cells", func(t *testing.T) {
		for i, c := range cells {
			t.Run(c.String(), func(t *testing.T) {
				t.Parallel()
				for seed := range runs {
					ours, bare := exchangeIn(t, c, seed, false), exchangeIn(t, c, seed, true)
					all[i] = append(all[i], exchanged{
						Path: string(c.Path()), RTT: milliseconds(c.PathRTT(c.Path())), Loss: c.Loss,
						Trips: allMilliseconds(ours.Trips), Ways: allMilliseconds(ours.Ways),
						BareTrips: allMilliseconds(bare.Trips), BareWays: allMilliseconds(bare.Ways),
					})
				}
			})
		}
	})
	writeLines(t, *messagesFile, all)
}

func exchangeIn(t *testing.T, c Cell, seed uint64, bare bool) (e Exchange) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var err error
		if e, err = Messages(t.Context(), c, seed, bare); err != nil {
			t.Fatalf("%v, seed %d, bare %t: %v", c, seed, bare, err)
		}
	})
	return e
}

func allMilliseconds(took []time.Duration) []float64 {
	all := make([]float64, len(took))
	for i, d := range took {
		all[i] = milliseconds(d)
	}
	return all
}

// writeLines writes what was measured, a JSON object a line; without a file, nothing.
func writeLines[T any](t *testing.T, file string, all [][]T) {
	t.Helper()
	if file == "" {
		return
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, some := range all {
		for _, one := range some {
			if err := json.NewEncoder(out).Encode(one); err != nil {
				t.Fatal(err)
			}
		}
	}
}
