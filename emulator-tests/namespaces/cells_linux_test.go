package namespaces

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator-tests/lab"
	"github.com/parley-chat/parley/peer"
)

var (
	cellsFile = flag.String("cells", "", "write what every cell's meetings came to to `FILE`, a JSON object per cell")
	cellsRuns = flag.Int("runs", 1, "meetings in each cell, for -cells")
)

// samples are what a cell's meetings came to: a line of -cells, read by internal/bench. Both people are behind a gate
// of the same kind. Times are milliseconds.
type samples struct {
	Gate      Gate                 `json:"gate"`
	RelayOnly bool                 `json:"relayOnly"`
	Setup     []float64            `json:"setup"` // to both open
	Trips     []float64            `json:"trips"` // round trips of texts
	Relayed   int                  `json:"relayed"`
	Failures  map[peer.Failure]int `json:"failures"` // by name

	// Origin is its setup; those that failed are missing. It knew no relays, so it is measured once for each gate.
	Origin []float64 `json:"origin"`
}

// TestCells measures when -cells is given, as `parley bench namespaces` does. Without, it tries that the samples of one
// cell are all there.
func TestCells(t *testing.T) {
	t.Parallel()
	gates, file := []Gate{PortRestricted, Symmetric, NoUDP, OnlyTLS}, *cellsFile
	if file == "" {
		gates, file = gates[:1], filepath.Join(t.TempDir(), "samples.json")
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, gate := range gates {
		w := newWorld(t, gate, gate)
		startCoturn(t, w)
		for _, relayOnly := range []bool{false, true} {
			s := measure(t, w, relayOnly)
			s.Gate, s.RelayOnly = gate, relayOnly
			if !relayOnly {
				s.Origin = origins(t, w)
			}
			if met := *cellsRuns; len(s.Failures) == 0 && (len(s.Setup) != met || len(s.Trips) < met) {
				t.Errorf("%s: %d met, but there are %d setups and %d trips", gate, met, len(s.Setup), len(s.Trips))
			}
			if err := json.NewEncoder(out).Encode(s); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func places(t *testing.T, w *World) lab.Places {
	t.Helper()
	servers, err := Servers(ByUDP, ByTCP, ByTLS)
	if err != nil {
		t.Fatal(err)
	}
	return lab.Places{First: w.First, Second: w.Second, Servers: servers, Settled: 300 * time.Millisecond}
}

// measure lets two meet, one time after the other.
func measure(t *testing.T, w *World, relayOnly bool) samples {
	t.Helper()
	s := samples{Failures: map[peer.Failure]int{}}
	at := places(t, w)
	at.RelayOnly = relayOnly
	for range *cellsRuns {
		m, err := at.Meet(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if m.Failure != "" {
			s.Failures[m.Failure]++
			continue
		}
		s.Setup = append(s.Setup, milliseconds(m.Opened))
		if m.Path == peer.PathRelayed {
			s.Relayed++
		}
		for _, trip := range m.Trips {
			s.Trips = append(s.Trips, milliseconds(trip))
		}
	}
	return s
}

// origins lets the origin's two meet as often, at the same time: most of them wait in vain, half a minute each.
func origins(t *testing.T, w *World) []float64 {
	t.Helper()
	at := places(t, w)
	at.Servers.ICEServers = at.Servers.ICEServers[:1]
	var mu sync.Mutex
	var took []float64 // guarded by mu
	var all sync.WaitGroup
	for range *cellsRuns {
		all.Go(func() {
			m, err := at.Origin(t.Context())
			if err != nil {
				t.Error(err)
			}
			if m.Failure == "" {
				mu.Lock()
				defer mu.Unlock()
				took = append(took, milliseconds(m.Opened))
			}
		})
	}
	all.Wait()
	return took
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
