package peer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// lowBulk is when what goes behind other frames may have more of it: when so little is left in bufferedAmount.
	lowBulk = 64 << 10
	// maxQueued bounds the bytes that wait for one member who does not take them: then the link ends, and what was not
	// said over it is repaired by another (SPEC R5).
	maxQueued = 4 << 20
)

// groupLink is a connection to one other member of a room of many. The room's goroutine hands frames to it, and hears
// of it by its news. Two goroutines of its own run until the connection has ended.
//
//	put ─► queue ─► write ─► transport ─► read ─► news ─► the room
type groupLink struct {
	peer   protocol.Identity
	key    protocol.Key // the other's, of this stay
	called bool         // by this side
	since  time.Time
	t      *transport
	news   chan<- linkNews

	wake chan struct{} // one notice: something is to be written
	gone chan struct{} // closed when the room wants nothing more of it

	mu     sync.Mutex
	queue  []queued            // guarded by mu
	bytes  int                 // guarded by mu: of the queue
	leaves bool                // guarded by mu: gone is closed
	bye    *protocol.ByeReason // guarded by mu: what is said at the end; nil: nothing
}

type queued struct {
	frame []byte
	bulk  bool
}

// linkNews is what the room hears of a link: one of frame, drained, expires and ended.
type linkNews struct {
	link    *groupLink
	frame   protocol.RoomFrame
	drained bool                // what was sent as bulk has left
	expires bool                // its relay's credentials are about to end, and there are newer ones
	ended   bool                // nothing comes any more
	bye     *protocol.ByeReason // with ended: what they said at the end; nil if nothing
}

func newGroupLink(o *opened, news chan<- linkNews) *groupLink {
	o.t.channel.SetBufferedAmountLowThreshold(lowBulk)
	return &groupLink{
		peer: o.safety.Identity, key: o.key, called: o.role == protocol.Caller, since: time.Now(), t: o.t, news: news,
		wake: make(chan struct{}, 1), gone: make(chan struct{}),
	}
}

// put hands a frame over; false if the other is so slow that the link is of no use.
func (l *groupLink) put(frame []byte, bulk bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bytes+len(frame) > maxQueued {
		return false
	}
	l.queue = append(l.queue, queued{frame, bulk})
	l.bytes += len(frame)
	notify(l.wake)
	return true
}

// leave ends the link after what was put, with a bye if there is one. The room hears no more of it. Leaving again does
// nothing.
func (l *groupLink) leave(bye *protocol.ByeReason) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.leaves {
		l.leaves, l.bye = true, bye
		close(l.gone)
	}
}

// first is the next frame; false if there is none. Only write takes frames out.
func (l *groupLink) first() (queued, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return queued{}, false
	}
	return l.queue[0], true
}

func (l *groupLink) written() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bytes -= len(l.queue[0].frame)
	l.queue[0] = queued{}
	l.queue = l.queue[1:]
}

// run carries frames until the connection has ended and nothing of it is left. What the room is to hear it hears until
// ctx ends.
func (l *groupLink) run(ctx context.Context, after func()) {
	var beside sync.WaitGroup
	beside.Go(after)
	beside.Go(func() { l.read(ctx) })
	l.write(ctx)
	if closed(l.t.bye) && !l.endsFirst() {
		awaitEnd(l.t)
	}
	if closed(l.t.drained) {
		l.t.blocks.awaitOver()
	}
	l.t.close()
	beside.Wait()
}

// endsFirst tells who of two that said bye at once ends the transport: pion holds locks where both do.
func (l *groupLink) endsFirst() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bye != nil && l.called
}

// read tells the room what comes, until the end, also when the room does not want to hear it any more: a bye counts.
func (l *groupLink) read(ctx context.Context) {
	for {
		raw, more := l.next()
		if !more {
			l.tell(ctx, linkNews{link: l, ended: true})
			return
		}
		frame, err := protocol.ParseRoomFrame(raw)
		if err != nil {
			continue // C2, C4
		}
		if m, isMessage := frame.(protocol.Message); isMessage {
			if m.Kind == protocol.KindBye {
				l.t.byeOnce.Do(func() { close(l.t.bye) })
				l.tell(ctx, linkNews{link: l, ended: true, bye: &m.Reason})
				return
			}
			continue // a restart, which our hello did not offer (M7)
		}
		l.tell(ctx, linkNews{link: l, frame: frame})
	}
}

// next waits for a frame; false at the end.
func (l *groupLink) next() (raw []byte, more bool) {
	select {
	case raw := <-l.t.carried:
		return raw, true
	case <-l.t.closing:
	case <-l.t.drained:
	case <-l.t.ended:
	}
	return nil, false
}

// tell tells the room, unless it wants to hear no more of the link.
func (l *groupLink) tell(ctx context.Context, n linkNews) {
	select {
	case l.news <- n:
	case <-l.gone:
	case <-ctx.Done():
	}
}

// write hands frames to the transport until the end, which it tells the other.
func (l *groupLink) write(ctx context.Context) {
	bulk := false
	for {
		for l.writeNext(&bulk, l.gone) {
		}
		if bulk && l.t.channel.BufferedAmount() <= lowBulk {
			bulk = false
			l.tell(ctx, linkNews{link: l, drained: true})
		}
		select {
		case <-l.wake:
		case <-l.t.low:
		case <-l.gone:
			l.writeRest()
			return
		case <-l.t.bye:
			return
		case <-l.t.ended:
			return
		}
	}
}

// writeNext is false if there is nothing to be written, or nobody to write to.
func (l *groupLink) writeNext(bulk *bool, stop <-chan struct{}) bool {
	next, some := l.first()
	if !some || !l.t.hasRoom(len(next.frame), stop) || l.t.channel.SendText(string(next.frame)) != nil {
		return false
	}
	l.written()
	*bulk = *bulk || next.bulk
	return true
}

// writeRest hands over what is left, and the bye.
func (l *groupLink) writeRest() {
	l.mu.Lock()
	bye := l.bye
	l.mu.Unlock()
	if bye == nil {
		return
	}
	late := make(chan struct{})
	timeout := time.AfterFunc(byeWait, func() { close(late) })
	defer timeout.Stop()
	rest := false
	for l.writeNext(&rest, late) {
	}
	timer := time.NewTimer(byeWait)
	defer timer.Stop()
	l.t.sayBye(*bye, timer.C)
}

var errSlow = errors.New("peer: they do not take what is sent")
