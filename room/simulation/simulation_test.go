package simulation

import (
	"flag"
	"fmt"
	"reflect"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

var (
	seeds     = flag.Int("seeds", 1, "how many seeds of each size")
	firstSeed = flag.Uint64("seed", 1, "the first one")
	longer    = flag.Int("longer", 1, "how many times as long")
)

// [E4] to [E14]: everybody who is honest ends with the same, nothing is lost or doubled, and nobody honest is blamed.
func TestRooms(t *testing.T) {
	var sum Report
	for _, size := range []struct{ members, hostile, steps int }{
		{2, 0, 200}, {2, 1, 400}, {4, 2, 600}, {7, 3, 800}, {12, 4, 700}, {30, 5, 400}, {100, 3, 150},
	} {
		for i := range *seeds {
			o := Options{
				Seed: *firstSeed + uint64(i), Members: size.members, Hostile: size.hostile, Steps: size.steps * *longer,
				Policy: protocol.HistoryAll,
			}
			if size.members == 7 {
				o.Policy = protocol.HistoryJoined
			}
			t.Run(fmt.Sprintf("%d and %d hostile, seed %d", o.Members, o.Hostile, o.Seed), func(t *testing.T) {
				r, err := Run(o)
				if err != nil {
					t.Fatalf("%+v: %v\n%+v", o, err, r)
				}
				t.Logf("%+v", r)
				add(&sum, r)
			})
		}
	}
	// A run in which nothing happened proves nothing.
	for v, i := reflect.ValueOf(sum), 0; i < v.NumField(); i++ {
		if v.Field(i).Int() == 0 {
			t.Errorf("%s: none in all runs", v.Type().Field(i).Name)
		}
	}
}

func add(sum *Report, r Report) {
	into, from := reflect.ValueOf(sum).Elem(), reflect.ValueOf(r)
	for i := range from.NumField() {
		into.Field(i).SetInt(into.Field(i).Int() + from.Field(i).Int())
	}
}

// The same seed is the same run, so that a failure can be looked at.
func TestSameSeedSameRun(t *testing.T) {
	o := Options{Seed: 5, Members: 5, Hostile: 2, Steps: 120, Policy: protocol.HistoryAll}
	a, err := Run(o)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := Run(o); a != b {
		t.Errorf("%+v and %+v", a, b)
	}
}
