package peer

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// ackWait is how long texts are gathered for one acknowledgement (SPEC M3).
const ackWait = 50 * time.Millisecond

// write hands texts and acknowledgements to one transport, in order, until that ends or stop is closed. When the
// conversation is left it hands over the rest and the bye.
func (c *Conn) write(t *transport, stop <-chan struct{}) {
	ack := time.NewTimer(ackWait)
	defer ack.Stop()
	due := true
	for {
		for c.writeNext(t, stop) {
		}
		select {
		case <-c.wake:
			if !due && c.owesAck() {
				ack.Reset(ackWait)
				due = true
			}
		case <-ack.C:
			due = false
			c.acknowledge(t)
		case <-c.leave:
			c.writeRest(t)
			return
		case <-t.bye:
			return
		case <-t.ended:
			return
		case <-stop:
			return
		}
	}
}

// writeNext hands over the next text; false if there is none, or nobody to hand it to.
func (c *Conn) writeNext(t *transport, stop <-chan struct{}) bool {
	c.mu.Lock()
	next, ok := c.out.After(c.handed)
	counts := c.counts
	c.mu.Unlock()
	if !ok || !t.hasRoom(len(next.Text), stop) {
		return false
	}
	m := protocol.Message{Kind: protocol.KindChat, Text: next.Text, N: next.N}
	if t.send(m) != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handed = next.N
	if !counts {
		c.out.Ack(next.N) // the other does not acknowledge (SPEC M5)
		c.progress()
	}
	return true
}

// writeRest hands over what is left and the bye, and waits until the other has all of it.
func (c *Conn) writeRest(t *transport) {
	late := time.NewTimer(byeWait)
	defer late.Stop()
	stop := make(chan struct{})
	timeout := time.AfterFunc(byeWait, func() { close(stop) })
	defer timeout.Stop()
	for c.writeNext(t, stop) {
	}
	c.acknowledge(t)
	t.sayBye("", late.C)
}

// owesAck tells whether the other waits for an acknowledgement.
func (c *Conn) owesAck() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts && c.in.acknowledged() > c.acked
}

// acknowledge says how far the other was heard, if that is news.
func (c *Conn) acknowledge(t *transport) {
	c.mu.Lock()
	n := c.in.acknowledged()
	owes := c.counts && n > c.acked
	if owes {
		c.acked = n
	}
	c.mu.Unlock()
	if owes {
		// One that does not go out is told by the next connection's hello.
		_ = t.send(protocol.Message{Kind: protocol.KindAck, N: n})
	}
}

// hasRoom waits until the transport has room for so many bytes, and says false when there is nobody to hand to.
func (t *transport) hasRoom(bytes int, stop <-chan struct{}) bool {
	for t.channel.BufferedAmount()+uint64(bytes) > maxBuffered { //nolint:gosec // a text's length
		select {
		case <-t.low:
		case <-t.bye:
			return false
		case <-t.ended:
			return false
		case <-stop:
			return false
		}
	}
	return !closed(t.ended)
}
