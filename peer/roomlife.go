package peer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// roomLife is what goes on in a room. run's goroutine owns all fields; watches and attempts run beside it and only
// send to its channels. It ends when ctx does or the room is over, and all of them before it.
type roomLife struct {
	*Room
	beside sync.WaitGroup

	rooms    chan *signaling.Room
	members  chan []signaling.Member
	calls    chan []signaling.Call
	results  chan *tried
	answered chan *tried
	again    chan struct{} // somebody is to be called again
	recall   chan string   // who is lost is to be called, by uid
	broken   chan error

	here    []signaling.Member
	called  map[string]called            // K4: the members that this one has called since it entered
	seen    map[protocol.RoomID]int      // calls that were taken up, by the round that last showed them
	taken   map[protocol.RoomID]struct{} // calls that were answered; genuine ones only, so that no store can fill it
	round   int
	pending []signaling.Call
	trying  map[*tried]struct{}
	conn    *Conn
	reunion bool      // conn is another's: it is only to be connected again here
	ready   []outcome // for Next

	lifetime *time.Timer // fires at the room's expireAt, once that is known
	expired  bool
}

// maxRoomLife is the longest that a room lasts (SPEC D3).
const maxRoomLife = 24 * time.Hour

// tried is one attempt of the room and its result.
type tried struct {
	uid     string
	cancel  context.CancelFunc
	engaged bool // both descriptions are set, or will be: no other call is answered meanwhile. Owned by roomLife.run
	link    *opened
	err     error
}

func newRoomLife(r *Room) *roomLife {
	return &roomLife{
		Room: r, rooms: make(chan *signaling.Room), members: make(chan []signaling.Member),
		calls: make(chan []signaling.Call), results: make(chan *tried), answered: make(chan *tried),
		again:  make(chan struct{}),
		recall: make(chan string),
		broken: make(chan error, 3), called: map[string]called{}, seen: map[protocol.RoomID]int{},
		taken:  map[protocol.RoomID]struct{}{},
		trying: map[*tried]struct{}{}, lifetime: time.NewTimer(maxRoomLife),
	}
}

func (l *roomLife) watchRoom(ctx context.Context) {
	l.watched(ctx, l.ref.Watch(ctx, func(room *signaling.Room) { pass(ctx, l.rooms, room) }))
}

func (l *roomLife) watched(ctx context.Context, err error) {
	if ctx.Err() == nil {
		l.broken <- err
	}
}

// pass hands v over, unless ctx ends before.
func pass[T any](ctx context.Context, to chan<- T, v T) {
	select {
	case to <- v:
	case <-ctx.Done():
	}
}

func (l *roomLife) firstRoom(ctx context.Context) (*signaling.Room, error) {
	select {
	case room := <-l.rooms:
		l.noteLifetime(room)
		return room, nil
	case err := <-l.broken:
		return nil, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *roomLife) run(ctx context.Context) {
	defer l.lifetime.Stop()
	inner, stop := context.WithCancel(ctx)
	l.beside.Go(func() {
		err := l.ref.WatchMembers(inner, func(m []signaling.Member) { pass(inner, l.members, m) })
		l.watched(inner, err)
	})
	l.beside.Go(func() {
		err := l.ref.WatchCalls(inner, l.d.UID, func(c []signaling.Call) { pass(inner, l.calls, c) })
		l.watched(inner, err)
	})
	l.d.event(EventWaiting)
	why := named(ctx, l.loop(inner))
	stop()
	l.stop() // the watch of the room
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.beside.Wait()
	}()
	l.drain(ended)
	if l.conn != nil && !l.reunion {
		_ = l.conn.Close()
	}
	for _, o := range l.ready {
		if o.conn != nil {
			_ = o.conn.Close()
		}
	}
	l.leave(ctx, why)
}

// drain closes what attempts bring that were under way when the room ended.
func (l *roomLife) drain(ended <-chan struct{}) {
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

func (l *roomLife) loop(ctx context.Context) error {
	for {
		var next outcome
		var out chan<- outcome
		if len(l.ready) > 0 {
			out, next = l.outcomes, l.ready[0]
		}
		var connEnded <-chan struct{}
		if l.conn != nil {
			connEnded = l.conn.Done()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-l.broken:
			return err
		case room := <-l.rooms:
			if over(room) != nil {
				return failure(RoomOver, nil) // it was there when this member entered
			}
			l.noteLifetime(room)
		case <-l.lifetime.C:
			l.expired = true
		case out <- next:
			l.ready = l.ready[1:]
		case l.here = <-l.members:
			if l.conn != nil && l.conn.isMoving() {
				l.callBack(ctx, l.conn.Peer()) // in a reunion they have just come
			}
		case calls := <-l.calls:
			l.noteCalls(calls)
		case t := <-l.answered:
			if _, live := l.trying[t]; live {
				t.engaged = true
			}
		case t := <-l.results:
			if err := l.result(ctx, t); err != nil {
				return err
			}
		case <-l.again:
		case uid := <-l.recall:
			l.callBack(ctx, uid)
		case <-connEnded:
			l.setConn(nil)
			l.d.event(EventWaiting)
		}
		if l.expired && l.conn == nil {
			return failure(RoomOver, nil) // who talks may go on; nobody can come any more
		}
		l.answerCalls(ctx)
		l.callEarlier(ctx)
	}
}

// noteLifetime sets the room's end by the store's clock.
func (l *roomLife) noteLifetime(room *signaling.Room) {
	if room != nil {
		l.lifetime.Reset(room.ExpireAt.Sub(room.ReadAt))
	}
}

// result takes what an attempt came to. An error ends the room.
func (l *roomLife) result(ctx context.Context, t *tried) error {
	_, wanted := l.trying[t]
	delete(l.trying, t)
	t.cancel()
	switch {
	case t.link != nil && (!wanted || (l.busy() && l.conn.Peer() != t.uid)):
		l.beside.Go(t.link.discard)
	case t.link != nil && !t.link.isNew:
		l.giveUp(func(*tried) bool { return true })
		l.beside.Go(func() { t.link.conn.adopt(t.link) })
	case t.link != nil && l.reunion: // the conversation has ended meanwhile, and no other begins here
		l.beside.Go(t.link.discard)
	case t.link != nil:
		l.converse(ctx, t)
	case !wanted:
	case l.conn != nil: // who is in a conversation need not hear of it, and who is lost is called again all the same
	case errors.Is(t.err, errNoShow):
		l.missed(ctx, t.uid)
	case isOfAttempt(t.err):
		l.offer(outcome{err: t.err})
	case ctx.Err() == nil:
		return t.err
	}
	return nil
}

// converse begins a conversation. One that is there ends: whose it was is lost, or has entered as another device.
func (l *roomLife) converse(ctx context.Context, t *tried) {
	if l.conn != nil && l.busy() {
		l.conn.end(ErrReplaced)
	} else if l.conn != nil {
		l.conn.end(failure(PeerLost, nil))
	}
	l.setConn(t.link.conn.start(ctx, t.link, l.keeper(t.uid)))
	l.giveUp(func(*tried) bool { return true })
	l.offer(outcome{conn: l.conn})
}

func (l *roomLife) setConn(c *Conn) {
	l.conn = c
	l.mu.Lock()
	defer l.mu.Unlock()
	l.present = c
}

// busy tells whether a conversation goes on; not one whose other is lost.
func (l *roomLife) busy() bool { return l.conn != nil && !l.conn.isLost() }

// offer keeps an outcome for Next.
func (l *roomLife) offer(o outcome) {
	if len(l.ready) == maxOutcomes {
		if first := l.ready[0].conn; first != nil {
			_ = first.Close() // it ended long ago: a later one took its place
		}
		l.ready = l.ready[1:]
	}
	l.ready = append(l.ready, o)
}

// giveUp ends attempts; what they still bring is closed.
func (l *roomLife) giveUp(which func(*tried) bool) {
	for t := range l.trying {
		if which(t) {
			t.cancel()
			delete(l.trying, t)
		}
	}
}

func (l *roomLife) engaged() *tried {
	for t := range l.trying {
		if t.engaged {
			return t
		}
	}
	return nil
}
