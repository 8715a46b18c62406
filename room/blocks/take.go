package blocks

import "github.com/parley-chat/parley/protocol"

const (
	// noneInARow is how often a neighbour may have not what it says that it has.
	noneInARow = 3
	// maxStray is how many blocks may come that nobody asked for, or cancelled (SPEC B6).
	maxStray = 64
)

// check is a block that is being checked, and then kept.
type check struct {
	peer  Peer
	set   *list
	index int
	block []byte
}

func (n *neighbour) asked(r protocol.Request) *ask {
	for _, a := range n.asks {
		if a.request == r {
			return a
		}
	}
	return nil
}

// piece takes a part of a block (SPEC B6).
func (e *Exchange) piece(n *neighbour, f protocol.BlockPiece) {
	n.in.add(e.now, len(f.Bytes))
	a := n.asked(f.Request)
	if a == nil {
		n.stray += len(f.Bytes)
		if n.stray > (n.cancelled+maxStray)*protocol.MaxBlockBytes && !n.shun {
			e.shun(n)
		}
		return
	}
	if n.current != nil && n.current != a {
		e.ban(n.peer, n.current.set, FaultPieces)
		return
	}
	if a.block == nil {
		a.block, a.size = make([]byte, 0, f.Size), int(f.Size)
	}
	if int(f.Offset) != len(a.block) || int(f.Size) != a.size {
		e.ban(n.peer, a.set, FaultPieces)
		return
	}
	n.current = a
	if a.block = append(a.block, f.Bytes...); len(a.block) == a.size {
		e.whole(n, a)
	}
}

// whole has a block checked that has come.
func (e *Exchange) whole(n *neighbour, a *ask) {
	switch took := e.now - a.at; {
	case took <= quickAfter && len(n.asks) >= n.window:
		n.window = min(maxWindow, n.window+1)
	case took > slowAfter && n.window > 2:
		n.window--
	}
	a.set.take(a.index)
	e.unask(n, a)
	n.claims[a.set.id].nones = 0
	e.unkept++
	e.checks[e.task()] = &check{n.peer, a.set, a.index, a.block}
	e.out = append(e.out, Check{e.tasks, a.set.plan[a.index], a.block})
	e.asking = true
}

// none is for a block that does not come.
func (e *Exchange) none(n *neighbour, r protocol.Request) {
	a := n.asked(r)
	if a == nil {
		return
	}
	s, c := a.set, n.claims[a.set.id]
	e.unask(n, a)
	e.asking = true
	if !c.hasBlock(a.index) {
		return
	}
	c.barred.add(a.index)
	c.refused, c.refusedAt = append(c.refused, a.index), e.now
	if c.nones++; c.nones >= noneInARow {
		e.ban(n.peer, s, FaultNone)
	}
}

// ban asks a neighbour for nothing of a set any more (SPEC B8).
func (e *Exchange) ban(peer Peer, s *list, why Fault) {
	if s.bad[peer] {
		return
	}
	s.bad[peer] = true
	e.out = append(e.out, Blame{peer, s.id, why})
	e.change(s)
	if _, n := e.neighbour(peer); n != nil {
		if c := n.claims[s.id]; c != nil {
			uncount(s, c)
		}
		e.cancel(n, func(a *ask) bool { return a.set == s })
	}
	e.asking = true
}

// shun asks a neighbour for nothing any more.
func (e *Exchange) shun(n *neighbour) {
	n.shun = true
	e.out = append(e.out, Blame{Peer: n.peer, Why: FaultStray})
	for _, s := range e.sets {
		if c := n.claims[s.id]; c != nil {
			uncount(s, c)
			e.change(s)
		}
	}
	e.cancel(n, func(*ask) bool { return true })
}

// Checked answers [Check].
func (e *Exchange) Checked(t Task, ok bool) []Action {
	c := e.checks[t]
	if c == nil {
		return e.end()
	}
	delete(e.checks, t)
	s := c.set
	e.asking = true
	if !ok && !s.gone {
		e.ban(c.peer, s, FaultDigest)
	}
	if !ok || s.gone || s.have.has(c.index) || s.fine.has(c.index) {
		e.unkept--
		s.release(c.index)
		return e.end()
	}
	s.fine.add(c.index)
	for _, n := range e.neighbours {
		e.cancel(n, func(a *ask) bool { return a.set == s && a.index == c.index })
	}
	e.keeps[e.task()] = c
	e.out = append(e.out, Keep{e.tasks, s.id, c.index, s.plan[c.index], c.block})
	return e.end()
}

// Kept answers [Keep]. If it is false, the set is paused.
func (e *Exchange) Kept(t Task, ok bool) []Action {
	c := e.keeps[t]
	if c == nil {
		return e.end()
	}
	delete(e.keeps, t)
	e.unkept--
	s := c.set
	e.asking = true
	s.fine.remove(c.index)
	switch {
	case s.gone:
	case !ok:
		e.stop(s)
	case !s.have.has(c.index):
		s.add(c.index)
		s.bytes += len(c.block)
		s.rate.add(e.now, len(c.block))
		e.tells = true
		e.change(s)
	}
	s.release(c.index)
	return e.end()
}
