package history

import (
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// judge tells whether an event goes with its parents (SPEC E5), and fills in what they have decided.
func (h *History) judge(n *node) *protocol.ParseError {
	refuse := func(field, reason string) *protocol.ParseError {
		return &protocol.ParseError{Rule: "E5", Field: field, Reason: reason}
	}
	seen := n.parents
	if n.event.N > 1 {
		previous := n.parents[0]
		if previous.key() != n.key() || previous.event.N != n.event.N-1 {
			return refuse("previous", "not the one before it in its chain")
		}
		n.admission = previous.admission
		seen = seen[1:]
	}
	var lamport uint64
	for _, p := range n.parents {
		lamport = max(lamport, p.event.Lamport)
	}
	for _, p := range seen {
		if p.key() == n.key() {
			return refuse("seen", "of its own chain")
		}
	}
	if n.event.Lamport != lamport+1 {
		return refuse("lamport", "not one more than the greatest of its parents")
	}
	if n.event.N == 1 && !h.begins(n, seen) {
		return refuse("seen", "its author is not let in")
	}
	n.inForce, n.removed = h.inherit(n.parents)
	for _, r := range h.author(n.event.Author).removals {
		if n.removed.has(r) && !n.admission.removed.has(r) {
			return refuse("author", "removed")
		}
	}
	n.rule = h.ruling(n)
	return nil
}

// begins tells whether a chain may begin with an event, and finds the admission it begins with: the last of those seen.
func (h *History) begins(n *node, seen []*node) bool {
	if n.event.Author == h.Founder() {
		return slices.Contains(seen, h.root)
	}
	for _, p := range seen {
		if p.admits(n.event.Author) && (n.admission == nil || n.admission.before(p)) {
			n.admission = p
		}
	}
	return n.admission != nil
}

func (n *node) admits(member protocol.Identity) bool {
	return n.rule != nil && n.rule.admits != nil && n.rule.admits.Member == member
}

// inherit is what the parents and their ancestors have decided, all together.
func (h *History) inherit(parents []*node) (inForce *node, removed *removals) {
	for _, p := range parents {
		if s := p.settingsAfter(); inForce == nil || inForce.before(s) {
			inForce = s
		}
		removed = removed.union(p.removedAfter())
	}
	return inForce, removed
}

// ruling is what an admission, a removal or settings say; nil if it is none, not what its kind says, or if its author
// is not entitled to it (SPEC E8 to E10).
func (h *History) ruling(n *node) *rule {
	founder := n.event.Author == h.Founder()
	switch n.event.Kind {
	case protocol.EventSettings:
		if s, err := protocol.ParseRoomSettings(n.event.Body); err == nil && founder {
			return &rule{sets: &s}
		}
	case protocol.EventAdmission:
		in := n.inForce.rule.sets
		if a, err := protocol.ParseAdmission(n.event.Body); err == nil &&
			(founder || (!in.Locked && in.Invite == protocol.InviteAll)) {
			who := h.author(a.Member)
			who.admissions = append(who.admissions, n)
			return &rule{admits: &a}
		}
	case protocol.EventRemoval:
		r, err := protocol.ParseRemoval(n.event.Body)
		if err != nil || !founder || r.Member == h.Founder() {
			return nil
		}
		ends := make(map[protocol.ChainID]uint64, len(r.Last))
		for _, end := range r.Last {
			ends[end.Chain] = end.N
		}
		who := h.author(r.Member)
		who.removals = append(who.removals, n)
		return &rule{removes: &r, ends: ends, after: n.removed.union(&removals{list: []*node{n}})}
	case protocol.EventRoom, protocol.EventText, protocol.EventReaction, protocol.EventEdit, protocol.EventDeletion,
		protocol.EventFile:
	}
	return nil
}

// removals is a set of removals, shared by all events that have the same ones among their ancestors as far as that is
// cheap to see. It does not change.
type removals struct{ list []*node } // by E6

func (s *removals) has(r *node) bool {
	_, found := slices.BinarySearchFunc(s.list, r, (*node).compare)
	return found
}

// union gives one of the two where it holds the other.
func (s *removals) union(other *removals) *removals {
	if s == nil || s == other {
		return other
	}
	missing := slices.DeleteFunc(slices.Clone(other.list), s.has)
	switch {
	case len(missing) == 0:
		return s
	case len(missing)+len(s.list) == len(other.list):
		return other
	}
	all := append(slices.Clone(s.list), missing...)
	slices.SortFunc(all, (*node).compare)
	return &removals{list: all}
}

// removedAfter are the removals that a child has among its ancestors.
func (n *node) removedAfter() *removals {
	if n.rule == nil || n.rule.removes == nil {
		return n.removed
	}
	return n.rule.after
}
