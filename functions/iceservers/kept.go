package iceservers

import (
	"sync"
	"time"
)

const (
	// maxKept bounds the persons whose credentials are kept in this instance; one who is forgotten costs a request.
	maxKept = 2048
	// leastLeft is how long credentials must still be good to be handed out.
	leastLeft = time.Minute
)

// kept remembers each person's last credentials while they are good, so that a page that is loaded again, and many
// connections in a row, ask the provider once.
type kept struct {
	mu     sync.Mutex
	grants map[string]keptGrant // guarded by mu; by uid
}

type keptGrant struct {
	Grant
	until time.Time
}

func newKept() *kept { return &kept{grants: make(map[string]keptGrant)} }

// get gives what is kept, with the time that is left to it.
func (k *kept) get(uid string, now time.Time) (Grant, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, found := k.grants[uid]
	left := old.until.Sub(now).Truncate(time.Second)
	if !found || left < leastLeft {
		delete(k.grants, uid)
		return Grant{}, false
	}
	return Grant{Relays: old.Relays, TTL: left}, true
}

func (k *kept) put(uid string, g Grant, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.grants) >= maxKept {
		k.makeRoom(now)
	}
	k.grants[uid] = keptGrant{g, now.Add(g.TTL)}
}

// makeRoom forgets what has ended, and somebody in any case. k.mu is held.
func (k *kept) makeRoom(now time.Time) {
	for uid, old := range k.grants {
		if old.until.Sub(now) < leastLeft {
			delete(k.grants, uid)
		}
	}
	for uid := range k.grants {
		if len(k.grants) < maxKept {
			return
		}
		delete(k.grants, uid)
	}
}

const (
	// failuresToRest in a row are no accident.
	failuresToRest = 3
	// rest is how long a provider is then left alone, so that nobody waits for it in vain.
	rest = 5 * time.Second
)

// health knows how a provider fares.
type health struct {
	mu       sync.Mutex
	failures int       // guarded by mu: in a row
	until    time.Time // guarded by mu: before that it is not asked
}

func (h *health) rests(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return now.Before(h.until)
}

func (h *health) learn(well bool, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if well {
		h.failures = 0
		return
	}
	if h.failures++; h.failures >= failuresToRest {
		h.until = now.Add(rest)
	}
}
