package protocol

import (
	"errors"
	"slices"
	"testing"
)

type vectorStep struct {
	Do         string   `json:"do"`
	Role       Role     `json:"role"`
	Batch      int      `json:"batch"`
	Candidates []string `json:"candidates"`
	OK         bool     `json:"ok"`
	Phase      Phase    `json:"phase"`
	Release    []string `json:"release"`
}

func TestNegotiation(t *testing.T) {
	eachVector(t, "negotiation.json", func(t *testing.T, c vectorCase) {
		var n Negotiation
		for i, step := range c.Steps {
			released, err := take(t, &n, step)
			if (err == nil) != step.OK || (err != nil && !errors.Is(err, ErrTransition)) {
				t.Fatalf("step %d, %s: %v, want ok=%v", i, step.Do, err, step.OK)
			}
			if n.Phase() != step.Phase {
				t.Fatalf("step %d, %s: phase %s, want %s", i, step.Do, n.Phase(), step.Phase)
			}
			if !slices.Equal(released, step.Release) {
				t.Fatalf("step %d, %s: released %v, want %v", i, step.Do, released, step.Release)
			}
		}
	})
}

func take(t *testing.T, n *Negotiation, step vectorStep) ([]string, error) {
	t.Helper()
	switch step.Do {
	case "start":
		return nil, n.Start(step.Role)
	case "local":
		return nil, n.Local()
	case "remote":
		released, err := n.Remote()
		return texts(released), err
	case "open":
		return nil, n.Open()
	case "close":
		n.Close()
		return nil, nil
	case "candidates":
		batch := make([]Candidate, len(step.Candidates))
		for i, text := range step.Candidates {
			batch[i].Candidate = text
		}
		return texts(n.Candidates(step.Batch, batch)), nil
	}
	t.Fatalf("the test does not know step %q", step.Do)
	return nil, nil
}

func texts(candidates []Candidate) []string {
	out := make([]string, len(candidates))
	for i, c := range candidates {
		out[i] = c.Candidate
	}
	return out
}
