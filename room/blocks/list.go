package blocks

import "github.com/parley-chat/parley/protocol"

// maxLevel is how many neighbours at most are told apart by number when the rarest blocks are looked for.
const maxLevel = 15

// list is what is known of a set. Indexes are below len(plan).
type list struct {
	id               protocol.BlockID
	plan             []protocol.BlockID
	whole            bool // the plan is
	wanted, declined bool
	gone             bool // dropped: what tasks come back for it comes to nothing

	have  bitmap
	count int                      // of have
	held  map[protocol.BlockID]int // where in have
	fresh []int                    // what was added to have, until it is complete
	fine  bitmap                   // checked, and being kept

	// open are those that are lacking and not busy; none is below low words.
	open      bitmap
	openCount int
	openAt    [maxLevel + 1]int // how many of each level
	low       int
	busy      map[int]int // asks that are not late, checks and keeps, of each index

	// seen is how many neighbours have a block, not counting those that have all; levels the indexes by that number.
	seen   []uint16
	levels []bitmap

	// mine is the own share, for these; second the own part of all shares.
	mine, second                bitmap
	sharers, place, mineThrough int

	bad        map[Peer]bool // who is not asked any more
	first, end int           // what is wanted before others
	bytes      int
	rate       meter
}

func newList(id protocol.BlockID) *list {
	s := &list{
		id: id, held: make(map[protocol.BlockID]int), busy: make(map[int]int), bad: make(map[Peer]bool),
		levels: make([]bitmap, maxLevel+1),
	}
	s.grow([]protocol.BlockID{id})
	return s
}

func (s *list) complete() bool { return s.whole && s.count == len(s.plan) }

// wants tells whether more of it is to be asked for.
func (s *list) wants() bool { return s.wanted && !s.complete() }

func (s *list) flags() protocol.HaveFlags {
	switch {
	case s.declined:
		return protocol.HaveDeclined
	case s.complete():
		return protocol.HaveAll
	case s.wanted:
		return protocol.HaveWants
	}
	return 0
}

func (s *list) grow(ids []protocol.BlockID) {
	for range ids {
		i := len(s.seen)
		s.seen = append(s.seen, 0)
		s.levels[0].add(i)
		s.reopen(i)
	}
	s.plan = append(s.plan, ids...)
}

// seenBy counts one neighbour more, or less, that has a block.
func (s *list) seenBy(i, more int) {
	if i >= len(s.seen) {
		return
	}
	before := min(int(s.seen[i]), maxLevel)
	s.seen[i] = uint16(int(s.seen[i]) + more) //nolint:gosec // as many as there are links
	if after := min(int(s.seen[i]), maxLevel); after != before {
		s.levels[before].remove(i)
		s.levels[after].add(i)
		if s.open.has(i) {
			s.openAt[before]--
			s.openAt[after]++
		}
	}
}

// take makes a block busy.
func (s *list) take(i int) {
	s.busy[i]++
	s.shut(i)
}

func (s *list) shut(i int) {
	if s.open.has(i) {
		s.open.remove(i)
		s.openCount--
		s.openAt[min(s.seen[i], maxLevel)]--
	}
}

// release undoes one take.
func (s *list) release(i int) {
	if s.busy[i]--; s.busy[i] <= 0 {
		delete(s.busy, i)
		s.reopen(i)
	}
}

func (s *list) reopen(i int) {
	if s.have.has(i) || s.open.has(i) {
		return
	}
	s.open.add(i)
	s.openCount++
	s.openAt[min(s.seen[i], maxLevel)]++
	s.low = min(s.low, i/wordBits)
}

// add says that a block is there, which was not.
func (s *list) add(i int) {
	s.have.add(i)
	s.count++
	if _, ok := s.held[s.plan[i]]; !ok {
		s.held[s.plan[i]] = i
	}
	s.shut(i)
	if s.fresh = append(s.fresh, i); s.complete() {
		s.settle()
	}
}

// settle lets go of what a set that is complete needs no more.
func (s *list) settle() {
	s.fresh, s.fine, s.open, s.mine, s.second, s.seen, s.levels = nil, nil, nil, nil, nil, nil, nil
}

// share finds out which blocks are its own, the place-th of so many that want the set.
func (s *list) share(sharers, place int) {
	if s.sharers == sharers && s.place == place && s.mineThrough == len(s.plan) {
		return
	}
	s.sharers, s.place, s.mineThrough = sharers, place, len(s.plan)
	s.mine, s.second = make(bitmap, len(s.open)), make(bitmap, len(s.open))
	for i := place; i < len(s.plan); i += sharers {
		s.mine.add(i)
	}
	for i := place * sharers; i < len(s.plan); i += sharers * sharers {
		for j := i; j < min(i+sharers, len(s.plan)); j++ {
			s.second.add(j)
		}
	}
}
