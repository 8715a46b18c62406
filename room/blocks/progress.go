package blocks

import "github.com/parley-chat/parley/protocol"

// Progress is how it stands with a set.
type Progress struct {
	// Have blocks of Total that are known of are there, and if Whole, there are no more.
	Have, Total int
	Whole       bool
	// Wants: it is neither paused nor declined nor complete. Declined: it is not wanted, ever.
	Wants, Declined bool
	// Bytes of blocks have been kept since the set was opened, and so many in a second, over the last five, or since it
	// began.
	Bytes, Rate int
	// Neighbours are those that said something of the set, by identity.
	Neighbours []Neighbour
}

// Complete says that all is there.
func (p Progress) Complete() bool { return p.Whole && p.Have == p.Total }

// Neighbour is what a neighbour said of a set, by its last word: it has so many blocks, or All of them, it Wants what
// it lacks, it Declined. Blamed: it is not asked any more.
type Neighbour struct {
	Peer                         Peer
	Has                          int
	All, Wants, Declined, Blamed bool
}

// Rate is how many bytes of blocks came from a neighbour, and went to it, in a second, over the last five, or since it
// began.
type Rate struct {
	Peer    Peer
	In, Out int
}

// Progress tells of a set; the zero value if it is not known.
func (e *Exchange) Progress(set protocol.BlockID) Progress {
	s := e.known[set]
	if s == nil {
		return Progress{}
	}
	p := Progress{
		Have: s.count, Total: len(s.plan), Whole: s.whole, Wants: s.wants(), Declined: s.declined, Bytes: s.bytes,
		Rate: s.rate.rate(e.now),
	}
	for _, n := range e.neighbours {
		c := n.claims[set]
		if c == nil || !c.said {
			continue
		}
		has := c.has
		if c.all {
			has = len(s.plan)
		}
		p.Neighbours = append(p.Neighbours, Neighbour{n.peer, has, c.all, c.wants, c.none, n.shun || s.bad[n.peer]})
	}
	return p
}

// Rates tells of all neighbours, by identity.
func (e *Exchange) Rates() []Rate {
	rates := make([]Rate, len(e.neighbours))
	for i, n := range e.neighbours {
		rates[i] = Rate{n.peer, n.in.rate(e.now), n.out.rate(e.now)}
	}
	return rates
}
