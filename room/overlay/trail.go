package overlay

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// trailFor is how long an answer finds its way back: more than callers wait for it.
	trailFor = 10 * time.Second
	// maxTrail is how many offers are remembered; then the oldest go first. SPEC O9 leaves each neighbour 400 in that
	// time.
	maxTrail = 4096
)

// offer names an introduction. Link ids are chosen by callers, and nobody's answer is another's.
type offer struct {
	link           protocol.RoomID
	caller, callee Peer
}

// trail is from which neighbours offers came: what answers them goes back there. The presence of a caller who has just
// come may not have reached everybody between.
type trail struct {
	came  map[offer]way
	order []offer // of came, the oldest first
}

// add takes note of an offer; false if it came before: it has gone in a circle.
func (t *trail) add(o offer, over Peer, now time.Time) bool {
	t.forget(now)
	if _, again := t.came[o]; again {
		return false
	}
	t.came[o] = way{over, now}
	if t.order = append(t.order, o); len(t.order) > maxTrail {
		t.drop()
	}
	return true
}

// back is the neighbour from which an offer came; false if none did, or too long ago.
func (t *trail) back(o offer, now time.Time) (Peer, bool) {
	w, came := t.came[o]
	return w.over, came && now.Sub(w.at) < trailFor
}

// forget ends what came too long ago.
func (t *trail) forget(now time.Time) {
	for len(t.order) > 0 && now.Sub(t.came[t.order[0]].at) >= trailFor {
		t.drop()
	}
}

func (t *trail) drop() {
	delete(t.came, t.order[0])
	t.order = t.order[1:]
}
