package firestorequeue

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

// TestEachRPCLost stops a process after each of its RPCs, before and after Firestore did it: the process
// that got the call never comes back. Another one gets the same call again, and everything is as if
// nothing had happened.
func TestEachRPCLost(t *testing.T) {
	t.Parallel()
	ann, bob := request("ann", 1), request("bob", 1)
	for _, c := range []struct {
		name   string
		before []matchmaker.Request
		call   func(w *world, q *Queue) error
		rpcs   int // how many the call makes when nothing is lost
		check  func(w *world)
	}{
		{"first to come", nil, matching(ann), 2, func(w *world) {
			if got := w.match(bob); got.Status != protocol.Paired {
				w.t.Errorf("bob: %+v", got)
			}
		}},
		{"second to come", []matchmaker.Request{ann}, matching(bob), 2, func(w *world) {
			if a, b := w.match(ann), w.match(bob); a.RoomID != b.RoomID || b.Role != protocol.Caller || a.PeerKey == nil {
				w.t.Errorf("ann %+v, bob %+v", a, b)
			}
		}},
		{"renew", []matchmaker.Request{ann}, matching(ann), 2, func(w *world) {
			if a, b := w.match(ann), w.match(bob); a.RoomID != b.RoomID || b.Status != protocol.Paired {
				w.t.Errorf("ann %+v, bob %+v", a, b)
			}
		}},
		{"another request id", []matchmaker.Request{ann}, matching(request("ann", 2)), 3, func(w *world) {
			a, again := w.match(ann), w.match(request("ann", 2))
			if b := w.match(bob); a.RoomID != b.RoomID || again.RoomID != a.RoomID || b.Status != protocol.Paired {
				w.t.Errorf("ann %+v, again %+v, bob %+v", a, again, b)
			}
		}},
		{"cancel", []matchmaker.Request{ann}, cancellation(ann), 2, func(w *world) {
			if got := w.match(bob); got.Status != protocol.Waiting {
				w.t.Errorf("bob: %+v", got)
			}
		}},
		{"cancel when paired", []matchmaker.Request{ann, bob}, cancellation(ann), 3, func(w *world) {
			if rooms := w.rooms(); len(rooms) != 1 || !rooms[0].Closed {
				w.t.Errorf("rooms %+v", rooms)
			}
		}},
	} {
		for rpc := range c.rpcs {
			for _, fate := range []loss{requestLost, answerLost} {
				t.Run(fmt.Sprintf("%s, RPC %d, %s", c.name, rpc, fate), func(t *testing.T) {
					t.Parallel()
					w := newWorld(t)
					for _, r := range c.before {
						w.match(r)
					}
					dying := &tap{lose: func(n int) loss {
						switch {
						case n < rpc:
							return nothingLost
						case n == rpc:
							return fate
						}
						return requestLost // it is dead
					}}
					if err := c.call(w, w.newQueue(dying)); !errors.Is(err, matchmaker.ErrUnavailable) {
						t.Fatalf("want ErrUnavailable, got %v", err)
					}
					if err := c.call(w, w.queue); err != nil {
						t.Fatalf("called again: %v", err)
					}
					c.check(w)
					w.checkPairs()
				})
			}
		}
	}
}

func (l loss) String() string {
	return map[loss]string{nothingLost: "nothing lost", requestLost: "request lost", answerLost: "answer lost"}[l]
}

func matching(r matchmaker.Request) func(*world, *Queue) error {
	return func(w *world, q *Queue) error {
		_, err := q.Match(w.t.Context(), r)
		return err
	}
}

func cancellation(r matchmaker.Request) func(*world, *Queue) error {
	return func(w *world, q *Queue) error { return q.Cancel(w.t.Context(), cancelling(r)) }
}

// TestOneLossIsHealedWithinTheCall loses a single RPC: the call itself finds out what became of it.
func TestOneLossIsHealedWithinTheCall(t *testing.T) {
	t.Parallel()
	for rpc := range 2 {
		for _, fate := range []loss{requestLost, answerLost} {
			t.Run(fmt.Sprintf("RPC %d, %s", rpc, fate), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				flaky := w.newQueue(&tap{lose: func(n int) loss {
					if n == rpc {
						return fate
					}
					return nothingLost
				}})
				waiting := w.match(request("ann", 1))
				paired, err := flaky.Match(t.Context(), request("bob", 1))
				if err != nil || paired.Status != protocol.Paired || paired.RoomID != waiting.RoomID {
					t.Errorf("bob: %+v, %v", paired, err)
				}
				if w.checkPairs() != 2 {
					t.Error("not one pair")
				}
			})
		}
	}
}

// TestStorm loses a fifth of all RPCs, of many callers at once, some of whom give up. Seeds are fixed; the
// order in which the emulator gets what is left is not.
func TestStorm(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var queues []*Queue
			for i := range uint64(3) {
				queues = append(queues, w.newQueue(stormy(seed, i)))
			}
			const people = 24
			var all sync.WaitGroup
			for i := range people {
				all.Go(func() {
					r := request(fmt.Sprintf("uid-%03d", i), 1)
					if _, err := insist(t.Context(), queues[i%3], r); err != nil {
						t.Errorf("%s: %v", r.UID, err)
					}
					if i%4 == 3 {
						if err := insistOnCancel(t.Context(), queues[(i+1)%3], cancelling(r)); err != nil {
							t.Errorf("%s: %v", r.UID, err)
						}
					}
				})
			}
			all.Wait()
			w.checkPairs()
			waiting := 0
			for i := range people {
				uid, gone := fmt.Sprintf("uid-%03d", i), i%4 == 3
				answer, err := w.queue.Match(t.Context(), request(uid, 1))
				if gone != errors.Is(err, matchmaker.ErrEnded) || (!gone && err != nil) {
					t.Errorf("%s, gone %v: %+v, %v", uid, gone, answer, err)
				}
				if answer.Status == protocol.Waiting {
					waiting++
				}
			}
			if waiting > 1 {
				t.Errorf("%d are left over", waiting)
			}
		})
	}
}

// stormy loses one RPC in five.
func stormy(seed, process uint64) *tap {
	dice := rand.New(rand.NewPCG(seed, process))
	return &tap{lose: func(int) loss { // called with the tap's lock held
		switch dice.IntN(10) {
		case 0:
			return requestLost
		case 1:
			return answerLost
		}
		return nothingLost
	}}
}
