package history

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// node is an event that is taken, and what its ancestors have decided. All but event.Body, silent and forgotten stays
// as it is once the event is taken.
type node struct {
	id      protocol.EventID
	event   protocol.Event
	arrived time.Time
	parents []*node // previous first, if there is one
	index   int     // the how manieth that was taken

	// admission is what the chain began with; nil in the founder's chains.
	admission *node
	// inForce are the last settings among the ancestors; of the root, itself (SPEC E8).
	inForce *node
	// removed are the removals among the ancestors.
	removed *removals
	// rule is what an admission, a removal or settings say; nil if they say nothing.
	rule *rule

	silent    bool // SPEC E10
	forgotten bool // the body was here, or could be, and is not wanted any more
}

// rule is what an event says about who may do what: one of these.
type rule struct {
	admits  *protocol.Admission
	removes *protocol.Removal
	sets    *protocol.RoomSettings
	// ends are a removal's Last by chain; after is what a child has for its removals.
	ends  map[protocol.ChainID]uint64
	after *removals
}

type chainKey struct {
	author protocol.Identity
	chain  protocol.ChainID
}

func (n *node) key() chainKey { return chainKey{n.event.Author, n.event.Chain} }

// before is SPEC E6.
func (n *node) before(other *node) bool { return n.compare(other) < 0 }

func (n *node) compare(other *node) int {
	if n.event.Lamport != other.event.Lamport {
		if n.event.Lamport < other.event.Lamport {
			return -1
		}
		return 1
	}
	return n.id.Compare(other.id)
}

// parentIDs goes through the ids of the parents.
func (n *node) parentIDs(yield func(protocol.EventID) bool) {
	if n.event.N > 1 && !yield(n.event.Previous) {
		return
	}
	for _, id := range n.event.Seen {
		if !yield(id) {
			return
		}
	}
}

// settingsAfter are those in force for a child.
func (n *node) settingsAfter() *node {
	if n.rule != nil && n.rule.sets != nil {
		return n
	}
	return n.inForce
}

// chain is what one author said in one chain. Where it is forked it is a tree.
type chain struct {
	key chainKey
	// line has one event for each n, forks the others with an n that was there.
	line, forks []*node
	// tips are those that no other one names as previous; told is the summary of them, nil if they have changed since.
	tips []*node
	told *ChainSummary
}

func (c *chain) put(n *node) {
	c.told = nil
	if int(n.event.N) > len(c.line) { //nolint:gosec // its predecessors are here, so n is not greater than what fits
		c.line = append(c.line, n)
	} else {
		c.forks = append(c.forks, n)
	}
	for i, tip := range c.tips {
		if tip.id == n.event.Previous {
			c.tips[i] = n
			return
		}
	}
	c.tips = append(c.tips, n)
}

// each goes through all events of the chain, in no order where it is forked.
func (c *chain) each(yield func(*node) bool) {
	for _, n := range c.line {
		if !yield(n) {
			return
		}
	}
	for _, n := range c.forks {
		if !yield(n) {
			return
		}
	}
}

// author is what is known of one member, or of somebody who once was one.
type author struct {
	chains     []*chain
	admissions []*node // those that counted when they were made
	removals   []*node
	faults     []Fault
}

func (h *History) chainOf(n *node) *chain {
	key := n.key()
	c := h.chains[key]
	if c == nil {
		c = &chain{key: key}
		h.chains[key] = c
		a := h.author(key.author)
		a.chains = append(a.chains, c)
	}
	return c
}

func (h *History) author(id protocol.Identity) *author {
	a := h.authors[id]
	if a == nil {
		a = &author{}
		h.authors[id] = a
	}
	return a
}

// forkOf gives another event of the same place in the chain.
func (h *History) forkOf(n *node) *node {
	if other := h.chains[n.key()].line[n.event.N-1]; other != n {
		return other
	}
	return nil
}
