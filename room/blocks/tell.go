package blocks

import (
	"slices"

	"github.com/parley-chat/parley/protocol"
)

const (
	// tellEvery is how many ms pass at least from one word about a set to the next.
	tellEvery = 200
	// tellMore is how many more blocks are told of sooner.
	tellMore = 8
	// tellGap is after how many bytes without news another frame is begun: as many as one has at its head.
	tellGap = 38
)

// tellAll tells the neighbours what they are to know and there is room for.
func (e *Exchange) tellAll() {
	e.tells, e.owes = false, false
	for _, n := range e.neighbours {
		n.waits = false
		for _, set := range n.forgets {
			e.send(n, protocol.BlockHave{Set: set, Flags: protocol.HaveDeclined})
		}
		n.forgets = nil
		for _, s := range e.sets {
			e.tell(n, s)
		}
	}
}

// tell tells a neighbour about a set (SPEC B4).
func (e *Exchange) tell(n *neighbour, s *list) {
	c, flags := n.claim(s.id, true), s.flags()
	if flags != c.told {
		c.told, c.due = flags, true
		if flags == protocol.HaveWants {
			c.cursor = 0
		}
	}
	news := c.wants && c.fresh < len(s.fresh)
	switch {
	case !c.due && !news && c.cursor <= 0:
		return
	case n.room <= 0:
		n.waits, e.owes = true, true
		return
	case !c.soon(s, flags) && e.now-c.toldAt < tellEvery:
		e.owes = true
		return
	}
	c.due, c.toldAt = false, e.now
	switch {
	case flags == protocol.HaveAll || flags == protocol.HaveDeclined:
		c.cursor = -1
		e.send(n, protocol.BlockHave{Set: s.id, Flags: flags})
	case c.cursor >= 0:
		e.tellFull(n, s, c)
	default:
		e.tellFresh(n, s, c)
	}
}

// soon tells whether a word is not to wait: the last one, the next part of a long one, or one about enough.
func (c *claim) soon(s *list, flags protocol.HaveFlags) bool {
	return flags == protocol.HaveAll || flags == protocol.HaveDeclined || c.cursor > 0 ||
		c.cursor < 0 && c.wants && len(s.fresh)-c.fresh >= tellMore
}

// tellFull tells all that is there, as far as there is room.
func (e *Exchange) tellFull(n *neighbour, s *list, c *claim) {
	if c.cursor == 0 {
		c.fresh = len(s.fresh)
	}
	for n.room > 0 {
		first, octets, ok := run(s.have, c.cursor)
		if ok || c.cursor == 0 {
			e.tellRun(n, s, first, octets)
		}
		if c.cursor = first + len(octets); !ok {
			c.cursor = -1
			return
		}
	}
	n.waits, e.owes = true, true
}

// tellFresh tells what is new.
func (e *Exchange) tellFresh(n *neighbour, s *list, c *claim) {
	var news bitmap
	indexes := s.fresh[min(c.fresh, len(s.fresh)):]
	base := 0
	if len(indexes) > 0 {
		base = slices.Min(indexes) / wordBits * wordBits
	}
	for _, i := range indexes {
		news.add(i - base)
	}
	c.fresh = len(s.fresh)
	first, octets, more := run(news, 0)
	for told := false; more || !told; told = true { // the flags may be new if nothing else is
		e.tellRun(n, s, base/8+first, octets)
		first, octets, more = run(news, first+len(octets))
	}
}

func (e *Exchange) tellRun(n *neighbour, s *list, first int, octets []byte) {
	index := uint32(8 * first) //nolint:gosec // below MaxSetBlocks
	e.send(n, protocol.BlockHave{Set: s.id, Flags: s.flags(), First: index, Bits: octets})
}

// run finds the next bytes of bits for a frame, from the byte from on.
func run(b bitmap, from int) (first int, octets []byte, ok bool) {
	end := 8 * len(b)
	for from < end && b.octet(from) == 0 {
		from++
	}
	if from >= end {
		return 0, nil, false
	}
	last := from
	for j := from; j < end && j-last <= tellGap && j-from < protocol.MaxHaveBits; j++ {
		if b.octet(j) != 0 {
			last = j
		}
	}
	for j := from; j <= last; j++ {
		octets = append(octets, b.octet(j))
	}
	return from, octets, true
}
