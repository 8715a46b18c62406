package peer

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/pion/stun/v4"
)

const (
	// permitFor is how long a relay is taken to permit: its nonce is new then, and nothing is refused for its age.
	permitFor = time.Minute
	// permitAgain is after how long an answer is missed, and twice that the next time (RFC 8489 section 6.2.1).
	permitAgain = 250 * time.Millisecond
	permitTries = 6
)

// permitted is a socket to a relay over which pion is told at once that what it asks a permission for (RFC 8656
// section 9) is permitted. pion's agent asks when it first checks an address of the other's, and stands still until it
// is answered: a round trip for each address, one after the other, and more where packets are lost. What it sends
// next goes behind the request, so the relay knows of the permission by then. A refusal makes checks fail over the
// relay to that address, as a firewall would.
//
//	pion ── CreatePermission ──► permitted ── CreatePermission ──► relay
//	     ◄───── success ────────          ── Send: a check ──────►
//	                                      ◄──── success ──────────        (again and again until that comes)
type permitted struct {
	net.PacketConn

	until time.Time

	mu      sync.Mutex
	answers []answered                     // guarded by mu: for pion to read
	asked   map[transactionID]*permitTimer // guarded by mu: what the relay has not answered yet; nil once it is closed
}

type transactionID [stun.TransactionIDSize]byte

type answered struct {
	message []byte
	from    net.Addr
}

type permitTimer struct {
	timer *time.Timer
	tries int
}

func newPermitted(conn net.PacketConn) *permitted {
	return &permitted{
		PacketConn: conn, until: time.Now().Add(permitFor), asked: map[transactionID]*permitTimer{},
	}
}

// WriteTo implements [net.PacketConn].
func (c *permitted) WriteTo(p []byte, to net.Addr) (int, error) {
	n, err := c.PacketConn.WriteTo(p, to)
	request := stun.NewType(stun.MethodCreatePermission, stun.ClassRequest)
	if err == nil && isMessage(p, request) && time.Now().Before(c.until) {
		c.permit(append([]byte(nil), p...), to)
	}
	return n, err
}

// ReadFrom implements [net.PacketConn]. One goroutine reads at a time.
func (c *permitted) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		if a, ok := c.next(); ok {
			return copy(p, a.message), a.from, nil
		}
		n, from, err := c.PacketConn.ReadFrom(p)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() && c.pending() {
			continue // woken: there is an answer
		}
		if err == nil {
			c.settle(p[:n])
		}
		return n, from, err
	}
}

// Close implements [net.PacketConn].
func (c *permitted) Close() error {
	c.mu.Lock()
	for _, one := range c.asked {
		one.timer.Stop()
	}
	c.asked = nil
	c.mu.Unlock()
	return c.PacketConn.Close()
}

// permit answers a request, and repeats it until the relay does.
func (c *permitted) permit(request []byte, relay net.Addr) {
	id := transactionOf(request)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == nil || c.asked[id] != nil {
		return
	}
	if c.SetReadDeadline(time.Now()) != nil { // who reads is woken; if that cannot be, the relay's answer is waited for
		return
	}
	c.answers = append(c.answers, answered{successTo(request), relay})
	again := &permitTimer{}
	again.timer = time.AfterFunc(permitAgain, func() { c.again(id, again, request, relay) })
	c.asked[id] = again
}

// again sends a request that was not answered.
func (c *permitted) again(id transactionID, one *permitTimer, request []byte, relay net.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked[id] != one {
		return
	}
	if one.tries++; one.tries == permitTries {
		delete(c.asked, id)
		return
	}
	_, _ = c.PacketConn.WriteTo(request, relay) // lost, as it may be on the way
	one.timer.Reset(permitAgain << one.tries)
}

// next takes an answer; after the last one reading blocks again.
func (c *permitted) next() (answered, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.answers) == 0 {
		return answered{}, false
	}
	a := c.answers[0]
	if c.answers = c.answers[1:]; len(c.answers) == 0 {
		_ = c.SetReadDeadline(time.Time{}) // it could be set before
	}
	return a, true
}

func (c *permitted) pending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.answers) > 0
}

// settle takes note of a relay's answer; pion does not know the transaction any more and drops it.
func (c *permitted) settle(p []byte) {
	success := stun.NewType(stun.MethodCreatePermission, stun.ClassSuccessResponse)
	refusal := stun.NewType(stun.MethodCreatePermission, stun.ClassErrorResponse)
	if !isMessage(p, success) && !isMessage(p, refusal) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.asked[transactionOf(p)]; one != nil {
		one.timer.Stop()
		delete(c.asked, transactionOf(p))
	}
}

// isMessage tells whether p is a STUN message of this type (RFC 8489 section 5).
func isMessage(p []byte, kind stun.MessageType) bool {
	return stun.IsMessage(p) && binary.BigEndian.Uint16(p) == kind.Value()
}

func transactionOf(message []byte) transactionID {
	return transactionID(message[8:20])
}

// successTo is an empty answer to a request.
func successTo(request []byte) []byte {
	message := append([]byte(nil), request[:20]...)
	binary.BigEndian.PutUint16(message, stun.NewType(stun.MethodCreatePermission, stun.ClassSuccessResponse).Value())
	binary.BigEndian.PutUint16(message[2:], 0)
	return message
}
