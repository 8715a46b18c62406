package peer

import (
	"context"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/blocks"
)

// groupFiles is what goes on with the files of a room of many. run's goroutine owns the exchange, and all fields but
// the channels and what mu guards. It never waits for a disk, and the room's goroutine never waits for it.
//
//	room: entries, members ─► posted ─►┌────────────────────────┐─► frames to links
//	SendFiles, Receive …   ─► posted ─►│ groupFiles.run owns     │─► jobs: hash, read, write ─► workers
//	blockLine: frames      ─► lines  ─►│ blocks.Exchange         │─► Notice
//	workers                ─► results─►└────────────────────────┘
type groupFiles struct {
	self    protocol.Identity
	random  io.Reader
	notices *notices
	lines   chan lineNews
	results chan func()
	some    chan struct{} // one notice: something is posted
	done    chan struct{} // closed when nothing of it runs any more

	mu     sync.Mutex
	posted []func() // guarded by mu: what run's goroutine is to do

	exchange *blocks.Exchange
	queue    []blocks.Action
	jobs     []job // that no worker has taken yet: as many as the exchange's bounds allow, and some for each set
	sets     map[protocol.BlockID]*fileSet
	said     map[protocol.EventID]*saidFile
	links    map[protocol.Identity]*blockLine
	known    map[*blockLine]struct{} // lines that live
	members  map[protocol.Identity]Member
	leaving  map[*blockStore]struct{} // that are to be let go of
	heads    int                      // bytes of manifests that came by themselves
}

// job is done by a worker; what it gives is done by run's goroutine then.
type job func() (then func())

func newGroupFiles(self protocol.Identity, random io.Reader, n *notices) *groupFiles {
	return &groupFiles{
		self: self, random: random, notices: n, lines: make(chan lineNews), results: make(chan func()),
		some: make(chan struct{}, 1), done: make(chan struct{}),
		exchange: blocks.New(blocks.Config{Self: self, Now: time.Now()}),
		sets:     map[protocol.BlockID]*fileSet{}, said: map[protocol.EventID]*saidFile{},
		links: map[protocol.Identity]*blockLine{}, known: map[*blockLine]struct{}{},
		members: map[protocol.Identity]Member{}, leaving: map[*blockStore]struct{}{},
	}
}

// post lets run's goroutine do something. It does not wait.
func (f *groupFiles) post(what func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.posted = append(f.posted, what)
	notify(f.some)
}

// ask lets run's goroutine do something, and waits until it is done. It fails with ctx's error if that has ended
// before, and with ErrClosed; then it was not done, and will not be.
func (f *groupFiles) ask(ctx context.Context, what func()) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ran := make(chan struct{})
	f.post(func() { what(); close(ran) })
	select {
	case <-ran:
		return nil
	case <-f.done:
	}
	if closed(ran) { // it was the last
		return nil
	}
	return ErrClosed
}

// run is the life of the room's files.
func (f *groupFiles) run(ctx context.Context) {
	defer close(f.done)
	var workers sync.WaitGroup
	jobs := make(chan job)
	for range max(2, min(4, runtime.GOMAXPROCS(0))) {
		workers.Go(func() { f.work(ctx, jobs) })
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		f.step(ctx, timer, jobs)
	}
	close(jobs)
	workers.Wait()
	for store := range f.leaving {
		store.let()
	}
	for _, s := range f.sets {
		s.end(ErrClosed)
	}
}

// work does jobs until there are no more. What comes of them when ctx has ended nobody needs.
func (f *groupFiles) work(ctx context.Context, jobs <-chan job) {
	for do := range jobs {
		pass(ctx, f.results, do())
	}
}

// step waits for one thing to happen, and does what is to be done then.
func (f *groupFiles) step(ctx context.Context, timer *time.Timer, jobs chan<- job) {
	var next job
	if len(f.jobs) == 0 {
		jobs = nil
	} else {
		next = f.jobs[0]
	}
	if at := f.exchange.Next(); !at.IsZero() {
		timer.Reset(time.Until(at))
	}
	select {
	case <-ctx.Done():
	case jobs <- next:
		f.jobs[0] = nil
		f.jobs = f.jobs[1:]
	case <-timer.C:
		f.tick()
	case n := <-f.lines:
		f.tick()
		f.heard(n)
	case then := <-f.results:
		f.tick()
		then()
	case <-f.some:
		f.tick()
		for _, what := range f.take() {
			what()
		}
	}
}

func (f *groupFiles) take() []func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	posted := f.posted
	f.posted = nil
	return posted
}

// tick tells the exchange the time, as it wants before each other input.
func (f *groupFiles) tick() { f.perform(f.exchange.Tick(time.Now())) }

// heard takes what a line tells.
func (f *groupFiles) heard(n lineNews) {
	l := n.line
	switch {
	case n.begins:
		f.known[l] = struct{}{}
		f.admit(l)
	case n.ended:
		delete(f.known, l)
		if f.links[l.peer] == l {
			delete(f.links, l.peer)
			f.perform(f.exchange.Unlinked(l.peer))
		}
	case f.links[l.peer] != l: // another has taken its place
	case n.drained:
		f.perform(f.exchange.Drained(l.peer, l.blocks.drained(time.Now())))
	default:
		f.perform(f.exchange.Received(l.peer, n.frame))
	}
}

// admit begins to exchange blocks over a line if the other is a member, as this side is (SPEC B7).
func (f *groupFiles) admit(l *blockLine) {
	_, member := f.members[l.peer]
	_, own := f.members[f.self]
	if !member || !own || closed(l.admitted) {
		return
	}
	close(l.admitted)
	f.links[l.peer] = l
	f.perform(f.exchange.Linked(l.peer, l.blocks.drained(time.Now())))
}

// meet takes note of who the members are.
func (f *groupFiles) meet(people []Member) {
	f.members = make(map[protocol.Identity]Member, len(people))
	for _, p := range people {
		f.members[p.ID] = p
	}
	for l := range f.known {
		f.admit(l)
	}
}

// perform does what the exchange asks for, and what that leads to.
func (f *groupFiles) perform(actions []blocks.Action) {
	f.queue = append(f.queue, actions...)
	if len(f.queue) > len(actions) {
		return // it is being done, further up
	}
	for len(f.queue) > 0 {
		f.do(f.queue[0])
		f.queue[0] = nil
		f.queue = f.queue[1:]
	}
	f.queue = nil
}

func (f *groupFiles) do(a blocks.Action) {
	switch a := a.(type) {
	case blocks.Send:
		if l := f.links[a.Peer]; l != nil {
			l.blocks.send(a.Frame.Encode(), time.Now())
		}
	case blocks.Check:
		f.jobs = append(f.jobs, func() func() {
			same := protocol.BlockIDOf(a.Bytes) == a.ID
			return func() { f.perform(f.exchange.Checked(a.Task, same)) }
		})
	case blocks.ReadBlock:
		f.read(a)
	case blocks.Keep:
		f.keep(a)
	case blocks.Blame:
		f.notices.put(Notice{Kind: NoticeFault, Member: f.person(a.Peer), Rule: "B8"})
	case blocks.Changed:
		if s := f.sets[a.Set]; s != nil {
			f.changed(s)
		}
	}
}

// read gives a block to who wants it.
func (f *groupFiles) read(a blocks.ReadBlock) {
	s := f.sets[a.Set]
	if s == nil {
		f.perform(f.exchange.Read(a.Task, nil))
		return
	}
	if head, is := s.head(a.Index); is || s.store == nil {
		f.perform(f.exchange.Read(a.Task, head))
		return
	}
	store := s.store
	store.uses++
	f.jobs = append(f.jobs, func() func() {
		block, err := store.Block(a.Index)
		return func() {
			f.release(store)
			if err != nil {
				block = nil
				f.unreadable(s, store, err)
			} else if piece, is := s.files.Piece(a.Index); is && s.store == store && !s.given.has(a.Index) {
				s.given.add(a.Index)
				s.givenBytes += int64(piece.Length)
			}
			f.perform(f.exchange.Read(a.Task, block))
		}
	})
}

// keep writes a block that has come.
func (f *groupFiles) keep(a blocks.Keep) {
	s := f.sets[a.Set]
	if s == nil {
		f.perform(f.exchange.Kept(a.Task, false))
		return
	}
	if s.files == nil {
		f.keepHead(s, a)
		return
	}
	store := s.store
	if store == nil || store.write == nil {
		f.perform(f.exchange.Kept(a.Task, false))
		return
	}
	store.uses++
	f.jobs = append(f.jobs, func() func() {
		err := store.write(a.Index, a.Bytes)
		return func() {
			f.release(store)
			if s.store != store {
				err = ErrFileStopped
			} else if err == nil {
				piece, _ := s.files.Piece(a.Index)
				s.here += int64(piece.Length)
			}
			f.perform(f.exchange.Kept(a.Task, err == nil))
			if err != nil && s.store == store {
				f.stop(s, err)
			}
		}
	})
}

func (f *groupFiles) person(id protocol.Identity) Member {
	if p, known := f.members[id]; known {
		return p
	}
	return Member{ID: id}
}

// forgetSet forgets a set of which nothing speaks any more.
func (f *groupFiles) forgetSet(s *fileSet, err error) {
	f.perform(f.exchange.Drop(s.root))
	delete(f.sets, s.root)
	f.heads -= s.headBytes
	f.finishStore(s, err, true)
}

// bits are some indexes, as SPEC B4 has them.
type bits []byte

func (b *bits) add(i int) {
	if grow := i/8 + 1 - len(*b); grow > 0 {
		*b = append(*b, make([]byte, grow)...)
	}
	(*b)[i/8] |= 0x80 >> (i % 8)
}

func (b bits) has(i int) bool { return i/8 < len(b) && b[i/8]&(0x80>>(i%8)) != 0 }

// firstBits are the first so many.
func firstBits(n int) bits {
	b := slices.Repeat(bits{0xff}, n/8)
	if n%8 > 0 {
		b = append(b, 0xff<<(8-n%8))
	}
	return b
}
