package peer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Bounds of what is on its way out (SPEC C6).
const (
	maxBuffered = 1 << 20   // in bufferedAmount
	lowBuffered = 256 << 10 // when more is handed over again
	maxQueued   = 1000      // messages that wait here
)

const (
	// byeWait bounds how long Close waits until what was accepted, and the bye, have arrived.
	byeWait = 2 * time.Second
	// endWait bounds how long who heard a bye leaves the end of the connection to who said it.
	endWait = time.Second
)

// Path says how bytes travel.
type Path string

// The paths.
const (
	PathUnknown Path = "unknown"
	PathDirect  Path = "direct"
	PathRelayed Path = "relayed"
)

// Conn is an open connection to one other peer. Its methods are safe for concurrent use.
type Conn struct {
	peer   string
	safety Safety
	t      *transport
	queue  chan outgoing
	leave  chan struct{} // closed when Close is called
	over   chan struct{} // closed when ending is set and nothing arrives any more
	done   chan struct{} // closed when all is ended

	mu     sync.Mutex
	ending error // guarded by mu: why the connection ends; nil while it lives
	left   bool  // guarded by mu: leave is closed
}

// newConn takes over an open transport. after is done once, beside the connection, and Close waits for it.
func newConn(peerUID string, safety Safety, t *transport, after func()) *Conn {
	c := &Conn{
		peer: peerUID, safety: safety, t: t, queue: make(chan outgoing, maxQueued),
		leave: make(chan struct{}), over: make(chan struct{}), done: make(chan struct{}),
	}
	go c.run(after)
	return c
}

// Peer is the other's uid. The store says so, and nothing proves it: Safety does, for a device.
func (c *Conn) Peer() string { return c.peer }

// Safety is what the other has proved, and what two people can compare.
func (c *Conn) Safety() Safety { return c.safety }

// Path tells how bytes travel now; [PathUnknown] after the end.
func (c *Conn) Path() Path {
	if closed(c.done) {
		return PathUnknown
	}
	return c.t.path()
}

// Done is closed when the connection has ended and nothing of it runs any more.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err tells why the connection ended; nil until Done is closed.
func (c *Conn) Err() error {
	if !closed(c.done) {
		return nil
	}
	return c.cause()
}

// Send takes text for the other, in order, and does not wait until it has left. It fails with a
// *protocol.ParseError for a text that is against SPEC C3, with [ErrQueueFull] when 1 000 texts wait already, with
// ctx's error, and with the connection's end. A text that was taken arrives unless the connection ends before.
func (c *Conn) Send(ctx context.Context, text string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	frame, err := protocol.Message{Kind: protocol.KindChat, Text: text}.Encode()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != nil {
		return c.ending
	}
	if c.left {
		return ErrClosed
	}
	select {
	case c.queue <- outgoing{frame: string(frame)}:
		return nil
	default:
		return ErrQueueFull
	}
}

// Flush returns when every text that was taken before is handed to the transport, so that there is room in the
// queue. It fails with ctx's error and with the connection's end.
func (c *Conn) Flush(ctx context.Context) error {
	mark := make(chan struct{})
	select {
	case c.queue <- outgoing{mark: mark}:
	case <-ctx.Done():
		return ctx.Err()
	case <-c.over:
		return c.cause()
	}
	select {
	case <-mark:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.over:
		return c.cause()
	}
}

// Receive gives the next text, in the order sent. After the connection's end it first gives what had arrived, then
// the end's error. It fails with ctx's error too. A text that nobody receives holds the other back: 256 of them
// wait here.
func (c *Conn) Receive(ctx context.Context) (string, error) {
	for {
		ended := closed(c.over) // asked first: nothing arrives after it
		if text, ok := c.t.in.take(); ok {
			return text, nil
		}
		if ended {
			return "", c.cause()
		}
		select {
		case <-c.t.in.arrived:
		case <-c.over:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// Close says bye after what was accepted, waits at most 2 s until both have arrived, and returns when nothing of
// the connection runs any more. Closing again, or a connection that ended, does nothing more.
func (c *Conn) Close() error {
	c.mu.Lock()
	if !c.left {
		c.left = true
		close(c.leave)
	}
	c.mu.Unlock()
	<-c.done
	return nil
}

// end ends the connection without a bye, for reason.
func (c *Conn) end(reason error) {
	c.fail(reason)
	c.t.end()
	<-c.done
}

func (c *Conn) cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

// fail keeps the first reason. From then on Send takes nothing.
func (c *Conn) fail(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending == nil {
		c.ending = reason
	}
}

// run is the connection's life: what ends it first decides how it ends.
func (c *Conn) run(after func()) {
	var running sync.WaitGroup
	running.Go(after)
	written := make(chan struct{})
	running.Go(func() {
		defer close(written)
		c.write()
	})
	select {
	case <-c.t.bye:
		c.otherLeft()
	case <-c.t.ended:
		c.broke()
	case <-c.leave:
		<-written
		c.fail(ErrClosed)
		close(c.over)
	}
	c.t.close()
	running.Wait()
	if !closed(c.over) {
		c.broke()
	}
	close(c.done)
}

// otherLeft ends the connection after a bye, behind which nothing comes (SPEC C5). Who said it ends the transport.
func (c *Conn) otherLeft() {
	c.fail(ErrPeerLeft)
	close(c.over)
	late := time.NewTimer(endWait)
	defer late.Stop()
	select {
	case <-c.t.ended:
	case <-late.C:
	}
}

// broke ends the connection after the transport did, unless something may still be on its way to the inbox: then the
// transport is closed first, and broke is called again.
func (c *Conn) broke() {
	if !closed(c.t.drained) && !closed(c.t.closed) {
		return
	}
	if closed(c.t.bye) {
		c.fail(ErrPeerLeft)
	}
	c.fail(failure(PeerLost, nil))
	close(c.over)
}

// IsEnd tells whether err is how a connection ends in good order: the other left or entered anew, or it was closed
// here.
func IsEnd(err error) bool {
	return errors.Is(err, ErrPeerLeft) || errors.Is(err, ErrReplaced) || errors.Is(err, ErrClosed)
}
