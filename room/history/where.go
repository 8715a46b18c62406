package history

import (
	"slices"
	"sort"

	"github.com/parley-chat/parley/protocol"
)

// Removals are those that count, in the order that all share.
func (h *History) Removals() []protocol.EventID {
	var all []*node
	for _, a := range h.authors {
		all = append(all, a.removals...)
	}
	slices.SortFunc(all, (*node).compare)
	ids := make([]protocol.EventID, len(all))
	for i, n := range all {
		ids[i] = n.id
	}
	return ids
}

// Last is what somebody said last by E6; false if that is nothing.
func (h *History) Last(author protocol.Identity) (protocol.EventID, bool) {
	var last *node
	if a := h.authors[author]; a != nil {
		for _, c := range a.chains {
			for _, tip := range c.tips {
				if last == nil || last.before(tip) {
					last = tip
				}
			}
		}
	}
	if last == nil {
		return protocol.EventID{}, false
	}
	return last.id, true
}

// Place finds the event with a number in a chain; false if it is not here. Where the chain is forked it is the one that
// came first.
func (h *History) Place(author protocol.Identity, chain protocol.ChainID, n uint64) (protocol.EventID, bool) {
	c := h.chains[chainKey{author, chain}]
	if c == nil || n < 1 || n > uint64(len(c.line)) {
		return protocol.EventID{}, false
	}
	return c.line[n-1].id, true
}

// Upto is how many events of a chain are not after an event in the order that all share.
func (h *History) Upto(author protocol.Identity, chain protocol.ChainID, id protocol.EventID) uint64 {
	c, until := h.chains[chainKey{author, chain}], h.nodes[id]
	if c == nil || until == nil {
		return 0
	}
	n := sort.Search(len(c.line), func(i int) bool { return until.before(c.line[i]) })
	return uint64(n) //nolint:gosec // a length
}

// Waits tells whether an event is here and waits for its parents.
func (h *History) Waits(id protocol.EventID) bool { return h.waiting.nodes[id] != nil }

// Forgotten are the events whose bodies were dropped since the last call.
func (h *History) Forgotten() []protocol.EventID {
	ids := h.dropped
	h.dropped = nil
	return ids
}
