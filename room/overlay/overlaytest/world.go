package overlaytest

import (
	"container/heap"
	"math/rand/v2"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// Options change a [World]; zero values are the defaults.
type Options struct {
	// Seed decides everything that is left to chance.
	Seed uint64
	// Wire writes and reads every frame as it is on a real link.
	Wire bool
	// Size of an event in bytes. Default 300: a text of a line.
	Size int
	// Noticed is after which time at most the end of a link is noticed. Default 5 s.
	Noticed time.Duration
	// Traced are the members of whose nodes everything is recorded, by their places in World.Members.
	Traced []int
}

// Delays of links, one way, and of the store.
const (
	leastDelay  = 10 * time.Millisecond
	mostDelay   = 90 * time.Millisecond
	hiccup      = 250 * time.Millisecond // in one frame of a hundred
	storeTakes  = 600 * time.Millisecond
	storeWaits  = 10 * time.Second // SPEC K4
	answerTakes = 6 * time.Second  // SPEC O8
	sealedBytes = 2048             // of an offer or an answer
)

// World is a simulated room. It is not safe for concurrent use.
type World struct {
	// Members are all that ever joined, in that order.
	Members []*Member
	// Counts is what was sent and set up since the start, or since the last [World.Reset].
	Counts Counts
	// Faults are what members say of others: flooding and forging, by name.
	Faults []Fault
	// Linked is called when a link has come to be, and Delivered when an event has been; nil: nothing is.
	Linked    func(a, b *Member)
	Delivered func(to *Member, item overlay.Item)

	opts   Options
	random *rand.Rand
	now    time.Time
	events queue
	seq    uint64
	made   uint64 // link ids
	byPeer map[overlay.Peer]*Member
	delays map[[2]*Member]time.Duration
	parted func(a, b *Member) bool
	items  map[overlay.ID]overlay.Item
	offers map[protocol.RoomID]offer
}

// offer is one that waits for what answers it.
type offer struct {
	by *Member
	at time.Time
}

// Counts are figures of a room.
type Counts struct {
	// Frames and Bytes are those of all links, each counted once, where it is sent.
	Frames, Bytes int
	// Events is the part of Bytes that events have, with what is announced and asked for of them.
	Events int
	// Links are connections that came to be, ByStore those of them that the store made.
	Links, ByStore int
	// Called are calls through the store, also in vain.
	Called int
	// Introductions are frames that carry offers and answers.
	Introductions int
	// Offers are introductions that members began, and Answered those of them to which an answer, a refusal or an
	// «unreachable» came back in time.
	Offers, Answered int
}

// Fault is a neighbour that was dropped.
type Fault struct {
	By, Of *Member
	Reason overlay.Reason
}

// New makes a world without members.
func New(opts Options) *World {
	if opts.Size == 0 {
		opts.Size = 300
	}
	if opts.Noticed == 0 {
		opts.Noticed = 5 * time.Second
	}
	return &World{
		opts: opts, random: rand.New(rand.NewPCG(opts.Seed, 1)),
		now:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		byPeer: map[overlay.Peer]*Member{}, delays: map[[2]*Member]time.Duration{},
		parted: func(_, _ *Member) bool { return false }, items: map[overlay.ID]overlay.Item{},
		offers: map[protocol.RoomID]offer{},
	}
}

// Now is the virtual time.
func (w *World) Now() time.Time { return w.now }

// Random is the world's chance, for tests that choose.
func (w *World) Random() *rand.Rand { return w.random }

// Reset begins to count anew.
func (w *World) Reset() { w.Counts = Counts{} }

// Member is the one with this name.
func (w *World) Member(peer overlay.Peer) *Member { return w.byPeer[peer] }

// Alive are the members that have neither crashed nor left.
func (w *World) Alive() []*Member {
	var alive []*Member
	for _, m := range w.Members {
		if m.alive {
			alive = append(alive, m)
		}
	}
	return alive
}

// Run lets time pass.
func (w *World) Run(d time.Duration) {
	end := w.now.Add(d)
	for len(w.events) > 0 && !w.events[0].at.After(end) {
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.do()
	}
	w.now = end
}

// Part cuts all links between members of whom parted says so, and lets none come to be, also not through the store;
// nil heals it.
func (w *World) Part(parted func(a, b *Member) bool) {
	if parted == nil {
		parted = func(_, _ *Member) bool { return false }
	}
	w.parted = parted
	for _, m := range w.Members {
		for _, other := range m.linkedTo() {
			if parted(m, other) {
				w.Cut(m, other)
			}
		}
	}
}

// Cut ends the link between two; both notice.
func (w *World) Cut(a, b *Member) {
	for _, end := range [][2]*Member{{a, b}, {b, a}} {
		if l := end[0].links[end[1]]; l != nil {
			delete(end[0].links, end[1])
			w.notice(end[0], end[1], time.Duration(w.random.Int64N(int64(w.opts.Noticed))))
		}
	}
}

// notice tells a member after a while that a link has ended, unless there is another by then.
func (w *World) notice(m, other *Member, after time.Duration) {
	w.After(after, func() {
		if m.alive && m.links[other] == nil {
			m.input(Input{Do: Lost, Peer: other.Peer})
		}
	})
}

// delay is the time from one to the other, always the same.
func (w *World) delay(a, b *Member) time.Duration {
	pair := [2]*Member{a, b}
	if a.number > b.number {
		pair = [2]*Member{b, a}
	}
	if w.delays[pair] == 0 {
		w.delays[pair] = leastDelay + time.Duration(w.random.Int64N(int64(mostDelay-leastDelay)))
	}
	return w.delays[pair]
}

// Farthest is how long a frame takes from a member to the one that is farthest, over a link of their own.
func (w *World) Farthest(from *Member) time.Duration {
	var most time.Duration
	for _, m := range w.Alive() {
		if m != from {
			most = max(most, w.delay(from, m))
		}
	}
	return most
}

// After does something later; what is due at the same time is done in the order of these calls.
func (w *World) After(d time.Duration, do func()) {
	w.seq++
	heap.Push(&w.events, event{at: w.now.Add(d), seq: w.seq, do: do})
}

// connect makes a link, if both are there to have it.
func (w *World) connect(a, b *Member, byStore bool) {
	if a.links[b] != nil {
		return
	}
	if !a.alive || !b.alive || w.parted(a, b) {
		for _, end := range [][2]*Member{{a, b}, {b, a}} {
			if end[0].alive {
				end[0].input(Input{Do: Failed, Peer: end[1].Peer})
			}
		}
		return
	}
	a.entering, b.entering = false, false
	w.Counts.Links++
	if byStore {
		w.Counts.ByStore++
	}
	a.links[b], b.links[a] = &wire{}, &wire{}
	a.input(Input{Do: Connected, Peer: b.Peer})
	if a.links[b] != nil {
		b.input(Input{Do: Connected, Peer: a.Peer})
	}
	if w.Linked != nil {
		w.Linked(a, b)
	}
}

// size is what a frame has on the wire: JSON, without writing it.
func size(f protocol.OverlayFrame) int {
	const head, id, number = 24, 46, 4
	return head + (id+number)*len(f.IDs) + len(f.Sealed)*4/3 + map[protocol.OverlayKind]int{
		protocol.KindForwardJoin: 64, protocol.KindIntroduce: 230, protocol.KindPrune: 54,
	}[f.Kind]
}

// event is something that happens.
type event struct {
	at  time.Time
	seq uint64
	do  func()
}

// queue is a heap of events.
type queue []event

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].seq < q[j].seq
	}
	return q[i].at.Before(q[j].at)
}

func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push is for package heap.
func (q *queue) Push(x any) { *q = append(*q, x.(event)) }

// Pop is for package heap.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	(*q)[len(*q)-1] = event{}
	*q = (*q)[:len(*q)-1]
	return last
}
