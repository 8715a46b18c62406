package isolation_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator"
)

var soak = flag.Duration("soak", 0, "run more scenes for so long")

// Every run of the tests has so many scenes, with so many clients, who do so much each.
const (
	scenes  = 16
	clients = 6
	steps   = 15
)

func start(t *testing.T) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// TestStrictlySerializable lets clients work on the same documents, and explains what they saw.
func TestStrictlySerializable(t *testing.T) {
	t.Parallel()
	serializable(t, start(t), false)
}

// TestStrictlySerializableUnderFaults does the same while answers are late or lost, and commits refused.
func TestStrictlySerializableUnderFaults(t *testing.T) {
	t.Parallel()
	server := start(t)
	commits := []string{"Commit", "BatchWrite"}
	err := server.SetFaults(emulator.Faults{Seed: 1, Faults: []emulator.Fault{
		{Kind: emulator.FaultDelay, Rate: 0.2, Jitter: 5 * time.Millisecond},
		{Kind: emulator.FaultLose, Methods: commits, Rate: 0.03},
		{Kind: emulator.FaultRefuse, Methods: commits, Rate: 0.05, Code: codes.Aborted},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if lost := serializable(t, server, true); lost == 0 {
		t.Error("no answer was lost")
	}
}

// serializable plays and checks scenes, and gives how many answers were lost.
func serializable(t *testing.T, server *emulator.Server, lossy bool) (lost int) {
	t.Helper()
	began := time.Now()
	var total, without atomic.Int64
	for first := 0; first == 0 || time.Since(began) < *soak; first += scenes {
		var all sync.WaitGroup
		for n := first; n < first+scenes; n++ {
			all.Go(func() {
				seed := uint64(n)
				s := newScene(t, server.Addr(), fmt.Sprintf("demo-scene-%d", n))
				s.lossy = lossy
				s.play(t, seed)
				total.Add(int64(s.check(t, seed)))
				without.Add(int64(s.lost))
			})
		}
		all.Wait()
	}
	if least := int64(scenes * clients * steps / 2); total.Load() < least {
		t.Errorf("%d operations were done, at least %d should", total.Load(), least)
	}
	t.Logf("%d operations explained, %d of them without an answer", total.Load(), without.Load())
	return int(without.Load())
}

// play lets all clients do what the seed says; who is faster it does not say.
func (s *scene) play(t *testing.T, seed uint64) {
	t.Helper()
	var all sync.WaitGroup
	for client := range uint64(clients) {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(seed, client))
			for range steps {
				switch dice.IntN(10) {
				case 0, 1, 2, 3:
					s.transaction(t, dice)
				case 4, 5:
					s.optimistic(t, dice)
				case 6:
					s.increment(t, dice)
				case 7:
					s.batch(t, dice)
				case 8:
					s.query(t)
				default:
					s.get(t, dice.IntN(documents))
				}
			}
		})
	}
	all.Wait()
}

// check explains the history, with a last look at everything, and gives how many operations it has.
func (s *scene) check(t *testing.T, seed uint64) int {
	t.Helper()
	for i := range documents {
		s.get(t, i)
	}
	s.query(t)
	if ok, most := explain(empty(), s.history); !ok {
		t.Errorf("seed %d: no order explains more than %d of %d operations:", seed, most, len(s.history))
		for _, o := range s.history {
			t.Logf("%+v", *o)
		}
	}
	return len(s.history)
}
