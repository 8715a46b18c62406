package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/pion/transport/v4/vnet"
)

// mostLate bounds how much later than others a packet of unruly weather comes.
const mostLate = 100 * time.Millisecond

// weather is what the middle does to packets. All of it can change while they travel.
type weather struct {
	again *vnet.DuplicationFilter // brings a packet once more, later

	mu     sync.Mutex
	chance *rand.Rand      // guarded by mu
	loss   float64         // guarded by mu: the share that is lost
	unruly float64         // guarded by mu: the share that comes twice, and as much that comes late
	cut    map[string]bool // guarded by mu: addresses that nothing comes from or goes to
	due    map[string]bool // guarded by mu: tags of packets that come once more
}

// newWeather loses packets of a router by chance, which seed decides. The caller closes it.
func newWeather(over *vnet.Router, loss float64, seed uint64) (*weather, error) {
	again, err := vnet.NewDuplicationFilter(over,
		vnet.WithDuplicationProbability(1), vnet.WithDuplicationExtraDelay(0, mostLate),
		vnet.WithDuplicationSeed(int64(seed))) //nolint:gosec // any will do
	if err != nil {
		return nil, fmt.Errorf("lab: weather: %w", err)
	}
	w := &weather{
		again: again, chance: rand.New(rand.NewPCG(seed, 0)), loss: loss,
		cut: map[string]bool{}, due: map[string]bool{},
	}
	over.AddChunkFilter(w.passes)
	return w, nil
}

// change changes the weather from now on.
func (w *weather) change(how func(*weather)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	how(w)
}

func (w *weather) passes(c vnet.Chunk) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.cut[hostOf(c.SourceAddr())], w.cut[hostOf(c.DestinationAddr())]:
		return false
	case w.chance.Float64() < w.loss:
		return false
	case w.due[c.Tag()]:
		delete(w.due, c.Tag())
		return true
	case w.unruly == 0:
		return true
	}
	which := w.chance.Float64()
	if which < 2*w.unruly {
		w.due[c.Tag()] = true
		w.again.ChunkFilter()(c)
	}
	return which < w.unruly || which >= 2*w.unruly
}

func (w *weather) close() error {
	if err := w.again.Close(); err != nil {
		return errors.Join(errors.New("lab: weather"), err)
	}
	return nil
}

func hostOf(a net.Addr) string {
	host, _, _ := net.SplitHostPort(a.String()) // vnet's addresses have a port
	return host
}
