package peer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Bounds of what is on its way out (SPEC C6).
const (
	maxBuffered = 1 << 20   // in bufferedAmount
	lowBuffered = 256 << 10 // when more is handed over again
)

const (
	// byeWait bounds how long Close waits until what was accepted, and the bye, have arrived.
	byeWait = 2 * time.Second
	// endWait bounds how long who heard a bye leaves the end of the connection to who said it.
	endWait = time.Second
	// lostWait bounds how long the other is looked for after the connection broke (SPEC M9).
	lostWait = 5 * time.Minute
)

// Conn is a conversation with one other device. It outlives its connection: when that breaks the other is looked for,
// for five minutes, and what was said meanwhile arrives once and in order (SPEC section 11). Its methods are safe for
// concurrent use.
//
//	Send ─► Outbox ─► write ─► transport ─► (acknowledged)
//	Receive ◄─ inbox ◄─ heard ◄┘   └ ended ─► lost ─► keep ─► another transport
type Conn struct {
	d      *dialer
	peer   string
	device *Device // who this side is to the other
	in     *inbox
	links  chan *opened  // connections to go on over; taken by run
	wake   chan struct{} // one notice: there is something to write
	leave  chan struct{} // closed when Close is called
	over   chan struct{} // closed when ending is set and nothing arrives any more
	done   chan struct{} // closed when all is ended

	overOnce sync.Once

	moves   chan struct{}  // one notice: another connection is to be looked for beside the present one
	looking sync.Mutex     // held while the other is looked for
	beside  sync.WaitGroup // what may outlast a connection; added to by run's goroutine alone

	// keep looks for the other, who is lost, until ctx ends; nil: nobody can be found again. Set before run.
	keep func(ctx context.Context)

	mu      sync.Mutex
	safety  Safety           // guarded by mu; its Identity never changes
	out     *protocol.Outbox // guarded by mu
	handed  uint64           // guarded by mu: the last text that the present transport has taken
	acked   uint64           // guarded by mu: the last one that the present transport's other side was told of
	counts  bool             // guarded by mu: the other acknowledges
	changed chan struct{}    // guarded by mu: closed, and made anew, when out or handed changes
	t       *transport       // guarded by mu: the present one; nil while there is none
	reunion *protocol.RoomSecret
	ending  error // guarded by mu: why the conversation ends; nil while it lives
	left    bool  // guarded by mu: leave is closed
	// stopMoving is guarded by mu: not nil while another connection is looked for, though there is one.
	stopMoving context.CancelFunc
}

// newConn is a conversation that begins with what a has proved. Nothing runs before start.
func newConn(a *attempt) (*Conn, error) {
	stream, err := protocol.NewStreamID(a.d.o.Random)
	if err != nil {
		return nil, fmt.Errorf("peer: stream: %w", err)
	}
	c := &Conn{
		d: a.d, peer: a.peer, safety: a.proving.safety, device: a.proving.device, in: newInbox(),
		links: make(chan *opened), wake: make(chan struct{}, 1), moves: make(chan struct{}, 1), leave: make(chan struct{}),
		over: make(chan struct{}), done: make(chan struct{}), changed: make(chan struct{}),
		out: protocol.NewOutbox(stream),
	}
	if a.seal.suite == protocol.SuitePair && a.role == protocol.Caller {
		secret, err := protocol.NewRoomSecret(a.d.o.Random)
		if err != nil {
			return nil, fmt.Errorf("peer: reunion: %w", err)
		}
		c.reunion = &secret
	}
	return c, nil
}

// start begins the conversation over its first connection. It lasts longer than ctx.
func (c *Conn) start(ctx context.Context, first *opened, keep func(ctx context.Context)) *Conn {
	c.keep, c.t = keep, first.t
	go c.run(context.WithoutCancel(ctx), first)
	return c
}

// adopt goes on over another connection. It returns when that is taken, or was of no use any more.
func (c *Conn) adopt(o *opened) {
	select {
	case c.links <- o:
	case <-c.over:
		o.discard()
	}
}

// Peer is the other's uid. The store says so, and nothing proves it: Safety does, for a device.
func (c *Conn) Peer() string { return c.peer }

// Safety is what the other has proved, and what two people can compare: that of the first connection, also when it is
// not the first any more. Only when the other has begun anew since, as one that was started again has, its Emoji are
// those of the connection on which it did.
func (c *Conn) Safety() Safety {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.safety
}

// Done is closed when the conversation has ended and nothing of it runs any more.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err tells why the conversation ended; nil until Done is closed.
func (c *Conn) Err() error {
	if !closed(c.done) {
		return nil
	}
	return c.cause()
}

// Send takes text for the other, in order, and does not wait until it has left. It fails with a
// *protocol.ParseError for a text that is against SPEC C3, with [ErrQueueFull] when 1 000 texts or a mebibyte are not
// acknowledged, with ctx's error, and with the conversation's end. A text that was taken arrives unless the
// conversation ends before.
func (c *Conn) Send(ctx context.Context, text string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := protocol.CheckText(text); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ending != nil:
		return c.ending
	case c.left:
		return ErrClosed
	}
	if _, err := c.out.Put(text); err != nil {
		return ErrQueueFull
	}
	notify(c.wake)
	return nil
}

// Flush returns when every text that was taken before has arrived, so that there is room for as many. It fails with
// ctx's error and with the conversation's end.
func (c *Conn) Flush(ctx context.Context) error {
	c.mu.Lock()
	_, from := c.out.Stream()
	last := from + uint64(c.out.Kept()) - 1 //nolint:gosec // 0 to 1 000
	for {
		_, from := c.out.Stream()
		changed := c.changed
		c.mu.Unlock()
		if from > last {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-c.over:
			return c.cause()
		}
		c.mu.Lock()
	}
}

// Receive gives the next text, in the order sent. After the conversation's end it first gives what had arrived, then
// the end's error. It fails with ctx's error too. Texts that nobody receives hold the other back: 256 of them
// are acknowledged.
func (c *Conn) Receive(ctx context.Context) (string, error) {
	for {
		ended := closed(c.over) // asked first: nothing arrives after it
		if text, room, ok := c.in.take(); ok {
			if room {
				notify(c.wake)
			}
			return text, nil
		}
		if ended {
			return "", c.cause()
		}
		select {
		case <-c.in.arrived:
		case <-c.over:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// Close says bye after what was accepted, waits at most 2 s until both have arrived, and returns when nothing of
// the conversation runs any more. Closing again, or a conversation that ended, does nothing more.
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

// end ends the conversation without a bye, for reason.
func (c *Conn) end(reason error) {
	c.fail(reason)
	select {
	case c.links <- nil:
	case <-c.done:
	}
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

// IsEnd tells whether err is how a conversation ends in good order: the other left or another came in its place, or it
// was closed here.
func IsEnd(err error) bool {
	return errors.Is(err, ErrPeerLeft) || errors.Is(err, ErrReplaced) || errors.Is(err, ErrClosed)
}
