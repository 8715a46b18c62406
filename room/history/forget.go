package history

import (
	"container/heap"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Forget drops the body of an event for good, and tells whether it was there: it was deleted (SPEC E11), or the person
// wants no more of it (E13). What says who may do what is never forgotten.
func (h *History) Forget(id protocol.EventID) bool {
	n := h.nodes[id]
	return n != nil && h.forget(n)
}

// Recall takes Forget back: the body is wanted again, from whoever has it.
func (h *History) Recall(id protocol.EventID) {
	if n := h.nodes[id]; n != nil && n.forgotten {
		n.forgotten = false
		h.bodiless[n] = struct{}{}
	}
}

// Expire forgets the bodies whose time is over at now, and tells which these are (SPEC E13).
func (h *History) Expire(now time.Time) []protocol.EventID {
	var over []protocol.EventID
	for len(h.ending) > 0 && !h.ending[0].at.After(now) {
		n := heap.Pop(&h.ending).(ending).node //nolint:forcetypeassert // endings hold nothing else
		if h.forget(n) {
			over = append(over, n.id)
		}
	}
	return over
}

// Shown is the time to show for an event: its author's, or that of its arrival if it claims to be later (SPEC E6).
func (h *History) Shown(id protocol.EventID) time.Time {
	if n := h.nodes[id]; n != nil {
		return n.shown()
	}
	return time.Time{}
}

// Arrived is when an event was added; zero if it is not taken.
func (h *History) Arrived(id protocol.EventID) time.Time {
	if n := h.nodes[id]; n != nil {
		return n.arrived
	}
	return time.Time{}
}

func (n *node) shown() time.Time {
	said := time.UnixMilli(int64(n.event.Time)) //nolint:gosec // at most 2⁵³ − 1
	if said.After(n.arrived) {
		return n.arrived
	}
	return said
}

func (h *History) forget(n *node) bool {
	if n.event.Kind.Rules() {
		return false
	}
	there := n.event.Body != nil
	n.event.Body, n.forgotten = nil, true
	delete(h.bodiless, n)
	if there {
		h.dropped = append(h.dropped, n.id)
	}
	return there
}

// fill gives a stub its body, which goes with its header.
func (h *History) fill(n *node, body []byte) bool {
	if body == nil || n.event.Body != nil || n.forgotten {
		return false
	}
	n.event.Body = slices.Clone(body)
	delete(h.bodiless, n)
	return true
}

// ending is when a body is over.
type ending struct {
	node *node
	at   time.Time
}

// endings is a heap, the soonest first.
type endings []ending

func (e *endings) put(n *node) {
	if keep := n.inForce.rule.sets.KeepSeconds; keep > 0 && !n.event.Kind.Rules() {
		heap.Push(e, ending{n, n.shown().Add(time.Duration(keep) * time.Second)}) //nolint:gosec // at most a year
	}
}

// Len is for package heap.
func (e *endings) Len() int { return len(*e) }

// Less is for package heap.
func (e *endings) Less(i, j int) bool { return (*e)[i].at.Before((*e)[j].at) }

// Swap is for package heap.
func (e *endings) Swap(i, j int) { (*e)[i], (*e)[j] = (*e)[j], (*e)[i] }

// Push is for package heap.
func (e *endings) Push(x any) { *e = append(*e, x.(ending)) } //nolint:forcetypeassert // put pushes nothing else

// Pop is for package heap.
func (e *endings) Pop() any {
	last := (*e)[len(*e)-1]
	(*e)[len(*e)-1] = ending{}
	*e = (*e)[:len(*e)-1]
	return last
}
