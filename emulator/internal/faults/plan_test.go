package faults_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
)

func always(faults.Occasion) bool { return true }

// decisions asks a plan about n calls and gives what it decided, in short.
func decisions(p *faults.Plan, n int, kinds ...faults.Kind) string {
	var all []string
	for range n {
		all = append(all, fmt.Sprint(p.Decide(faults.Occasion{Method: "Commit"}, nil, kinds...)))
	}
	return strings.Join(all, " ")
}

func TestSameSeedSameDecisions(t *testing.T) {
	rules := []faults.Rule{
		{Kind: faults.Delay, Applies: always, Rate: 0.5, Delay: time.Second, Jitter: time.Second},
		{Kind: faults.Refuse, Applies: always, Rate: 0.3, Code: codes.Aborted},
	}
	ask := func(seed uint64, kinds ...faults.Kind) string {
		return decisions(faults.New(seed, rules), 100, kinds...)
	}
	if a, b := ask(1, faults.Delay, faults.Refuse), ask(1, faults.Delay, faults.Refuse); a != b {
		t.Errorf("the same seed decided\n%s\nand\n%s", a, b)
	}
	if ask(1, faults.Delay, faults.Refuse) == ask(2, faults.Delay, faults.Refuse) {
		t.Error("another seed decided the same a hundred times")
	}
	// What the first rule does changes nothing for the second one.
	alone := decisions(faults.New(1, []faults.Rule{{Kind: faults.Lose, Applies: always}, rules[1]}), 100, faults.Refuse)
	if beside := ask(1, faults.Refuse); alone != beside {
		t.Errorf("alone\n%s\nand beside another rule\n%s", alone, beside)
	}
}

func TestRate(t *testing.T) {
	for rate, want := range map[float64][2]int{0: {0, 0}, 1: {1000, 1000}, 0.25: {200, 300}} {
		p := faults.New(7, []faults.Rule{{Kind: faults.Lose, Applies: always, Rate: rate, Code: codes.Unavailable}})
		hits := 0
		for range 1000 {
			if p.Decide(faults.Occasion{}, nil, faults.Lose).Lose != codes.OK {
				hits++
			}
		}
		if hits < want[0] || hits > want[1] {
			t.Errorf("a rate of %v hit %d of 1000", rate, hits)
		}
	}
}

func TestJitterIsBounded(t *testing.T) {
	rules := []faults.Rule{{Kind: faults.Delay, Applies: always, Rate: 1, Delay: time.Second, Jitter: 10}}
	p := faults.New(1, rules)
	seen := map[time.Duration]bool{}
	for range 1000 {
		wait := p.Decide(faults.Occasion{}, nil, faults.Delay).Delay
		if wait < time.Second || wait > time.Second+10 {
			t.Fatalf("waits %v", wait)
		}
		seen[wait] = true
	}
	if len(seen) != 11 {
		t.Errorf("saw %d of 11 lengths", len(seen))
	}
}

// A script: of the occasions that apply, so many are spared, and then so many hit.
func TestSkipAndTimes(t *testing.T) {
	p := faults.New(1, []faults.Rule{
		{Kind: faults.Refuse, Applies: always, Rate: 1, Skip: 1, Times: 2, Code: codes.Aborted},
		{Kind: faults.Refuse, Applies: always, Rate: 1, Skip: 2, Times: 2, Code: codes.Unavailable},
		{Kind: faults.Refuse, Applies: func(o faults.Occasion) bool { return o.Method == "Listen" }, Rate: 1},
	})
	var got []codes.Code
	for range 5 {
		got = append(got, p.Decide(faults.Occasion{Method: "Commit"}, nil, faults.Refuse).Refuse)
	}
	want := []codes.Code{codes.OK, codes.Aborted, codes.Aborted, codes.Unavailable, codes.OK}
	if !slices.Equal(got, want) {
		t.Errorf("decided %v, want %v", got, want)
	}
}

// Skip counts in each stream, Times over all of them.
func TestStreamsCountByThemselves(t *testing.T) {
	p := faults.New(1, []faults.Rule{
		{Kind: faults.Cut, Applies: always, Rate: 1, Skip: 2, Times: 2, Code: codes.Unavailable},
	})
	for stream, want := range []int{2, 2, 5} {
		var counter faults.Counter
		heard := 0
		for heard < 5 && p.Decide(faults.Occasion{}, &counter, faults.Cut).Cut == codes.OK {
			heard++
		}
		if heard != want {
			t.Errorf("stream %d heard %d messages, want %d", stream, heard, want)
		}
	}
}

func TestNoPlan(t *testing.T) {
	var p *faults.Plan
	if d := p.Decide(faults.Occasion{}, nil, faults.Delay, faults.Refuse); d != (faults.Decision{}) {
		t.Errorf("decided %v", d)
	}
}
