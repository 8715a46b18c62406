package history

import (
	"maps"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// Give is an event as a member may have it: without its body if it was said before they came and the room's policy
// hides that (SPEC E13). What waits is given as a stub: whoever asks may have what it waits for. False if it is not
// here.
func (h *History) Give(id protocol.EventID, to protocol.Identity) (protocol.Event, bool) {
	n := h.nodes[id]
	if n == nil {
		one := h.waiting.nodes[id]
		if one == nil {
			return protocol.Event{}, false
		}
		n = one.node
	}
	if !n.event.Kind.Rules() && (!h.Has(id) || h.hidden(n, to)) {
		return n.event.Stub(), true
	}
	return n.event, true
}

// Bodiless are the events, the latest first and at most limit, whose bodies a member lacks here and may have: to be
// asked for. Nobody may have them any more, so they should not be asked for again and again.
func (h *History) Bodiless(member protocol.Identity, limit int) []protocol.EventID {
	var lacking []*node
	for n := range h.bodiless {
		if !h.hidden(n, member) {
			lacking = append(lacking, n)
		}
	}
	slices.SortFunc(lacking, func(a, b *node) int { return b.compare(a) })
	lacking = lacking[:min(len(lacking), limit)]
	ids := make([]protocol.EventID, len(lacking))
	for i, n := range lacking {
		ids[i] = n.id
	}
	return ids
}

// hidden tells whether the body of an event is not for somebody.
func (h *History) hidden(n *node, from protocol.Identity) bool {
	if n.event.Kind.Rules() || from == h.Founder() || from == n.event.Author {
		return false
	}
	a := h.authors[from]
	return a == nil || !slices.ContainsFunc(a.admissions, func(admission *node) bool {
		return a.lasts(admission) && !h.hides(admission, n)
	})
}

// hides tells whether somebody with this admission came too late for an event.
func (h *History) hides(admission, n *node) bool {
	return admission.inForce.rule.sets.History == protocol.HistoryJoined && h.ancestry(admission).has(n)
}

// ancestry is a set of events by their index.
type ancestry []uint64

func (a ancestry) has(n *node) bool { return n.index/64 < len(a) && a[n.index/64]>>(n.index%64)&1 == 1 }

// ancestry of an event is worked out once: it never changes.
func (h *History) ancestry(n *node) ancestry {
	if known := h.shares[n]; known != nil {
		return known
	}
	set := make(ancestry, n.index/64+1)
	for open := slices.Clone(n.parents); len(open) > 0; {
		p := open[len(open)-1]
		open = open[:len(open)-1]
		if !set.has(p) {
			set[p.index/64] |= 1 << (p.index % 64)
			open = append(open, p.parents...)
		}
	}
	h.shares[n] = set
	return set
}

// Events are all that are taken, in the order that all share (SPEC E6): for whoever has to begin anew. It takes time
// with their number.
func (h *History) Events() []protocol.EventID {
	nodes := slices.SortedFunc(maps.Values(h.nodes), (*node).compare)
	ids := make([]protocol.EventID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.id
	}
	return ids
}
