package peer

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// forgetWait is how long what was deleted, or is over, stays in the archive's file at most: it is written anew for it.
const forgetWait = 30 * time.Second

// groupLife is what goes on in a room of many. run's goroutine owns all fields but the channels, and the member. Links,
// attempts and what is asked of the store run beside it, and only send to its channels. It ends when ctx does or the
// member says so, and all of them before it.
type groupLife struct {
	*Group
	beside sync.WaitGroup

	news    chan linkNews
	results chan *groupTry
	looked  chan looked
	calls   chan doorCalls
	failed  chan error // what ends the room

	queue []member.Action // what is still to be done
	links map[protocol.Identity]*groupLink
	tries map[*groupTry]struct{}
	// answered are the introductions that were answered, the latest last (SPEC L6).
	answered []protocol.RoomID
	doors    map[protocol.RoomSecret]*door
	// ends is when the rooms' documents are over, by this machine's clock.
	ends     map[protocol.RoomSecret]time.Time
	created  protocol.RoomSecret // the code at which this member has made the room, and is in it
	entering *entering
	forgetAt time.Time // when what is forgotten is to be taken out of the archive; zero: nothing is
	isIn     bool
	synced   bool  // what was said before this member came is here, and there were notices of it
	ending   error // why the room ends; nil while it does not

	told   map[protocol.EventID]uint64 // how entries looked that there was a notice of
	seed   maphash.Seed
	people map[protocol.Identity]Member // as they were last known
	here   map[protocol.Identity]bool   // as there were notices of, like the two that follow

	received map[protocol.Identity]received
	typists  []protocol.Identity
}

func newGroupLife(g *Group) *groupLife {
	return &groupLife{
		Group: g, news: make(chan linkNews), results: make(chan *groupTry), looked: make(chan looked),
		calls: make(chan doorCalls), failed: make(chan error, 1),
		links: map[protocol.Identity]*groupLink{}, tries: map[*groupTry]struct{}{},
		doors: map[protocol.RoomSecret]*door{}, ends: map[protocol.RoomSecret]time.Time{},
		synced: g.member.Synced(), told: map[protocol.EventID]uint64{}, seed: maphash.MakeSeed(),
		people: map[protocol.Identity]Member{},
		here:   map[protocol.Identity]bool{}, received: map[protocol.Identity]received{},
	}
}

// run is the room's life.
func (l *groupLife) run(ctx context.Context, first []member.Action) {
	ctx, stop := context.WithCancel(ctx)
	l.beside.Go(func() { l.files.run(ctx) })
	l.perform(ctx, first)
	timer := time.NewTimer(0)
	for l.ending == nil {
		l.step(ctx, timer)
	}
	timer.Stop()
	l.perform(ctx, l.member.Leave())
	for _, link := range l.links { // those of whom the member knows nothing any more
		link.leave(nil)
	}
	stop()
	l.drain()
	l.forget(ctx, l.forgetAt)
	l.err = l.ending
	close(l.done)
}

// step waits for one thing to happen, and does what is to be done then.
func (l *groupLife) step(ctx context.Context, timer *time.Timer) {
	timer.Reset(time.Until(l.next()))
	select {
	case <-ctx.Done():
		l.ending = ErrClosed
		return
	case err := <-l.failed:
		l.ending = named(ctx, err)
		return
	case <-timer.C:
		l.tick(ctx)
	case f := <-l.asks:
		l.tick(ctx)
		f(ctx, l)
	case n := <-l.news:
		l.tick(ctx)
		l.heard(ctx, n)
	case t := <-l.results:
		l.tick(ctx)
		l.result(ctx, t)
	case found := <-l.looked:
		l.tick(ctx)
		l.found(ctx, found)
	case c := <-l.calls:
		l.noteCalls(c)
	}
	l.enterOn(ctx)
	l.answerCalls(ctx)
	l.forget(ctx, time.Now())
}

// next is when there is something to do.
func (l *groupLife) next() time.Time {
	next := earlier(l.forgetAt, l.member.Next())
	if l.entering != nil {
		next = earlier(l.entering.next, next)
	}
	return next
}

// earlier is the earlier of two times; zero is none.
func earlier(one, other time.Time) time.Time {
	if one.IsZero() || !other.IsZero() && other.Before(one) {
		return other
	}
	return one
}

// keep lets the archive keep something. If it cannot, the room ends: another stay would go on with a chain that is
// not the last (SPEC E12).
func (l *groupLife) keep(ctx context.Context, something func(*Archive) error) {
	if l.d.o.Archive == nil {
		return
	}
	if err := something(l.d.o.Archive); err != nil {
		l.fail(ctx, fmt.Errorf("peer: keep what was said: %w", err))
	}
}

// forget takes what the member has forgotten out of the archive, now and then.
func (l *groupLife) forget(ctx context.Context, now time.Time) {
	if l.forgetAt.IsZero() || now.Before(l.forgetAt) {
		return
	}
	l.forgetAt = time.Time{}
	l.keep(ctx, func(kept *Archive) error { return kept.forget(l.member) })
}

// tick tells the member the time, as it wants before each other input.
func (l *groupLife) tick(ctx context.Context) { l.perform(ctx, l.member.Tick(time.Now())) }

// drain waits for all that runs beside, and closes what attempts bring that were under way at the end.
func (l *groupLife) drain() {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.beside.Wait()
	}()
	for {
		select {
		case t := <-l.results:
			if t.link != nil {
				t.link.discard()
			}
		case <-ended:
			return
		}
	}
}

// perform does what the member asks for, and what that leads to.
func (l *groupLife) perform(ctx context.Context, actions []member.Action) {
	l.queue = append(l.queue, actions...)
	if len(l.queue) > len(actions) {
		return // it is being done, further up
	}
	for len(l.queue) > 0 {
		next := l.queue[0]
		l.do(ctx, next)
		l.queue = l.queue[1:]
	}
	l.queue = nil
	hello, secret := l.member.Hello(), l.member.Code()
	l.hello.Store(&hello)
	l.secret.Store(&secret)
	l.synced = l.member.Synced()
	if !l.isIn && l.member.IsIn() && (l.synced || len(l.links) == 0) {
		l.isIn = true
		close(l.in)
	}
}

// do does one thing. What comes of it is performed behind what is there to be done already.
func (l *groupLife) do(ctx context.Context, a member.Action) {
	switch a := a.(type) {
	case member.Connect:
		l.connect(ctx, a)
	case member.Disconnect:
		l.disconnect(a)
	case member.Send:
		l.send(ctx, a)
	case member.Introduced:
		l.introduced(ctx, a)
	case member.Enter:
		l.enter(ctx)
	case member.OpenDoor:
		l.openDoor(ctx, a.Code)
	case member.CloseDoor:
		l.closeDoor(a.Code)
	case member.CreateRoom:
		l.createRoom(ctx, a.Code)
	case member.Moved:
		l.keep(ctx, func(kept *Archive) error { return kept.move(a.Code) })
		l.notices.put(Notice{Kind: NoticeMoved})
	case member.Changed:
		l.tellEntries(a.IDs)
	case member.People:
		l.tellPeople()
	case member.Fault:
		l.notices.put(Notice{Kind: NoticeFault, Member: l.person(a.Member), Rule: a.Rule})
	case member.Ended:
		l.ending = endOf(a.Reason)
	case member.Took:
		l.keep(ctx, func(kept *Archive) error { return kept.take(l.member, a.IDs) })
	case member.Forgot:
		l.forgetAt = earlier(l.forgetAt, time.Now().Add(forgetWait))
	case member.Typists:
		l.tellTypists()
	}
}

// fail ends the room, unless something else has.
func (l *groupLife) fail(ctx context.Context, err error) {
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		select {
		case l.failed <- err:
		default:
		}
	}
}
