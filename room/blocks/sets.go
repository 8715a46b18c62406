package blocks

import (
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// open gives a set, which it begins if it is not known.
func (e *Exchange) open(id protocol.BlockID) *list {
	s := e.known[id]
	if s == nil {
		s = newList(id)
		e.known[id] = s
		e.sets = append(e.sets, s)
		for _, n := range e.neighbours {
			if n.claims[id] != nil {
				n.unknown--
			}
		}
		e.change(s)
	}
	return s
}

// Extend tells more of a set's plan: the digests that follow those which are known. The first, index 0, is the set's
// own, and known by itself. whole says that these are all. A set that is not known is opened, and not wanted. It is
// false, and nothing happened, if the set would have more than [protocol.MaxSetBlocks], or was whole already.
func (e *Exchange) Extend(set protocol.BlockID, ids []protocol.BlockID, whole bool) ([]Action, bool) {
	s := e.open(set)
	if s.whole || len(s.plan)+len(ids) > protocol.MaxSetBlocks {
		return e.end(), false
	}
	from := len(s.plan)
	s.grow(ids)
	s.whole = whole
	e.planned(s, from)
	if s.complete() {
		s.settle()
	}
	e.tells, e.asking = true, true
	e.change(s)
	return e.end(), true
}

// Have tells what is there already, of what is known of the plan: bits as in [protocol.BlockHave], from index 0 on. A
// set that is not known is opened, and not wanted.
func (e *Exchange) Have(set protocol.BlockID, bits []byte) []Action {
	s := e.open(set)
	for j, octet := range bits {
		for k := 0; octet != 0; k, octet = k+1, octet<<1 {
			if i := 8*j + k; octet&0x80 != 0 && i < len(s.plan) && !s.have.has(i) {
				s.add(i)
			}
		}
	}
	e.tells, e.asking = true, true
	e.change(s)
	return e.end()
}

// Serve is for a set that is held whole: ids are all digests but the first. If the plan is known, they are passed over.
func (e *Exchange) Serve(set protocol.BlockID, ids []protocol.BlockID) []Action {
	s := e.open(set)
	if !s.whole && len(ids) < protocol.MaxSetBlocks {
		from := len(s.plan)
		s.grow(ids[min(from-1, len(ids)):])
		s.whole = true
		e.planned(s, from)
	}
	for i := range s.plan {
		if !s.have.has(i) {
			s.add(i)
		}
	}
	if s.complete() { // all of it may have been here before
		s.settle()
	}
	e.tells, e.asking = true, true
	e.change(s)
	return e.end()
}

// Want asks for all of a set that is lacking, for the first time, or again after Pause or Decline. Of several, what was
// opened first comes first; plans that are not whole before all else.
func (e *Exchange) Want(set protocol.BlockID) []Action {
	s := e.open(set)
	s.wanted, s.declined = true, false
	e.tells, e.asking = true, true
	e.change(s)
	return e.end()
}

// Priority says which blocks of a set are wanted before others, of all sets: count from first on. It replaces what was
// said before.
func (e *Exchange) Priority(set protocol.BlockID, first, count int) []Action {
	if s := e.known[set]; s != nil {
		s.first = max(0, first)
		s.end = s.first + min(max(0, count), protocol.MaxSetBlocks)
		e.asking = true
	}
	return e.end()
}

// Pause asks for nothing more of a set. What is there is served.
func (e *Exchange) Pause(set protocol.BlockID) []Action {
	if s := e.known[set]; s != nil {
		e.stop(s)
	}
	return e.end()
}

// stop takes back what was asked for of a set.
func (e *Exchange) stop(s *list) {
	s.wanted = false
	for _, n := range e.neighbours {
		e.cancel(n, func(a *ask) bool { return a.set == s })
	}
	e.tells = true
	e.change(s)
}

// Decline is for a set that is not wanted, ever: neighbours are told so. What is there of it is not served any more.
func (e *Exchange) Decline(set protocol.BlockID) []Action {
	s := e.open(set)
	s.declined = true
	e.stop(s)
	e.unserve(s)
	return e.end()
}

// Drop forgets a set. Neighbours are told that nothing of it is to be had here.
func (e *Exchange) Drop(set protocol.BlockID) []Action {
	s := e.known[set]
	if s == nil {
		return e.end()
	}
	e.stop(s)
	e.unserve(s)
	s.gone = true
	delete(e.known, set)
	e.sets = slices.DeleteFunc(e.sets, func(other *list) bool { return other == s })
	e.changed = slices.DeleteFunc(e.changed, func(other *list) bool { return other == s })
	for _, n := range e.neighbours {
		n.forget(s)
	}
	return e.end()
}

// forget makes what a neighbour says of a set what it says of one that is not known.
func (n *neighbour) forget(s *list) {
	c := n.claims[s.id]
	if c == nil {
		return
	}
	if c.told != 0 || s.count > 0 {
		n.forgets = append(n.forgets, s.id)
	}
	n.bitBytes -= 8 * len(c.bits)
	delete(n.claims, s.id)
	if c.said && n.unknown < maxUnknown {
		again := n.claim(s.id, false)
		again.said, again.all, again.wants, again.none = true, c.all, c.wants, c.none
	}
}
