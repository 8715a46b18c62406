package peer

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
)

const (
	// moveWait bounds how long another connection is looked for beside one that is there (SPEC M11).
	moveWait = time.Minute
	// lingerWait is how long a connection is kept that another one has replaced: the other may still need it.
	lingerWait = 2 * time.Second
)

// A connection over a relay ends with the relay's credentials. pion cannot restart ICE without losing the path that is
// there, so the conversation moves to another connection before that, over which it goes on as it does when one was
// lost; but the former one stays until then, and nobody is told:
//
//	renew ── a third of the time is left, new credentials ──► {"t":"restart"} ──► the other
//	  └► moves ──► move ──► keep ──► attempt ──► another transport, adopted ──► the former lingers

// renew moves the conversation before the credentials of t end. It returns when ctx ends.
func (c *Conn) renew(ctx context.Context, t *transport) {
	c.d.renew(ctx, t, func() {
		if t.send(protocol.Message{Kind: protocol.KindRestart}) == nil {
			notify(c.moves)
		}
	})
}

// renew calls move, again and again until ctx ends, when the credentials of t are about to end and there are newer
// ones, if t goes over a relay of its own.
func (d *dialer) renew(ctx context.Context, t *transport, move func()) {
	if t.list.ttl <= 0 {
		return
	}
	third := t.list.ttl / 3
	early := rand.N(third/10 + 1) //nolint:gosec // nobody gains by guessing it
	if !sleep(ctx, time.Until(t.list.ends)-third-early) {
		return
	}
	for !t.overOwnRelay() { // it may come to be later
		if !sleep(ctx, third/4) {
			return
		}
	}
	againAndAgain(ctx, func() {
		if l, err := d.listed(ctx, true); err == nil && l.ends.After(t.list.ends) {
			move()
		}
	})
}

// move looks for the other beside the connection that is there, whenever one of the two asks for it, until ctx ends.
func (c *Conn) move(ctx context.Context) {
	for {
		select {
		case <-c.moves:
		case <-ctx.Done():
			return
		}
		looking, stop := context.WithTimeout(ctx, moveWait)
		if c.beginMoving(stop) {
			c.look(looking)
			<-looking.Done()
			c.endMoving()
		}
		stop()
	}
}

// look looks for the other until ctx ends: one at a time, for the end of the one can take away what the next has made.
func (c *Conn) look(ctx context.Context) {
	c.looking.Lock()
	defer c.looking.Unlock()
	if ctx.Err() == nil {
		c.keep(ctx)
	}
}

// beginMoving answers false where there is nothing to move.
func (c *Conn) beginMoving(stop context.CancelFunc) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keep == nil || c.t == nil {
		return false
	}
	c.stopMoving = stop
	return true
}

// endMoving makes move look no more, and forgets what asks for it meanwhile: the connection that it was about is over,
// or its time is.
func (c *Conn) endMoving() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopMoving != nil {
		c.stopMoving()
	}
	c.stopMoving = nil
	select {
	case <-c.moves:
	default:
	}
}

// isMoving tells whether another connection is looked for beside the one that is there.
func (c *Conn) isMoving() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stopMoving != nil && c.t != nil
}

// linger keeps a connection that another one has replaced, and hears what still comes over it: numbers tell what came
// before (SPEC M2). Who called ends it: when both close at once, pion holds locks for a while.
func (c *Conn) linger(t *transport) {
	defer t.close()
	late, over := time.NewTimer(lingerWait), c.over
	defer late.Stop()
	if t.answers {
		late.Reset(2 * lingerWait)
	}
	for {
		select {
		case <-t.bye: // said before they knew of the other connection
			if now := c.present(); now != nil {
				now.byeOnce.Do(func() { close(now.bye) })
			}
			awaitEnd(t)
			return
		case <-over:
			if !t.answers {
				return
			}
			over = nil
			late.Reset(endWait)
		case <-t.ended:
			return
		case <-late.C:
			return
		}
	}
}

// overOwnRelay tells whether this side has a relay on the path in use.
func (t *transport) overOwnRelay() bool {
	pair, err := t.ice.GetSelectedCandidatePair()
	return err == nil && pair != nil && pair.Local.Typ == webrtc.ICECandidateTypeRelay
}

// sleep answers false when ctx ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
