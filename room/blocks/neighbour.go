package blocks

import (
	"bytes"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

const (
	firstWindow = 4
	maxWindow   = 32
	// maxUnknown is how many sets that are not known here a neighbour may speak of.
	maxUnknown = 1024
	// maxBitBytes is how much a neighbour may say about what it has: eight sets of the greatest size.
	maxBitBytes = 8 * protocol.MaxSetBlocks / 8
)

// neighbour is a link.
type neighbour struct {
	peer   Peer
	room   int // how many bytes the channel takes
	shun   bool
	claims map[protocol.BlockID]*claim
	// unknown of the claims are about sets that are not known, bitBytes is what they have together.
	unknown, bitBytes int

	asks      []*ask // in their order
	current   *ask   // which is being put together
	window    int
	next      protocol.Request
	cancels   []protocol.Request // that are to be sent
	cancelled int
	stray     int // bytes that nobody asked for

	wants   []serving // that wait
	reading []*serving
	ready   []outgoing
	nones   []protocol.Request
	forgets []protocol.BlockID // sets that were dropped, and it is to know
	waits   bool               // there was no room to tell something
	in, out meter
}

// claim is what a neighbour says of a set, and what it was told.
type claim struct {
	said             bool
	all, wants, none bool // flags of its last word; none is declined
	bits             bitmap
	has              int
	counted          bool   // the bits are, in the set
	barred           bitmap // what it is not asked for now
	refused          []int  // which of them, because it said that it has them not
	refusedAt        int64
	nones            int      // in a row
	spent            [2]int64 // when it had something of the own share, and of the second

	told   protocol.HaveFlags
	due    bool // it is to be told something, even if nothing is new
	cursor int  // what has been told of all, in bytes of bits, -1: all has
	fresh  int  // of set.fresh has been told
	toldAt int64
}

func (e *Exchange) neighbour(peer Peer) (int, *neighbour) {
	i, ok := slices.BinarySearchFunc(e.neighbours, peer, func(n *neighbour, p Peer) int {
		return bytes.Compare(n.peer[:], p[:])
	})
	if !ok {
		return i, nil
	}
	return i, e.neighbours[i]
}

// claim gives what a neighbour says of a set; nil if it speaks of too many that nobody knows.
func (n *neighbour) claim(id protocol.BlockID, known bool) *claim {
	c := n.claims[id]
	if c == nil {
		if !known {
			if n.unknown >= maxUnknown {
				return nil
			}
			n.unknown++
		}
		c = &claim{cursor: -1, toldAt: -tellEvery}
		n.claims[id] = c
	}
	return c
}

// usable tells whether a neighbour may be asked for blocks of a set.
func (n *neighbour) usable(s *list, c *claim) bool {
	return c != nil && !c.none && !n.shun && !s.bad[n.peer]
}

func (c *claim) hasBlock(i int) bool { return !c.none && (c.all || c.bits.has(i)) }

// candidates are those of 64 blocks that a neighbour has and may be asked for.
func (c *claim) candidates(w int) uint64 {
	if c.all {
		return ^c.barred.word(w)
	}
	return c.bits.word(w) &^ c.barred.word(w)
}

// heard takes what a neighbour says that it has (SPEC B4).
func (e *Exchange) heard(n *neighbour, f protocol.BlockHave) {
	s := e.known[f.Set]
	c := n.claim(f.Set, s != nil)
	if c == nil {
		return
	}
	wanted := c.wants
	c.said, c.none = true, f.Flags&protocol.HaveDeclined != 0
	c.all = !c.none && (c.all || f.Flags&protocol.HaveAll != 0)
	c.wants = !c.none && !c.all && f.Flags&protocol.HaveWants != 0
	if s == nil {
		return
	}
	if c.none {
		e.cancel(n, func(a *ask) bool { return a.set == s })
	}
	if c.none || c.all {
		uncount(s, c)
		n.bitBytes -= 8 * len(c.bits)
		c.bits, c.has = nil, 0
	} else {
		n.addBits(s, c, int(f.First), f.Bits)
	}
	if c.wants && !wanted && (s.wants() || s.count > 0) {
		c.due, c.cursor = true, 0
	}
	e.change(s)
	e.tells, e.asking = true, true
}

func (n *neighbour) addBits(s *list, c *claim, first int, octets []byte) {
	end := protocol.MaxSetBlocks
	if s.whole {
		end = len(s.plan)
	}
	counts := n.usable(s, c) && !s.complete()
	c.counted = c.counted || counts
	for j, octet := range octets {
		for k := 0; octet != 0; k, octet = k+1, octet<<1 {
			i := first + 8*j + k
			if octet&0x80 == 0 || i >= end || c.bits.has(i) {
				continue
			}
			before := len(c.bits)
			if grow := i/wordBits + 1 - before; grow > 0 && n.bitBytes+8*grow > maxBitBytes {
				return
			}
			c.bits.add(i)
			n.bitBytes += 8 * (len(c.bits) - before)
			c.has++
			if counts {
				s.seenBy(i, 1)
			}
		}
	}
}

// uncount takes what a neighbour has out of what is known to be rare.
func uncount(s *list, c *claim) {
	if c.counted {
		c.bits.each(0, func(i int) { s.seenBy(i, -1) })
		c.counted = false
	}
}

// planned takes notice of blocks of the plan that were not known, from index from on.
func (e *Exchange) planned(s *list, from int) {
	for _, n := range e.neighbours {
		c := n.claims[s.id]
		if c == nil {
			continue
		}
		if s.whole {
			c.bits.each(len(s.plan), func(i int) {
				c.bits.remove(i)
				c.has--
			})
		}
		if c.counted {
			c.bits.each(from, func(i int) { s.seenBy(i, 1) })
		}
	}
}
