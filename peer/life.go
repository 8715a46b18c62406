package peer

import (
	"context"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// run is the conversation's life: one connection after the other, and what is between them.
func (c *Conn) run(ctx context.Context, link *opened) {
	ctx, cancel := context.WithCancel(ctx)
	c.beside.Go(func() { c.move(ctx) })
	for link != nil {
		next, lost := c.talk(ctx, link)
		if lost {
			next = c.await(ctx)
		}
		link = next
	}
	c.quiet()
	cancel()
	c.beside.Wait()
	close(c.done)
}

// quiet tells Receive that nothing arrives any more; ending is set.
func (c *Conn) quiet() { c.overOnce.Do(func() { close(c.over) }) }

// talk goes on over one connection until it ends: by another one, nil for the conversation's end, or by being lost.
func (c *Conn) talk(ctx context.Context, link *opened) (next *opened, lost bool) {
	t := link.t
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.beside.Go(func() { c.renew(ctx, t) })
	var beside sync.WaitGroup
	beside.Go(link.after)
	c.begin(link)
	written := make(chan struct{})
	stop := make(chan struct{})
	beside.Go(func() {
		defer close(written)
		c.write(t, stop)
	})
	replaced, goesOn := false, false
	select {
	case <-t.bye:
		c.fail(ErrPeerLeft)
		c.quiet()
		awaitEnd(t)
	case <-t.ended:
	case <-c.leave:
		<-written
		c.fail(ErrClosed)
		c.quiet()
	case next = <-c.links:
		replaced, goesOn = true, c.continues(next)
	}
	close(stop)
	c.endMoving()
	if goesOn {
		c.beside.Go(func() { c.linger(t) })
	} else {
		t.close() // what had arrived is heard before it returns
	}
	beside.Wait()
	c.mu.Lock()
	c.t = nil
	if goesOn {
		c.t = next.t
	}
	c.mu.Unlock()
	switch {
	case replaced:
		return next, false
	case closed(t.bye):
		c.fail(ErrPeerLeft)
	case c.cause() == nil:
		return nil, true
	}
	return nil, false
}

// begin takes up the conversation where it was (SPEC M4, M5).
func (c *Conn) begin(link *opened) {
	c.mu.Lock()
	c.t, c.counts, c.acked = link.t, link.theirs != nil, 0
	if !c.goesOn(link.theirs) {
		c.safety = link.safety
	}
	if h := link.theirs; h != nil {
		c.in.hello(*h)
		c.out.Resume(h.Heard)
		if h.Reunion != nil && c.reunion == nil {
			c.reunion = h.Reunion
		}
		// What came since over the former connection is acknowledged over this one.
		c.acked = min(link.told, c.in.acknowledged())
	}
	_, from := c.out.Stream()
	c.handed = from - 1
	c.progress()
	c.mu.Unlock()
	link.t.listenWith(func(m protocol.Message) { c.hear(link.t, m) })
	notify(c.wake)
}

// continues tells whether o is another connection of the same stream: what still comes over the former is of use then.
func (c *Conn) continues(o *opened) bool {
	if o == nil || o.theirs == nil {
		return false
	}
	heard := c.in.from()
	return heard != nil && heard.Stream == o.theirs.Stream
}

// goesOn tells whether both had heard of each other before this connection: their emoji are known to both (SPEC H7).
// mu is held, and theirs is not taken yet.
func (c *Conn) goesOn(theirs *protocol.Hello) bool {
	if theirs == nil || theirs.Heard == nil {
		return false
	}
	ours, heard := c.in.from(), theirs.Heard
	stream, _ := c.out.Stream()
	return ours != nil && ours.Stream == theirs.Stream && heard.Stream == stream
}

// hello is this side's, for the next connection (SPEC M1).
func (c *Conn) hello() protocol.Hello {
	c.mu.Lock()
	defer c.mu.Unlock()
	stream, from := c.out.Stream()
	return protocol.Hello{Stream: stream, From: from, Heard: c.in.from(), Reunion: c.reunion}
}

// hear takes what the other says over t. It does not wait.
func (c *Conn) hear(t *transport, m protocol.Message) {
	switch m.Kind {
	case protocol.KindChat:
		c.in.put(m)
		notify(c.wake) // to acknowledge it
	case protocol.KindAck:
		c.mu.Lock()
		c.out.Ack(m.N)
		c.progress()
		c.mu.Unlock()
		notify(c.wake)
	case protocol.KindRestart:
		if t == c.present() {
			notify(c.moves)
		}
	case protocol.KindBye, protocol.KindHello, protocol.KindProof: // the transport's
	}
}

// progress tells who waits in Flush. mu is held.
func (c *Conn) progress() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// await looks for the other, who is lost, and gives the connection to go on over; nil if there will be none.
func (c *Conn) await(ctx context.Context) *opened {
	c.mu.Lock()
	counts := c.counts
	c.mu.Unlock()
	if c.keep == nil || !counts {
		c.fail(failure(PeerLost, nil))
		return nil
	}
	c.d.event(EventReconnecting)
	c.d.doubt()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c.beside.Go(func() { c.look(ctx) })
	late := time.NewTimer(lostWait)
	defer late.Stop()
	select {
	case next := <-c.links:
		if next != nil {
			c.d.event(EventReconnected)
		}
		return next
	case <-c.leave:
		c.fail(ErrClosed)
	case <-late.C:
		c.fail(failure(PeerLost, nil))
	}
	return nil
}

// isLost tells whether the other is being looked for.
func (c *Conn) isLost() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t == nil
}

// awaitEnd leaves the end of the transport to who said bye, behind which nothing comes (SPEC C5).
func awaitEnd(t *transport) {
	late := time.NewTimer(endWait)
	defer late.Stop()
	select {
	case <-t.ended:
	case <-late.C:
	}
}
