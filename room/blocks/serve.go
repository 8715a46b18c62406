package blocks

import (
	"slices"

	"github.com/parley-chat/parley/protocol"
)

const (
	// pieceHead is what a frame with a piece has beside it.
	pieceHead = protocol.MaxBlockFrame - protocol.MaxPiece
	// usualPiece is how much of a block goes into a frame if nothing else is said.
	usualPiece = protocol.MaxBlockBytes / 8
	// readAhead is how many blocks are in memory for a neighbour.
	readAhead = 2
	// maxNones is how many are told that a block is not to be had; what is more is not answered.
	maxNones = 4 * protocol.MaxWants
)

// serving is a block that a neighbour waits for.
type serving struct {
	to      *neighbour
	request protocol.Request
	set     *list
	index   int
}

// outgoing is a block that is being sent.
type outgoing struct {
	request protocol.Request
	block   []byte
	sent    int
}

// want takes a neighbour's wish for a block (SPEC B5).
func (e *Exchange) want(n *neighbour, f protocol.BlockWant) {
	same := func(r protocol.Request) bool { return r == f.Request }
	if slices.ContainsFunc(n.wants, func(w serving) bool { return same(w.request) }) ||
		slices.ContainsFunc(n.reading, func(w *serving) bool { return same(w.request) }) ||
		slices.ContainsFunc(n.ready, func(o outgoing) bool { return same(o.request) }) {
		return
	}
	if len(n.wants)+len(n.reading)+len(n.ready) < protocol.MaxWants {
		for _, s := range e.sets {
			if i, ok := s.held[f.Block]; ok && !s.declined {
				n.wants = append(n.wants, serving{n, f.Request, s, i})
				return
			}
		}
	}
	n.refuse(f.Request)
}

func (n *neighbour) refuse(r protocol.Request) {
	if len(n.nones) < maxNones {
		n.nones = append(n.nones, r)
	}
}

// unwant forgets what a neighbour cancels. What is being read for it comes to nothing.
func (n *neighbour) unwant(r protocol.Request) {
	n.wants = slices.DeleteFunc(n.wants, func(w serving) bool { return w.request == r })
	n.reading = slices.DeleteFunc(n.reading, func(w *serving) bool { return w.request == r })
	n.ready = slices.DeleteFunc(n.ready, func(o outgoing) bool { return o.request == r })
}

// unserve refuses what neighbours want of a set and was not begun.
func (e *Exchange) unserve(s *list) {
	for _, n := range e.neighbours {
		n.wants = slices.DeleteFunc(n.wants, func(w serving) bool {
			if w.set == s {
				n.refuse(w.request)
			}
			return w.set == s
		})
	}
}

// serve reads for a neighbour and sends pieces, as far as there is room.
func (e *Exchange) serve(n *neighbour) {
	for {
		for len(n.wants) > 0 && len(n.reading)+len(n.ready) < readAhead {
			w := n.wants[0]
			n.wants = n.wants[1:]
			n.reading = append(n.reading, &w)
			e.reads[e.task()] = &w
			e.out = append(e.out, ReadBlock{e.tasks, w.set.id, w.index, w.set.plan[w.index]})
		}
		if len(n.ready) == 0 {
			return
		}
		o := &n.ready[0]
		size := min(e.cut, len(o.block)-o.sent)
		if n.room < pieceHead+size {
			return
		}
		e.send(n, protocol.BlockPiece{
			Request: o.request, Offset: uint32(o.sent), Size: uint32(len(o.block)), //nolint:gosec // at most MaxBlockBytes
			Bytes: o.block[o.sent : o.sent+size],
		})
		n.out.add(e.now, size)
		if o.sent += size; o.sent == len(o.block) {
			n.ready = slices.Delete(n.ready, 0, 1)
		}
	}
}

// Read answers [ReadBlock]: nil if the block is not there.
func (e *Exchange) Read(t Task, block []byte) []Action {
	w := e.reads[t]
	delete(e.reads, t)
	if w == nil || !slices.Contains(w.to.reading, w) {
		return e.end()
	}
	n := w.to
	n.reading = slices.DeleteFunc(n.reading, func(other *serving) bool { return other == w })
	if len(block) == 0 || len(block) > protocol.MaxBlockBytes {
		n.refuse(w.request)
	} else {
		n.ready = append(n.ready, outgoing{w.request, block, 0})
	}
	return e.end()
}
