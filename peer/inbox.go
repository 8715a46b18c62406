package peer

import (
	"sync"

	"github.com/parley-chat/parley/protocol"
)

const (
	// inboxSize is how many texts that nobody has received are acknowledged: those beyond hold the other back.
	inboxSize = 256
	// maxInbox is the most that an honest other can send (SPEC M6).
	maxInbox = inboxSize + protocol.MaxKeptTexts
)

// inbox keeps texts in order until Receive takes them, over one connection after another. It never waits, so that what
// comes behind texts is heard: it is bounded by what is not acknowledged.
type inbox struct {
	arrived chan struct{} // one notice: there is something to take
	mu      sync.Mutex
	heard   protocol.HeardStream // guarded by mu
	texts   []string             // guarded by mu
}

func newInbox() *inbox { return &inbox{arrived: make(chan struct{}, 1)} }

// hello begins a connection, with the other's hello.
func (in *inbox) hello(h protocol.Hello) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.heard.Hello(h)
}

// from is what the own hello says of the other's stream.
func (in *inbox) from() *protocol.Heard {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.heard.Heard()
}

// put takes a text, unless it came before or is not the next (SPEC M2).
func (in *inbox) put(m protocol.Message) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.texts) == maxInbox || (m.N > 0 && !in.heard.Take(m.N)) {
		return
	}
	in.texts = append(in.texts, m.Text)
	notify(in.arrived)
}

// take gives the next text; room tells that more can be acknowledged now.
func (in *inbox) take() (text string, room, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.texts) == 0 {
		return "", false, false
	}
	text = in.texts[0]
	in.texts = in.texts[1:]
	if len(in.texts) > 0 {
		notify(in.arrived) // for another who waits
	}
	return text, len(in.texts) >= inboxSize, true
}

// acknowledged is the number up to which the other need not keep its texts.
func (in *inbox) acknowledged() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	last := in.heard.Last()
	return last - min(last, uint64(max(0, len(in.texts)-inboxSize)))
}
