package peer

import "sync"

// inboxSize is how many texts wait for Receive before the other is held back.
const inboxSize = 256

// inbox keeps texts in order until Receive takes them. It is bounded: put waits while it is full. When the
// connection ends, put takes the rest without waiting: those are acknowledged already and must not be lost, and
// SCTP's receive window (1 MiB) bounds them.
type inbox struct {
	arrived chan struct{} // one notice: there is something to take
	mu      sync.Mutex
	room    *sync.Cond // of mu: there is room, or no bound any more
	texts   []string   // guarded by mu
	bounded bool       // guarded by mu
}

func newInbox() *inbox {
	in := &inbox{arrived: make(chan struct{}, 1), bounded: true}
	in.room = sync.NewCond(&in.mu)
	return in
}

func (in *inbox) put(text string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for in.bounded && len(in.texts) >= inboxSize {
		in.room.Wait()
	}
	in.texts = append(in.texts, text)
	notify(in.arrived)
}

func (in *inbox) take() (string, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.texts) == 0 {
		return "", false
	}
	text := in.texts[0]
	in.texts = in.texts[1:]
	in.room.Signal()
	if len(in.texts) > 0 {
		notify(in.arrived) // for another who waits
	}
	return text, true
}

func (in *inbox) unbound() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.bounded = false
	in.room.Broadcast()
}
