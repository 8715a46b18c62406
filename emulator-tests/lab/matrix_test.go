package lab

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
)

var (
	matrixFile = flag.String("matrix", "", "write the samples of the whole matrix to `FILE`, a JSON object per cell")
	matrixRuns = flag.Int("runs", 1, "meetings in each cell, for -matrix")
)

// samples are what a cell's meetings came to: a line of -matrix, read by internal/bench. Times are milliseconds.
type samples struct {
	First    NAT       `json:"first"`
	Second   NAT       `json:"second"`
	Together bool      `json:"together"`
	TURN     bool      `json:"turn"`
	RTT      float64   `json:"rtt"`
	Loss     float64   `json:"loss"`
	Path     peer.Path `json:"path"`    // that there is
	PathRTT  float64   `json:"pathRTT"` // its round trip
	Floor    float64   `json:"floor"`   // what setup needs at the least

	Setup    []float64            `json:"setup"`    // to both open
	Applied  []float64            `json:"applied"`  // to the answer applied
	Proved   []float64            `json:"proved"`   // to both proved
	Trips    []float64            `json:"trips"`    // round trips of texts
	Relayed  int                  `json:"relayed"`  // of those that met
	Failures map[peer.Failure]int `json:"failures"` // by name
	Origin   []float64            `json:"origin"`   // the origin's setup; those that failed are missing
}

// TestMatrix measures when -matrix is given, as `parley bench lab` does. Without, it tries that the samples of one cell
// are all there.
func TestMatrix(t *testing.T) {
	cells, file := Matrix(), *matrixFile
	if file == "" {
		cells, file = cells[:1], filepath.Join(t.TempDir(), "samples.json")
	}
	all := make([]samples, len(cells))
	t.Run("cells", func(t *testing.T) {
		for i, c := range cells {
			t.Run(c.String(), func(t *testing.T) {
				t.Parallel()
				all[i] = measure(t, c, *matrixRuns)
			})
		}
	})
	logConditions(t, all)
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, s := range all {
		met := *matrixRuns
		for _, failed := range s.Failures {
			met -= failed
		}
		if len(s.Setup) != met || len(s.Trips) != met*trips {
			t.Errorf("%d of %d met, but there are %d setups and %d trips", met, *matrixRuns, len(s.Setup), len(s.Trips))
		}
		if err := json.NewEncoder(out).Encode(s); err != nil {
			t.Fatal(err)
		}
	}
}

func measure(t *testing.T, c Cell, runs int) samples {
	t.Helper()
	s := samples{
		First: c.First, Second: c.Second, Together: c.Together, TURN: c.TURN, RTT: milliseconds(c.RTT), Loss: c.Loss,
		Path: c.Path(), PathRTT: milliseconds(c.PathRTT(c.Path())), Floor: milliseconds(c.Floor()),
		Failures: map[peer.Failure]int{},
	}
	for seed := range uint64(runs) {
		if m := origin(t, c, seed); m.Failure == "" {
			s.Origin = append(s.Origin, milliseconds(m.Opened))
		}
		m := ours(t, c, seed)
		if m.Failure != "" {
			s.Failures[m.Failure]++
			continue
		}
		s.Setup = append(s.Setup, milliseconds(m.Opened))
		s.Applied = append(s.Applied, milliseconds(m.Applied))
		s.Proved = append(s.Proved, milliseconds(m.Proved))
		if m.Path == peer.PathRelayed {
			s.Relayed++
		}
		for _, trip := range m.Trips {
			s.Trips = append(s.Trips, milliseconds(trip))
		}
	}
	return s
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
