package history

import (
	"maps"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// Member is somebody who was let in, as the events that are there say.
type Member struct {
	ID   protocol.Identity
	Name string // as the one who let them in gave it; the founder's as they gave it themselves
	// By let them in; the founder let in themselves.
	By protocol.Identity
	// Admission is the event; the root for the founder.
	Admission protocol.EventID
	// In is false when they were removed, or when who let them in had no say any more.
	In bool
}

// Members are all who were ever let in, in the order of their last admission that counts, the founder first. It takes
// time with their number.
func (h *History) Members() []Member {
	founder := Member{ID: h.Founder(), By: h.Founder(), Admission: h.root.id, In: true}
	if own := h.ownName(); own != nil {
		founder.Name = own.rule.admits.Name
	}
	var admitted []*node
	for id := range maps.Keys(h.authors) {
		if last := h.lastAdmission(id); last != nil && id != founder.ID {
			admitted = append(admitted, last)
		}
	}
	slices.SortFunc(admitted, (*node).compare)
	members := append(make([]Member, 0, 1+len(admitted)), founder)
	for _, n := range admitted {
		a := n.rule.admits
		members = append(members, Member{
			ID: a.Member, Name: a.Name, By: n.event.Author, Admission: n.id, In: h.current(a.Member) != nil,
		})
	}
	return members
}

// Member tells whether somebody is in the room, as far as is known here.
func (h *History) Member(id protocol.Identity) bool { return id == h.Founder() || h.current(id) != nil }

// Removed tells whether somebody was removed, and not let in again since.
func (h *History) Removed(id protocol.Identity) bool {
	a := h.authors[id]
	return a != nil && len(a.removals) > 0 && h.current(id) == nil
}

// Settings are the last ones of all, and the event that set them.
func (h *History) Settings() (protocol.RoomSettings, protocol.EventID) {
	return *h.settings.rule.sets, h.settings.id
}

// Removal fills in, for the founder to write, where the chains of a member end here: what is known of them counts,
// nothing else. The longest count if there are more chains than a removal has room for.
func (h *History) Removal(member protocol.Identity) protocol.Removal {
	r := protocol.Removal{Member: member}
	if a := h.authors[member]; a != nil {
		for _, c := range a.chains {
			r.Last = append(r.Last, protocol.ChainEnd{Chain: c.key.chain, N: uint64(len(c.line))})
		}
	}
	slices.SortFunc(r.Last, func(a, b protocol.ChainEnd) int {
		if a.N != b.N {
			return int(b.N) - int(a.N) //nolint:gosec // both are lengths
		}
		return slices.Compare(a.Chain[:], b.Chain[:])
	})
	r.Last = r.Last[:min(len(r.Last), protocol.MaxRemovalChains)]
	return r
}

// ownName is the last admission by which the founder says their own name: nobody else gives it to them.
func (h *History) ownName() *node {
	var last *node
	if a := h.authors[h.Founder()]; a != nil {
		for _, n := range a.admissions {
			if n.event.Author == h.Founder() && (last == nil || last.before(n)) {
				last = n
			}
		}
	}
	return last
}

// current is the last admission of somebody that counts and is not over; nil if there is none.
func (h *History) current(id protocol.Identity) *node {
	var last *node
	if a := h.authors[id]; a != nil {
		for _, n := range a.admissions {
			if a.lasts(n) && (last == nil || last.before(n)) {
				last = n
			}
		}
	}
	return last
}

// lasts tells whether an admission counts, and no removal has come after it.
func (a *author) lasts(admission *node) bool {
	return !admission.silent &&
		!slices.ContainsFunc(a.removals, func(r *node) bool { return !admission.removed.has(r) })
}

// lastAdmission is the last one that counts, over or not; nil if there is none.
func (h *History) lastAdmission(id protocol.Identity) *node {
	if n := h.current(id); n != nil {
		return n
	}
	var last *node
	for _, n := range h.authors[id].admissions {
		if !n.silent && (last == nil || last.before(n)) {
			last = n
		}
	}
	return last
}
