package turnserver

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/pion/turn/v5"
)

// errTooMany is the reason of a refused allocation.
var errTooMany = errors.New("turnserver: as many allocations as are allowed")

// errNoTCP refuses relaying by TCP (RFC 6062), which no WebRTC peer asks for.
var errNoTCP = errors.New("turnserver: TCP is not relayed")

// boundedRelays opens relayed addresses, up to a bound, and knows how many are open.
type boundedRelays struct {
	turn.RelayAddressGeneratorStatic
	places chan struct{} // one token for each open relay
	ended  sync.WaitGroup
}

var _ turn.RelayAddressGenerator = (*boundedRelays)(nil)

func newBoundedRelays(addr, shown netip.Addr, most int) *boundedRelays {
	return &boundedRelays{
		RelayAddressGeneratorStatic: turn.RelayAddressGeneratorStatic{
			RelayAddress: net.IP(shown.AsSlice()),
			Address:      addr.String(),
		},
		places: make(chan struct{}, most),
	}
}

// AllocatePacketConn opens a relayed address, or refuses with errTooMany.
func (b *boundedRelays) AllocatePacketConn(conf turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	select {
	case b.places <- struct{}{}:
	default:
		return nil, nil, errTooMany
	}
	conn, addr, err := b.RelayAddressGeneratorStatic.AllocatePacketConn(conf)
	if err != nil {
		<-b.places
		return nil, nil, fmt.Errorf("turnserver: opening a relayed address: %w", err)
	}
	b.ended.Add(1)
	return &boundedRelay{PacketConn: conn, release: sync.OnceFunc(func() {
		<-b.places
		b.ended.Done()
	})}, addr, nil
}

// AllocateListener refuses: see errNoTCP.
func (*boundedRelays) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errNoTCP
}

// AllocateConn refuses: see errNoTCP.
func (*boundedRelays) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) {
	return nil, errNoTCP
}

func (b *boundedRelays) open() int { return len(b.places) }

func (b *boundedRelays) wait() { b.ended.Wait() }

// boundedRelay gives its place back when it is closed.
type boundedRelay struct {
	net.PacketConn
	release func()
}

// Close closes the relay and gives its place back, once.
func (r *boundedRelay) Close() error {
	defer r.release()
	return r.PacketConn.Close()
}

// userCounts knows how many allocations each uid holds.
type userCounts struct {
	most int

	mu   sync.Mutex
	held map[string]int // guarded by mu
}

func newUserCounts(most int) *userCounts {
	return &userCounts{most: most, held: make(map[string]int)}
}

// mayAllocate is the server's quota handler; the first argument is the uid of the credentials.
func (u *userCounts) mayAllocate(uid, _ string, _ net.Addr) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.held[uid] < u.most
}

func (u *userCounts) events() turn.EventHandler {
	return turn.EventHandler{
		OnAllocationCreated: func(_, _ net.Addr, _, uid, _ string, _ net.Addr, _ int) { u.add(uid, 1) },
		OnAllocationDeleted: func(_, _ net.Addr, _, uid, _ string) { u.add(uid, -1) },
	}
}

func (u *userCounts) add(uid string, n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.held[uid] += n
	if u.held[uid] <= 0 {
		delete(u.held, uid)
	}
}

// trackedListener knows its connections, so that they can be ended with it, and closes those beyond a
// bound at once.
type trackedListener struct {
	net.Listener
	most int

	mu     sync.Mutex
	conns  map[*trackedConn]struct{} // guarded by mu
	closed bool                      // guarded by mu
}

func newTrackedListener(l net.Listener, most int) *trackedListener {
	return &trackedListener{Listener: l, most: most, conns: make(map[*trackedConn]struct{})}
}

// Accept waits for a connection that there is a place for.
func (l *trackedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if tracked, ok := l.track(conn); ok {
			return tracked, nil
		}
		_ = conn.Close() // refused: its error is nobody's
	}
}

func (l *trackedListener) track(conn net.Conn) (*trackedConn, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.conns) >= l.most {
		return nil, false
	}
	tracked := &trackedConn{Conn: conn, owner: l}
	l.conns[tracked] = struct{}{}
	return tracked, true
}

func (l *trackedListener) forget(conn *trackedConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, conn)
}

// closeAll ends every connection. It does not close the listener itself.
func (l *trackedListener) closeAll() {
	l.mu.Lock()
	l.closed = true
	conns := make([]*trackedConn, 0, len(l.conns))
	for conn := range l.conns {
		conns = append(conns, conn)
	}
	l.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close() // it ends; how does not matter any more
	}
}

type trackedConn struct {
	net.Conn
	owner *trackedListener
}

// Close closes the connection and gives its place back.
func (c *trackedConn) Close() error {
	c.owner.forget(c)
	return c.Conn.Close()
}
