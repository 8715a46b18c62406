package membertest

import (
	"flag"
	"fmt"
	"reflect"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

var (
	seeds     = flag.Int("seeds", 4, "how many seeds of each size")
	firstSeed = flag.Uint64("seed", 1, "the first one")
	longer    = flag.Int("longer", 1, "how many times as long")
	only      = flag.Int("members", 0, "only rooms with that many, of whatever size")
)

// [E4] to [E14], [R2] to [R10]: everybody who is honest ends with the same, nothing is lost or doubled, nobody honest
// is blamed, and who was removed reads nothing of what came after.
func TestPlays(t *testing.T) {
	type size struct{ members, hostile, steps int }
	sizes := []size{{2, 0, 200}, {3, 1, 300}, {5, 2, 300}, {9, 3, 250}, {14, 4, 200}}
	if *only > 0 {
		sizes = []size{{*only, 1 + *only/8, 100 + 4**only}}
	}
	var sum Report
	for _, size := range sizes {
		for i := range *seeds {
			s := Script{
				Seed: *firstSeed + uint64(i), Members: size.members, Hostile: size.hostile, Steps: size.steps * *longer,
				Policy: protocol.HistoryAll,
			}
			if size.members == 5 {
				s.Policy = protocol.HistoryJoined
			}
			t.Run(fmt.Sprintf("%d and %d hostile, seed %d", s.Members, s.Hostile, s.Seed), func(t *testing.T) {
				r, err := Play(s)
				if err != nil {
					t.Fatalf("%+v: %v\n%+v", s, err, r)
				}
				t.Logf("%+v", r)
				add(&sum, r)
			})
		}
	}
	// A run in which nothing happened proves nothing.
	for v, i := reflect.ValueOf(sum), 0; i < v.NumField() && *only == 0; i++ {
		if v.Field(i).Int() == 0 {
			t.Errorf("%s: none in all runs", v.Type().Field(i).Name)
		}
	}
}

// The same seed is the same run, so that a failure can be looked at.
func TestSameSeedSameRun(t *testing.T) {
	s := Script{Seed: 5, Members: 5, Hostile: 2, Steps: 100, Policy: protocol.HistoryAll}
	a, err := Play(s)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := Play(s); a != b {
		t.Errorf("%+v and %+v", a, b)
	}
}

func add(sum *Report, r Report) {
	into, from := reflect.ValueOf(sum).Elem(), reflect.ValueOf(r)
	for i := range from.NumField() {
		into.Field(i).SetInt(into.Field(i).Int() + from.Field(i).Int())
	}
}
