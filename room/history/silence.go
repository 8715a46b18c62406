package history

import "github.com/parley-chat/parley/protocol"

// silence finds what a new event makes silent: itself, if its author was removed or was let in by nobody who counts; or
// others, if it is a removal (SPEC E10). What is silent stays so.
func (h *History) silence(n *node, c *Change) {
	if n.rule != nil && n.rule.removes != nil {
		h.silenceAll(n.rule.removes.Member, func(other *node) bool { return n.cuts(other) }, c)
	}
	silent := n.admission != nil && n.admission.silent
	for _, r := range h.author(n.event.Author).removals {
		silent = silent || r.cuts(n)
	}
	if silent {
		h.silenceOne(n, c)
	}
}

// cuts tells whether a removal, n, makes an event of the removed one silent: it is in a chain from before the removal,
// and behind its last event that counts.
func (n *node) cuts(other *node) bool {
	return !other.admission.removed.has(n) && other.event.N > n.rule.ends[other.event.Chain]
}

func (h *History) silenceAll(member protocol.Identity, which func(*node) bool, c *Change) {
	for _, chain := range h.author(member).chains {
		for n := range chain.each {
			if !n.silent && which(n) {
				h.silenceOne(n, c)
			}
		}
	}
}

// silenceOne makes an event silent, and, if it is an admission, what came of it.
func (h *History) silenceOne(n *node, c *Change) {
	n.silent = true
	c.Silenced = append(c.Silenced, n.id)
	if n.rule != nil && n.rule.admits != nil {
		h.silenceAll(n.rule.admits.Member, func(other *node) bool { return other.admission == n }, c)
	}
}
