package firestorequeue

import (
	"errors"
	"testing"
	"time"

	"github.com/parley-chat/parley/matchmaker"
)

// TestCost holds what each path costs: Firestore bills every read, write and delete. Commits that fail on a
// precondition change nothing; they are counted as RPCs.
func TestCost(t *testing.T) {
	t.Parallel()
	ann, bob := request("ann", 1), request("bob", 1)
	for _, c := range []struct {
		name   string
		before func(w *world)
		act    func(w *world)
		want   operations
	}{
		{
			"first to come", func(*world) {},
			func(w *world) { w.match(ann) },
			operations{reads: 1, writes: 2, rpcs: 2},
		},
		{
			"second to come", func(w *world) { w.match(ann) },
			func(w *world) { w.match(bob) },
			operations{reads: 1, writes: 2, deletes: 1, rpcs: 2},
		},
		{
			"[A6] renew", func(w *world) { w.match(ann) },
			func(w *world) { w.match(ann) },
			operations{reads: 1, writes: 1, rpcs: 2},
		},
		{
			"[A5] retry of the caller", func(w *world) { w.match(ann); w.match(bob) },
			func(w *world) { w.match(bob) },
			operations{reads: 3, rpcs: 3},
		},
		{
			"[A5] retry of the callee, paired", func(w *world) { w.match(ann); w.match(bob) },
			func(w *world) { w.match(ann) },
			operations{reads: 4, rpcs: 4},
		},
		{
			"[A5] another request id while waiting", func(w *world) { w.match(ann) },
			func(w *world) { w.match(request("ann", 2)) },
			operations{reads: 3, writes: 3, rpcs: 3},
		},
		{
			"[A6] place of an expired ticket", func(w *world) { w.match(ann); w.clock.pass(time.Minute) },
			func(w *world) { w.match(bob) },
			operations{reads: 1, writes: 2, deletes: 1, rpcs: 2},
		},
		{
			"[A7] cancel while waiting", func(w *world) { w.match(ann) },
			func(w *world) { w.cancel(ann) },
			operations{reads: 2, writes: 1, deletes: 1, rpcs: 2},
		},
		{
			"[A7] cancel when paired", func(w *world) { w.match(ann); w.match(bob) },
			func(w *world) { w.cancel(ann) },
			operations{reads: 3, writes: 2, rpcs: 3},
		},
		{
			"[A7] cancel when there is none", func(*world) {},
			func(w *world) { w.cancel(ann) },
			operations{reads: 2, writes: 1, rpcs: 2},
		},
		{
			"[A7] cancel again", func(w *world) { w.cancel(ann) },
			func(w *world) { w.cancel(ann) },
			operations{reads: 2, rpcs: 1},
		},
		{
			"ask when cancelled", func(w *world) { w.cancel(ann) },
			func(w *world) {
				if _, err := w.queue.Match(w.t.Context(), ann); !errors.Is(err, matchmaker.ErrEnded) {
					w.t.Errorf("want ErrEnded, got %v", err)
				}
			},
			operations{reads: 3, rpcs: 3},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.before(w)
			w.tap.reset()
			c.act(w)
			if got := w.tap.reset(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
