package blocks

import (
	"bytes"
	"math/bits"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// Times in ms, and bounds, of what is asked for (SPEC B9).
const (
	quickAfter   = 1000   // a block that comes sooner is quick
	slowAfter    = 2000   // one that comes later is slow
	foreignAfter = 500    // as long the shares of others are left to them
	endgameAfter = 1000   // what waits longer may be asked of another too, in the end
	lateAfter    = 10_000 // what waits longer is asked of another
	refusedFor   = 30_000 // who has a block not is not asked for it again so long
	maxAsked     = 128    // of all neighbours together, and not yet kept
	maxUnkept    = 32
)

// ask is a block that a neighbour is asked for.
type ask struct {
	request protocol.Request
	set     *list
	index   int
	at      int64
	late    bool
	block   []byte // what came of it, nil before the first piece
	size    int
}

// askAll asks for as much as may be asked for (SPEC B9).
func (e *Exchange) askAll() {
	e.asking = false
	for _, s := range e.sets {
		switch {
		case !s.wants():
		case !s.whole:
			e.askFor(s, 0, len(s.plan))
		case s.first < s.end:
			e.askFor(s, s.first, min(s.end, len(s.plan)))
		}
	}
	for _, s := range e.sets {
		if !s.wants() {
			continue
		}
		if e.askFor(s, 0, len(s.plan)); s.openCount == 0 {
			e.endgame(s)
		}
	}
}

// askFor asks for blocks of a set from first to before end, those first that have not all.
func (e *Exchange) askFor(s *list, first, end int) {
	if s.openCount == 0 || !e.free() {
		return
	}
	s.share(e.sharers(s))
	for _, all := range []bool{false, true} {
		for _, n := range e.neighbours {
			c := n.claims[s.id]
			if !n.usable(s, c) || c.all != all {
				continue
			}
			var only bitmap
			if all && len(s.plan) == end-first && n.free() {
				only = e.only(s, c)
			}
			for e.free() && n.free() {
				i, ok := s.pick(c, first, end, only)
				if !ok {
					break
				}
				e.ask(n, s, i)
			}
		}
	}
}

func (e *Exchange) free() bool { return e.asked+e.unkept < maxAsked && e.unkept < maxUnkept }

func (n *neighbour) free() bool { return n.room > 0 && len(n.asks) < n.window }

// only says which blocks a neighbour that has all is asked for: the own share, while it may be asked for something of
// it, or some of that is on its way, and for a while after; then in the same way the own part of the shares of others,
// who may be slow or asleep; and then whatever there is, which is nil.
func (e *Exchange) only(s *list, c *claim) bitmap {
	if s.sharers == 1 || !s.whole {
		return nil
	}
	for stage, share := range []bitmap{s.mine, s.second} {
		for w := range share {
			here := s.have.word(w) | s.fine.word(w)
			if share[w]&^here&^(s.open.word(w)&^c.candidates(w)) != 0 {
				c.spent[stage] = e.now
				return share
			}
		}
		if e.now-c.spent[stage] < foreignAfter {
			return share
		}
	}
	return nil
}

// sharers tells how many want a set, and which of them, by identity, this member is.
func (e *Exchange) sharers(s *list) (number, place int) {
	number = 1
	for _, n := range e.neighbours {
		if c := n.claims[s.id]; n.usable(s, c) && c.wants {
			number++
			if bytes.Compare(n.peer[:], e.self[:]) < 0 {
				place++
			}
		}
	}
	return number, place
}

// pick finds what is best asked of a neighbour, of only those, if it is not nil: the rarest, of these the own share, of
// these the least.
func (s *list) pick(c *claim, first, end int, only bitmap) (int, bool) {
	for s.low < len(s.open) && s.open[s.low] == 0 {
		s.low++
	}
	rarest := 0
	for rarest < maxLevel && s.openAt[rarest] == 0 {
		rarest++
	}
	best, bestLevel, own := -1, maxLevel+1, false
	for w := max(s.low, first/wordBits); w < len(s.open) && w*wordBits < end; w++ {
		left := s.open[w] & c.candidates(w)
		if w == first/wordBits {
			left &= ^uint64(0) << (first % wordBits)
		}
		if rest := end - w*wordBits; rest < wordBits {
			left &= 1<<rest - 1
		}
		if only != nil {
			left &= only.word(w)
		}
		for level := rarest; left != 0 && level <= min(bestLevel, maxLevel); level++ {
			these := left & s.levels[level].word(w)
			mine := these & s.mine.word(w)
			if mine != 0 && (level < bestLevel || !own) {
				best, bestLevel, own = w*wordBits+bits.TrailingZeros64(mine), level, true
			} else if these != 0 && level < bestLevel {
				best, bestLevel, own = w*wordBits+bits.TrailingZeros64(these), level, false
			}
		}
		if own && bestLevel == rarest {
			break
		}
	}
	return best, best >= 0
}

// endgame asks another for what was to be there by now.
func (e *Exchange) endgame(s *list) {
	for _, n := range e.neighbours {
		c := n.claims[s.id]
		for n.usable(s, c) && e.free() && n.free() {
			var oldest *ask
			for _, other := range e.neighbours {
				for _, a := range other.asks {
					if other != n && a.set == s && !a.late && e.now-a.at >= endgameAfter && s.busy[a.index] < 2 &&
						c.hasBlock(a.index) && !c.barred.has(a.index) && (oldest == nil || a.at < oldest.at) {
						oldest = a
					}
				}
			}
			if oldest == nil {
				break
			}
			e.ask(n, s, oldest.index)
		}
	}
}

func (e *Exchange) ask(n *neighbour, s *list, i int) {
	a := &ask{request: n.next, set: s, index: i, at: e.now}
	n.next++
	n.asks = append(n.asks, a)
	e.asked++
	s.take(i)
	e.send(n, protocol.BlockWant{Request: a.request, Block: s.plan[i]})
}

// unask forgets what was asked for.
func (e *Exchange) unask(n *neighbour, a *ask) {
	n.asks = slices.DeleteFunc(n.asks, func(other *ask) bool { return other == a })
	if n.current == a {
		n.current = nil
	}
	if a.late {
		if c := n.claims[a.set.id]; c != nil && !slices.Contains(c.refused, a.index) {
			c.barred.remove(a.index)
		}
		return
	}
	e.asked--
	a.set.release(a.index)
}

// cancel takes back what was asked for, of all that these are.
func (e *Exchange) cancel(n *neighbour, these func(a *ask) bool) {
	for _, a := range slices.Clone(n.asks) {
		if these(a) {
			e.unask(n, a)
			n.cancels = append(n.cancels, a.request)
			n.cancelled++
			e.asking = true
		}
	}
}

// work does what time brings.
func (e *Exchange) work() {
	for _, n := range e.neighbours {
		late := false
		for _, a := range n.asks {
			if !a.late && e.now-a.at >= lateAfter {
				a.late, late = true, true
				n.claims[a.set.id].barred.add(a.index)
				e.asked--
				a.set.release(a.index)
			}
		}
		if late {
			n.window = max(1, n.window/2)
		}
		for _, s := range e.sets {
			if c := n.claims[s.id]; c != nil && len(c.refused) > 0 && e.now-c.refusedAt >= refusedFor {
				for _, i := range c.refused {
					c.barred.remove(i)
				}
				c.refused = nil
			}
		}
	}
	e.tells, e.asking = true, true
}
