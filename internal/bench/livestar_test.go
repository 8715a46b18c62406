package bench

import (
	"testing"
	"time"
)

// Nobody over a distance has a text sooner than it takes: a network without distance would flatter a room.
func TestStarOverDistance(t *testing.T) { // not beside another: vnet counts addresses without a lock
	away, err := newFar(liveAway)
	if err != nil {
		t.Fatal(err)
	}
	defer away.close()
	var bare star
	defer bare.close()
	if err := bare.open(t.Context(), away, 2); err != nil {
		t.Fatal(err)
	}
	sent := time.Now()
	if err := bare.say(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(sent); took < liveAway {
		t.Errorf("all had it after %v, which is sooner than anything goes there", took)
	}
}
