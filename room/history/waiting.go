package history

import (
	"maps"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// Bounds of what waits for its parents (SPEC E14).
const (
	MaxWaiting      = 1000
	MaxWaitingBytes = 4 << 20
)

// waiting are events whose parents are missing.
type waiting struct {
	nodes map[protocol.EventID]*waiter
	// children are those that wait for an id.
	children map[protocol.EventID][]*waiter
	byAuthor map[protocol.Identity][]*waiter
	bytes    int
}

type waiter struct {
	node    *node
	missing int // parents
}

func newWaiting() waiting {
	return waiting{
		nodes: map[protocol.EventID]*waiter{}, children: map[protocol.EventID][]*waiter{},
		byAuthor: map[protocol.Identity][]*waiter{},
	}
}

// put keeps an event; knows tells whether its author was ever let in. If that is too much, the latest of the author
// with the most goes, of those first who were never let in.
func (w *waiting) put(n *node, missing []protocol.EventID, knows func(protocol.Identity) bool) {
	if one := w.nodes[n.id]; one != nil {
		if one.node.event.Body == nil && n.event.Body != nil {
			w.bytes += len(n.event.Body)
			one.node.event.Body = n.event.Body
		}
		return
	}
	one := &waiter{node: n, missing: len(missing)}
	w.nodes[n.id] = one
	for _, id := range missing {
		w.children[id] = append(w.children[id], one)
	}
	w.byAuthor[n.event.Author] = append(w.byAuthor[n.event.Author], one)
	w.bytes += n.size()
	for len(w.nodes) > MaxWaiting || w.bytes > MaxWaitingBytes {
		w.drop(w.last(knows))
	}
}

// last is the one to go first.
func (w *waiting) last(knows func(protocol.Identity) bool) *waiter {
	var most []*waiter
	mostKnown := true
	for _, author := range slices.SortedFunc(maps.Keys(w.byAuthor), compareIdentities) {
		theirs, known := w.byAuthor[author], knows(author)
		if most == nil || (mostKnown && !known) || (mostKnown == known && len(theirs) > len(most)) {
			most, mostKnown = theirs, known
		}
	}
	return slices.MaxFunc(most, func(a, b *waiter) int { return a.node.compare(b.node) })
}

// take gives, and no longer keeps, those that wait for nothing any more now that an id is taken; all that wait for it
// if it was refused.
func (w *waiting) take(id protocol.EventID, refused bool) []*node {
	var ready []*node
	for _, one := range slices.Clone(w.children[id]) {
		if one.missing--; one.missing == 0 || refused {
			ready = append(ready, one.node)
			w.drop(one)
		}
	}
	delete(w.children, id)
	return ready
}

// drop no longer keeps an event.
func (w *waiting) drop(one *waiter) {
	for id := range one.node.parentIDs {
		children := slices.DeleteFunc(w.children[id], func(c *waiter) bool { return c == one })
		if len(children) == 0 {
			delete(w.children, id)
		} else {
			w.children[id] = children
		}
	}
	n := one.node
	delete(w.nodes, n.id)
	author := n.event.Author
	theirs := slices.DeleteFunc(w.byAuthor[author], func(c *waiter) bool { return c.node == n })
	if len(theirs) == 0 {
		delete(w.byAuthor, author)
	} else {
		w.byAuthor[author] = theirs
	}
	w.bytes -= n.size()
}

// unknown are those of the ids that do not wait themselves, in order.
func (w *waiting) unknown(ids []protocol.EventID) []protocol.EventID {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id protocol.EventID) bool { return w.nodes[id] != nil })
	slices.SortFunc(ids, protocol.EventID.Compare)
	return ids
}

func (n *node) size() int { return len(n.event.Body) + (2+len(n.event.Seen))*len(n.id) }

// Missing are all the ids to ask for, in order: parents of what waits, that do not wait themselves.
func (h *History) Missing() []protocol.EventID {
	return h.waiting.unknown(slices.Collect(maps.Keys(h.waiting.children)))
}

// Waiting is how many events wait for their parents.
func (h *History) Waiting() int { return len(h.waiting.nodes) }

// knows tells whether somebody was ever let in.
func (h *History) knows(id protocol.Identity) bool {
	a := h.authors[id]
	return id == h.Founder() || (a != nil && len(a.admissions) > 0)
}

func compareIdentities(a, b protocol.Identity) int { return slices.Compare(a[:], b[:]) }
