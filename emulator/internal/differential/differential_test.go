package differential_test

import (
	"flag"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/internal/firestoretest"
)

var (
	only = flag.Int64("seed", -1, "run this seed alone")
	soak = flag.Duration("soak", 0, "run new seeds for so long, after those of every run")
)

// worlds is how many seeds every run of the tests has.
const worlds = 300

// wanted is how many operations they have to be, at least.
const wanted = 100_000

// TestDifferential does the same random operations at both servers.
//
//nolint:tparallel // the worlds are parallel, and counted when all are over
func TestDifferential(t *testing.T) {
	t.Parallel()
	both := servers(t)
	var total tally
	t.Run("seeds", func(t *testing.T) {
		if *only >= 0 {
			compareSeed(t, both, uint64(*only), &total)
			return
		}
		compareSeeds(t, both, 0, worlds, &total)
	})
	began := time.Now()
	for from := uint64(began.Unix()) * 1000; time.Since(began) < *soak && !t.Failed(); from += 100 {
		t.Run("new seeds", func(t *testing.T) { compareSeeds(t, both, from, 100, &total) })
	}
	t.Log(&total)
	if n := total.operations(); n < wanted && *only < 0 && !t.Failed() {
		t.Errorf("%d operations, want %d", n, wanted)
	}
	if total.broken*100 > total.requests && *only < 0 {
		t.Errorf("the official emulator broke at %d of %d requests: too little was compared", total.broken, total.requests)
	}
}

func compareSeeds(t *testing.T, both [2]*server, from, n uint64, total *tally) {
	t.Helper()
	for seed := from; seed < from+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			compareSeed(t, both, seed, total)
		})
	}
}

// compareSeed runs the world of a seed, and if the servers differ, the least of it that still does.
func compareSeed(t *testing.T, both [2]*server, seed uint64, total *tally) {
	t.Helper()
	what := story{rules: rulesOf(seed), tell: func(project string) []operation { return generate(seed, project) }}
	found := play(t, both, what, what.everything(), total)
	if found != nil {
		t.Errorf("seed %d: the servers differ; to see it again: go test -run 'TestDifferential$' -seed %[1]d\n%s", seed,
			shrink(t, both, what, found))
	}
}

// difference is where two runs differ: at the last of the parts.
type difference struct {
	parts []part
	text  string
}

// play runs parts of a story, in a project of their own. nil: the servers do the same.
func play(
	t *testing.T, both [2]*server, what story, parts []part, total *tally,
) *difference {
	t.Helper()
	project := firestoretest.Project(t)
	what.setRules(t, both, project)
	operations := what.tell(project)
	var sides [2]*side
	var outcomes [2][][]outcome
	var running sync.WaitGroup
	for i, server := range both {
		sides[i] = newSide(t.Context(), server, project)
		running.Go(func() {
			for _, p := range parts {
				outcomes[i] = append(outcomes[i], p.of(operations).run(sides[i]))
			}
		})
	}
	running.Wait()
	for i, p := range parts {
		ours, theirs, o := outcomes[0][i], outcomes[1][i], p.of(operations)
		if len(theirs) == len(ours) && slices.ContainsFunc(theirs, outcome.broken) {
			total.addBroken()
			if slices.ContainsFunc(theirs, outcome.torn) {
				return nil
			}
			continue
		}
		total.add(o, ours)
		if !slices.EqualFunc(ours, theirs, outcome.same) {
			return &difference{parts[:i+1], fmt.Sprintf("%v\nours: %v\nofficial: %v", o, ours, theirs)}
		}
	}
	if ours, theirs := sides[0].order(), sides[1].order(); !slices.Equal(ours, theirs) {
		return &difference{parts, fmt.Sprintf("the order of times\nours: %v\nofficial: %v", ours, theirs)}
	}
	return nil
}
