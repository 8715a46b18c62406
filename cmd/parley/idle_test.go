package main

import "testing"

func TestIdleness(t *testing.T) {
	t.Parallel()
	var i idleness
	for n, period := range []struct {
		megabytes uint64 // allocated in it
		release   bool
	}{
		{4, false},
		{0, false}, // too little to give back
		{20, false},
		{5, false}, // busy
		{0, true},
		{0, false},
		{0, false}, // it has been given back
		{9, false},
		{0, true},
	} {
		if got := i.quiet(i.last + period.megabytes<<20); got != period.release {
			t.Errorf("period %d: release: %t, want %t", n, got, period.release)
		}
	}
}
