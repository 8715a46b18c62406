package lab

import (
	"flag"
	"testing"
	"testing/synctest"

	"github.com/parley-chat/parley/peer"
)

var faultsFile = flag.String("faults", "",
	"write what -runs conversations came to under each fault to `FILE`, a JSON object for each")

// survived is what a conversation came to: a line of -faults, read by internal/bench. Times are milliseconds.
type survived struct {
	Fault      string       `json:"fault"`
	Seed       uint64       `json:"seed"`
	Failure    peer.Failure `json:"failure"`
	Sent       int          `json:"sent"`
	Lost       int          `json:"lost"`
	Duplicated int          `json:"duplicated"`
	Disordered int          `json:"disordered"`
	Recovered  float64      `json:"recovered"`
	Longest    float64      `json:"longest"`
}

// Whatever happens to a conversation, every text arrives once and in order. With -faults it is measured, as
// `parley bench faults` does, and what was lost shows in the figures.
func TestFaults(t *testing.T) {
	runs := uint64(2) // strangers, and members of a room
	if *faultsFile != "" {
		runs = uint64(*matrixRuns)
	}
	faults := Faults()
	all := make([][]survived, len(faults))
	t.Run("faults", func(t *testing.T) {
		for i, f := range faults {
			t.Run(f.Name, func(t *testing.T) {
				t.Parallel()
				for seed := range runs {
					all[i] = append(all[i], survive(t, f, seed))
				}
			})
		}
	})
	writeLines(t, *faultsFile, all)
}

func survive(t *testing.T, f Fault, seed uint64) survived {
	t.Helper()
	var s Survival
	synctest.Test(t, func(t *testing.T) {
		var err error
		if s, err = Survive(t.Context(), f, seed); err != nil {
			t.Fatalf("%s, seed %d: %v", f.Name, seed, err)
		}
	})
	if *faultsFile == "" && (s.Failure != "" || s.Lost+s.Duplicated+s.Disordered > 0 || s.Recovered == 0) {
		t.Errorf("seed %d: %+v", seed, s)
	}
	return survived{
		Fault: f.Name, Seed: seed, Failure: s.Failure,
		Sent: s.Sent, Lost: s.Lost, Duplicated: s.Duplicated, Disordered: s.Disordered,
		Recovered: milliseconds(s.Recovered), Longest: milliseconds(s.Longest),
	}
}
