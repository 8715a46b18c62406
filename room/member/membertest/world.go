package membertest

import (
	"container/heap"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Options change a [World]; zero values are the defaults.
type Options struct {
	// Seed decides everything that is left to chance.
	Seed uint64
	// Settings of the room.
	Settings protocol.RoomSettings
	// Limit is how many members there may be at a time. Default: that of the product.
	Limit int
	// Noticed is after which time at most the end of a link is noticed. Default 5 s.
	Noticed time.Duration
}

// Delays of links, one way, and of the store.
const (
	leastDelay = 10 * time.Millisecond
	mostDelay  = 90 * time.Millisecond
	hiccup     = 250 * time.Millisecond // in one frame of a hundred
	// bandwidth of a link, in bytes a second.
	bandwidth = 2 << 20
	gathering = 50 * time.Millisecond
)

// World is a simulated room, its people, the links between them, and the store. It is not safe for concurrent use.
type World struct {
	// People are all that ever came, in that order; the first one has made the room.
	People []*Person
	// Counts is what was sent and set up since the start, or since the last [World.Reset].
	Counts Counts
	// Code is where the room was made.
	Code protocol.RoomSecret

	options Options
	random  *rand.Rand
	secret  *rand.ChaCha8 // for keys, chains and codes
	now     time.Time
	events  queue
	seq     uint64
	byPeer  map[protocol.Identity]*Person
	delays  map[[2]*Person]time.Duration
	parted  func(a, b *Person) bool
	store   store
	calls   map[protocol.RoomID]call
}

// Counts are figures of a room.
type Counts struct {
	// Frames and Bytes are those of all links, each counted once, where it is sent.
	Frames, Bytes int
	// Gossip is the part of Bytes that events have, as they are said, with what is announced and asked for.
	Gossip int
	// Links are connections that came to be, ByStore those of them that the store made.
	Links, ByStore int
	// Reads and Writes are operations of the store: documents read, and documents written or deleted. Looks are those
	// that doors read to see whether there are others that they do not know.
	Reads, Writes, Looks int
	// MostBulk is the most frames of events that were under way over one link.
	MostBulk int
	// Introductions are frames that carry offers and answers.
	Introductions int
}

// New makes a world, and its first member.
func New(options Options) *World {
	if options.Noticed == 0 {
		options.Noticed = 5 * time.Second
	}
	if options.Settings.Invite == "" {
		options.Settings.Invite = protocol.InviteAll
	}
	if options.Settings.History == "" {
		options.Settings.History = protocol.HistoryAll
	}
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], options.Seed)
	w := &World{
		options: options, random: rand.New(rand.NewPCG(options.Seed, 1)), secret: rand.NewChaCha8(seed),
		now:    time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		byPeer: map[protocol.Identity]*Person{}, delays: map[[2]*Person]time.Duration{},
		parted: func(_, _ *Person) bool { return false }, store: store{}, calls: map[protocol.RoomID]call{},
	}
	_, _ = w.secret.Read(w.Code[:]) // it never fails
	founder := w.newPerson()
	founder.start(&options.Settings)
	return w
}

// Now is the virtual time.
func (w *World) Now() time.Time { return w.now }

// Random is the world's chance, for tests that choose.
func (w *World) Random() *rand.Rand { return w.random }

// Reset begins to count anew.
func (w *World) Reset() { w.Counts = Counts{} }

// Founder has made the room.
func (w *World) Founder() *Person { return w.People[0] }

// Present are the people who are there: neither crashed, nor gone, nor refused.
func (w *World) Present() []*Person {
	var present []*Person
	for _, p := range w.People {
		if p.Member != nil {
			present = append(present, p)
		}
	}
	return present
}

// Run lets time pass.
func (w *World) Run(d time.Duration) {
	end := w.now.Add(d)
	for len(w.events) > 0 && !w.events[0].at.After(end) {
		e := heap.Pop(&w.events).(event) //nolint:forcetypeassert // the queue holds nothing else
		w.now = e.at
		e.do()
	}
	w.now = end
}

// after does something later; what is due at the same time is done in the order of these calls.
func (w *World) after(d time.Duration, do func()) {
	w.seq++
	heap.Push(&w.events, event{at: w.now.Add(d), seq: w.seq, do: do})
}

// spread is around d, by a tenth.
func (w *World) spread(d time.Duration) time.Duration {
	return d*9/10 + time.Duration(w.random.Int64N(int64(d)/5))
}

// delay is the time from one to the other, always the same.
func (w *World) delay(a, b *Person) time.Duration {
	pair := [2]*Person{a, b}
	if a.number > b.number {
		pair = [2]*Person{b, a}
	}
	if w.delays[pair] == 0 {
		w.delays[pair] = leastDelay + time.Duration(w.random.Int64N(int64(mostDelay-leastDelay)))
	}
	return w.delays[pair]
}

// Farthest is how long a frame takes from somebody to the one that is farthest, over a link of their own.
func (w *World) Farthest(from *Person) time.Duration {
	var most time.Duration
	for _, p := range w.Present() {
		if p != from {
			most = max(most, w.delay(from, p))
		}
	}
	return most
}

// event is something that happens.
type event struct {
	at  time.Time
	seq uint64
	do  func()
}

// queue is a heap of events.
type queue []event

// Len is for package heap.
func (q *queue) Len() int { return len(*q) }

// Less is for package heap.
func (q *queue) Less(i, j int) bool {
	a, b := (*q)[i], (*q)[j]
	if a.at.Equal(b.at) {
		return a.seq < b.seq
	}
	return a.at.Before(b.at)
}

// Swap is for package heap.
func (q *queue) Swap(i, j int) { (*q)[i], (*q)[j] = (*q)[j], (*q)[i] }

// Push is for package heap.
func (q *queue) Push(x any) { *q = append(*q, x.(event)) } //nolint:forcetypeassert // the queue holds nothing else

// Pop is for package heap.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	(*q)[len(*q)-1] = event{}
	*q = (*q)[:len(*q)-1]
	return last
}
