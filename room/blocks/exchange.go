package blocks

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Peer names a member.
type Peer = protocol.Identity

// Config is what an [Exchange] needs.
type Config struct {
	// Self is the own member.
	Self Peer
	// Now is the time at which the exchange begins.
	Now time.Time
	// Piece is how many bytes of a block go into one frame, 1 to [protocol.MaxPiece]; 0 is 32 768.
	Piece int
}

// Exchange is one member's part in the exchange of blocks in a room. It is not safe for concurrent use. Inputs return
// what is to be done, in order; time stands still between two calls of Tick. Sets and peers that are not known are
// passed over, if nothing else is said.
type Exchange struct {
	self       Peer
	begun      time.Time
	now        int64 // ms since begun
	worked     int64 // when work was done last
	cut        int   // bytes of a piece
	sets       []*list
	known      map[protocol.BlockID]*list
	neighbours []*neighbour // by identity

	asked, unkept int // blocks asked for and not late; checks and keeps
	tasks         Task
	reads         map[Task]*serving
	checks, keeps map[Task]*check

	out           []Action
	changed       []*list
	tells, asking bool // there may be something to tell, or ask for
	owes          bool // there is, and it has to wait
}

// New begins with no neighbours and no sets.
func New(c Config) *Exchange {
	if c.Piece < 1 || c.Piece > protocol.MaxPiece {
		c.Piece = usualPiece
	}
	return &Exchange{
		self: c.Self, begun: c.Now, cut: c.Piece, known: make(map[protocol.BlockID]*list),
		reads: make(map[Task]*serving), checks: make(map[Task]*check), keeps: make(map[Task]*check),
	}
}

// Tick goes on to another time, in whole milliseconds since Config.Now. A time before the last one is the last one.
func (e *Exchange) Tick(now time.Time) []Action {
	e.now = max(e.now, now.Sub(e.begun).Milliseconds())
	if e.now-e.worked >= tellEvery {
		e.worked = e.now
		e.work()
	}
	return e.end()
}

// Next is when Tick is wanted at the latest. The zero time says: not before there is another input.
func (e *Exchange) Next() time.Time {
	if len(e.neighbours) > 0 && (e.owes || slices.ContainsFunc(e.sets, (*list).wants)) {
		return e.begun.Add(time.Duration(e.worked+tellEvery) * time.Millisecond)
	}
	return time.Time{}
}

// Linked begins a link to a neighbour, whose channel takes room bytes now.
func (e *Exchange) Linked(peer Peer, room int) []Action {
	e.unlink(peer)
	i, _ := e.neighbour(peer)
	n := &neighbour{peer: peer, room: room, claims: make(map[protocol.BlockID]*claim), window: firstWindow}
	e.neighbours = slices.Insert(e.neighbours, i, n)
	e.tells = true
	return e.end()
}

// Unlinked ends a link. What was asked of the neighbour is asked of others.
func (e *Exchange) Unlinked(peer Peer) []Action {
	e.unlink(peer)
	return e.end()
}

func (e *Exchange) unlink(peer Peer) {
	i, n := e.neighbour(peer)
	if n == nil {
		return
	}
	e.neighbours = slices.Delete(e.neighbours, i, i+1)
	for len(n.asks) > 0 {
		e.unask(n, n.asks[0])
	}
	n.reading = nil
	for _, s := range e.sets {
		if c := n.claims[s.id]; c != nil {
			uncount(s, c)
			e.change(s)
		}
	}
	e.asking = true
}

// Drained says that a neighbour's channel takes room bytes now, beside what was sent already.
func (e *Exchange) Drained(peer Peer, room int) []Action {
	if _, n := e.neighbour(peer); n != nil {
		e.asking = e.asking || n.room <= 0
		e.tells = e.tells || n.waits
		n.room = room
	}
	return e.end()
}

// Received takes a frame from a neighbour.
func (e *Exchange) Received(peer Peer, f protocol.BlockFrame) []Action {
	_, n := e.neighbour(peer)
	if n == nil {
		return e.end()
	}
	switch f := f.(type) {
	case protocol.BlockHave:
		e.heard(n, f)
	case protocol.BlockWant:
		e.want(n, f)
	case protocol.BlockPiece:
		e.piece(n, f)
	case protocol.BlockNone:
		e.none(n, f.Request)
	case protocol.BlockCancel:
		n.unwant(f.Request)
	}
	return e.end()
}

// end does what comes of an input, and gives what is to be done.
func (e *Exchange) end() []Action {
	for _, n := range e.neighbours {
		for n.room > 0 && len(n.cancels) > 0 {
			e.send(n, protocol.BlockCancel{Request: n.cancels[0]})
			n.cancels = n.cancels[1:]
		}
	}
	if e.tells {
		e.tellAll()
	}
	if e.asking {
		e.askAll()
	}
	for _, n := range e.neighbours {
		for n.room > 0 && len(n.nones) > 0 {
			e.send(n, protocol.BlockNone{Request: n.nones[0]})
			n.nones = n.nones[1:]
		}
		e.serve(n)
	}
	for _, s := range e.changed {
		e.out = append(e.out, Changed{s.id})
	}
	out := e.out
	e.out, e.changed = nil, nil
	return out
}

func (e *Exchange) send(n *neighbour, f protocol.BlockFrame) {
	n.room -= size(f)
	e.out = append(e.out, Send{n.peer, f})
}

func (e *Exchange) change(s *list) {
	if !s.gone && !slices.Contains(e.changed, s) {
		e.changed = append(e.changed, s)
	}
}

func (e *Exchange) task() Task {
	e.tasks++
	return e.tasks
}

// size is how many bytes a frame has.
func size(f protocol.BlockFrame) int {
	switch f := f.(type) {
	case protocol.BlockPiece:
		return pieceHead + len(f.Bytes)
	case protocol.BlockHave:
		return tellGap + len(f.Bits)
	case protocol.BlockWant:
		return tellGap - 1
	}
	return 5
}
