package gate

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/service"
)

// Listener is a client who listens to a target.
type Listener struct {
	Client string              // as package metering names it
	Target *firestorepb.Target // as the client asked; it must not be changed
	Since  time.Time           // by real time
	// Current says that all of it was told once.
	Current bool
}

// Listeners are all targets of all open streams, the oldest first, and how many streams there are.
func (g *Gate) Listeners() (_ []Listener, streams int) {
	g.mu.Lock()
	open := slices.Collect(maps.Keys(g.listening))
	g.mu.Unlock()
	var all []Listener
	for _, l := range open {
		all = append(all, l.listeners()...)
	}
	slices.SortStableFunc(all, func(a, b Listener) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Target.GetTargetId(), b.Target.GetTargetId()))
	})
	return all, len(open)
}

func (l *listening) listeners() []Listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Listener
	for _, t := range l.targets {
		all = append(all, Listener{
			Client: service.ClientOf(l.Firestore_ListenServer.Context()), Target: t.asked, Since: t.since, Current: t.current,
		})
	}
	return all
}

// begins makes a stream known to Listeners.
func (l *listening) begins() {
	l.gate.mu.Lock()
	defer l.gate.mu.Unlock()
	l.gate.listening[l] = struct{}{}
}

// ends takes that back, and keeps in mind with what its targets have ended.
func (l *listening) ends(err error) {
	l.gate.mu.Lock()
	delete(l.gate.listening, l)
	l.gate.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.targets {
		l.targetEnded(t, err)
	}
}

// targetEnded keeps in mind what has become of a target.
func (l *listening) targetEnded(t *target, err error) {
	l.gate.passed(listenMethod, "", told(t.asked), t.since, err)
}
