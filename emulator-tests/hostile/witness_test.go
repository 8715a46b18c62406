package hostile_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
)

// witness is a person who greets whoever is shown to them, and remembers all that they were shown. It is safe for
// concurrent use.
type witness struct {
	name   string
	beside sync.WaitGroup
	leaves func() // ends a search, and what came of it; nil of who is in a room

	mu       sync.Mutex
	met      []*peer.Conn   // guarded by mu
	heard    []string       // guarded by mu
	failures []peer.Failure // guarded by mu
	changed  chan struct{}  // guarded by mu: closed at the next change
}

func newWitness(name string) *witness { return &witness{name: name, changed: make(chan struct{})} }

// note changes what is remembered.
func (w *witness) note(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	close(w.changed)
	w.changed = make(chan struct{})
}

// attends takes what becomes of the room until it ends.
func (w *witness) attends(r *peer.Room) {
	w.beside.Go(func() {
		for {
			conn, err := r.Next(context.Background())
			if conn != nil {
				w.meets(conn)
				continue
			}
			if !peer.IsEnd(err) {
				w.note(func() { w.failures = append(w.failures, peer.NameOf(err)) })
			}
			select {
			case <-r.Done():
				return
			default:
			}
		}
	})
}

// meets is shown somebody.
func (w *witness) meets(conn *peer.Conn) {
	w.note(func() { w.met = append(w.met, conn) })
	w.beside.Go(func() {
		_ = conn.Send(context.Background(), "I am "+w.name) // it may have ended
		for {
			text, err := conn.Receive(context.Background())
			if err != nil {
				return
			}
			w.note(func() { w.heard = append(w.heard, text) })
		}
	})
}

// await waits until ok, which is asked with the lock held.
func (w *witness) await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(patience)
	for {
		w.mu.Lock()
		done, changed := ok(), w.changed
		w.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-late:
			w.mu.Lock()
			defer w.mu.Unlock()
			t.Fatalf("%s: waited in vain for %s; met %d, heard %q, failed as %q", w.name, what, len(w.met), w.heard,
				w.failures)
		}
	}
}

// hears waits for a text.
func (w *witness) hears(t *testing.T, text string) {
	t.Helper()
	w.await(t, text, func() bool { return slices.Contains(w.heard, text) })
}

// fails waits for a failure.
func (w *witness) fails(t *testing.T, name peer.Failure) {
	t.Helper()
	w.await(t, string(name), func() bool { return slices.Contains(w.failures, name) })
}

// wasShownNothing checks that nobody was there, and so nothing was read. The person's room must have ended.
func (w *witness) wasShownNothing(t *testing.T) {
	t.Helper()
	w.beside.Wait()
	if len(w.met) != 0 || len(w.heard) != 0 {
		t.Errorf("%s was shown %d connections and the texts %q", w.name, len(w.met), w.heard)
	}
}
