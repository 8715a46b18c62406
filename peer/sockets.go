package peer

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	pion "github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// dialWait bounds how long a relay is dialled by TCP: as long as one by UDP is asked. Where a firewall drops what is
// sent, the system would try for two minutes.
const dialWait = 8 * time.Second

// readBuffer is how much the kernel may keep for a socket until pion reads it: twice what SCTP lets come without an
// answer, since the kernel counts what a packet takes, not what it carries. What it has by itself (212 992 bytes on
// Linux) flows over when a processor is busy, and SCTP takes that for a crowded path.
const readBuffer = 4 << 20

// errGivenUp is what relays' sockets that are asked for too late come to.
var errGivenUp = errors.New("peer: gathering is given up")

// sockets is a network with room for what comes fast, on which gathering can be given up. pion's agent waits, when it
// is closed, for relays that have not answered yet, and behind a firewall they never do. It is safe for concurrent use.
type sockets struct {
	pion.Net

	gone chan struct{} // closed by giveUp

	mu     sync.Mutex
	relays []net.PacketConn // guarded by mu: what relays were asked by; few, since each has a server
}

// newSockets wraps n; nil is this machine's network.
func newSockets(n pion.Net) (*sockets, error) {
	if n == nil {
		own, err := stdnet.NewNet()
		if err != nil {
			return nil, fmt.Errorf("peer: network: %w", err)
		}
		n = own
	}
	return &sockets{Net: n, gone: make(chan struct{})}, nil
}

// ListenUDP implements [pion.Net]: pion looks for direct paths over it.
func (s *sockets) ListenUDP(network string, local *net.UDPAddr) (pion.UDPConn, error) {
	conn, err := s.Net.ListenUDP(network, local)
	if err == nil {
		_ = conn.SetReadBuffer(readBuffer) // a smaller one is slower, and the system bounds it anyway
	}
	return conn, err
}

// ListenPacket implements [pion.Net]: pion asks a relay over it.
func (s *sockets) ListenPacket(network, address string) (net.PacketConn, error) {
	conn, err := s.Net.ListenPacket(network, address)
	if err != nil {
		return nil, err
	}
	if udp, is := conn.(interface{ SetReadBuffer(bytes int) error }); is {
		_ = udp.SetReadBuffer(readBuffer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if closed(s.gone) {
		_ = conn.Close()
		return nil, errGivenUp
	}
	relay := newPermitted(conn)
	s.relays = append(s.relays, relay)
	return asked{relay, s}, nil
}

// asked is what a relay is asked by. Asking again fails once it is given up, which ends pion's wait for an answer.
type asked struct {
	net.PacketConn

	on *sockets
}

// WriteTo implements [net.PacketConn].
func (a asked) WriteTo(p []byte, to net.Addr) (int, error) {
	if closed(a.on.gone) {
		return 0, errGivenUp
	}
	return a.PacketConn.WriteTo(p, to)
}

// DialTCP implements [pion.Net]: pion dials a relay with it.
func (s *sockets) DialTCP(network string, local, remote *net.TCPAddr) (pion.TCPConn, error) {
	dialer := &net.Dialer{Timeout: dialWait, Cancel: s.gone} //nolint:staticcheck // pion.Dialer takes no context
	if local != nil {
		dialer.LocalAddr = local
	}
	conn, err := s.CreateDialer(dialer).Dial(network, remote.String())
	if err != nil {
		return nil, err
	}
	tcp, ok := conn.(pion.TCPConn)
	if !ok {
		return nil, errors.Join(errGivenUp, conn.Close())
	}
	return tcp, nil
}

// giveUp makes everything fail that a relay has not answered, and relays that have. Nothing begins any more. Giving
// up again does nothing.
func (s *sockets) giveUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if closed(s.gone) {
		return
	}
	close(s.gone)
	for _, conn := range s.relays {
		_ = conn.Close() // those that are closed already say so
	}
}
