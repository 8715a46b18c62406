package bench

import (
	"context"
	"strconv"
)

// The targets of the lab.
const (
	maxFloorRatio = 1.3 // setup, beside the round trips that a cell needs
	maxPathRatio  = 1.2 // a text's round trip, beside the path's own
	maxAnswered   = 3.5 // round trips of the path, from the answer to both open
)

// labCell is what a line of the lab's -matrix holds: a cell, and the samples of its meetings in milliseconds. The test
// in emulator-tests/lab that writes it says more.
type labCell struct {
	First    string         `json:"first"`
	Second   string         `json:"second"`
	Together bool           `json:"together"`
	TURN     bool           `json:"turn"`
	RTT      float64        `json:"rtt"`
	Loss     float64        `json:"loss"`
	Path     string         `json:"path"`
	PathRTT  float64        `json:"pathRTT"`
	Floor    float64        `json:"floor"`
	Setup    Samples        `json:"setup"`
	Applied  Samples        `json:"applied"`
	Trips    Samples        `json:"trips"`
	Relayed  int            `json:"relayed"`
	Failures map[string]int `json:"failures"`
	Origin   Samples        `json:"origin"`
}

// lab measures on simulated networks.
func (m *measuring) lab(ctx context.Context) ([]Row, error) {
	m.progress("lab: " + strconv.Itoa(m.Runs) + " meetings in each cell, in virtual time")
	cells, err := runLab[labCell](ctx, m, "TestMatrix", "matrix")
	return labRows(cells), err
}

// runLab runs a test of emulator-tests/lab. The lab runs as a test, since only tests have virtual time.
func runLab[T any](ctx context.Context, m *measuring, test, flag string) ([]T, error) {
	return runTest[T](ctx, m, "./emulator-tests/lab", test, flag)
}

// between names the two networks, whoever comes first.
func (c labCell) between() string {
	order := map[string]int{"none": 0, "full cone": 1, "address-restricted": 2, "port-restricted": 3, "symmetric": 4}
	switch {
	case c.Together:
		return "same network"
	case order[c.First] > order[c.Second]:
		return c.Second + " – " + c.First
	}
	return c.First + " – " + c.Second
}

func (c labCell) servers() string {
	if c.TURN {
		return "STUN and TURN"
	}
	return "STUN"
}

// conditions are the distance and the loss.
func (c labCell) conditions() string {
	return number(c.RTT) + " ms, " + number(100*c.Loss) + " % lost"
}

// met is how many of how many met.
func (c labCell) met() (met, of int) {
	met = len(c.Setup)
	of = met
	for _, failed := range c.Failures {
		of += failed
	}
	return met, of
}
