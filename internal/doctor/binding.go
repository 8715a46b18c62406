package doctor

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"github.com/parley-chat/parley/protocol/diagnosis"
)

// bindings asks every server that speaks STUN by UDP, relays too, for this machine's address, from one socket: what
// the servers see tells how the NAT maps it (SPEC G6).
func (e *examination) bindings(ctx context.Context, binding []*stun.URI, relays []relay) {
	seen := &mappings{towards: make(map[netip.AddrPort]netip.AddrPort)}
	if len(binding)+len(relays) == 0 {
		e.found(diagnosis.STUN, diagnosis.Absent, 0)
		return
	}
	limited, cancel := context.WithTimeout(ctx, e.Limit)
	defer cancel()
	began := time.Now()
	socket, err := openSocket(limited)
	if err != nil {
		return // this machine has no UDP: what the relays say counts
	}
	defer socket.close()
	ask := func(uri *stun.URI) diagnosis.State { return socket.bind(limited, uri, seen) }
	var both sync.WaitGroup
	both.Go(func() {
		state := bestOf(binding, ask)
		if ctx.Err() == nil {
			e.found(diagnosis.STUN, state, time.Since(began))
		}
	})
	both.Go(func() { bestOf(relays, func(r relay) diagnosis.State { return ask(r.uri) }) })
	both.Wait()
	if ctx.Err() == nil {
		e.found(diagnosis.NAT, seen.nat(socket.addr), time.Since(began))
	}
}

// socket is one UDP socket with many transactions on it.
type socket struct {
	conn   net.PacketConn
	addr   netip.AddrPort
	client *turn.Client
	asking sync.WaitGroup
}

func openSocket(ctx context.Context) (*socket, error) {
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp4", ":0")
	if err != nil {
		return nil, fmt.Errorf("doctor: opening a socket: %w", err)
	}
	client, err := turn.NewClient(&turn.ClientConfig{Conn: conn, LoggerFactory: silence()})
	if err == nil {
		err = client.Listen()
	}
	if err != nil {
		_ = conn.Close() // the first error is the one to tell
		return nil, fmt.Errorf("doctor: opening a socket: %w", err)
	}
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort() //nolint:forcetypeassert // a UDP socket's address is one
	return &socket{conn: conn, addr: addr, client: client}, nil
}

// close ends every transaction. In this order: one that begins in between fails at the socket.
func (s *socket) close() {
	_ = s.conn.Close() // nothing is left to send
	s.client.Close()
	s.asking.Wait()
}

// bind asks one server, until it answers or ctx ends.
func (s *socket) bind(ctx context.Context, uri *stun.URI, seen *mappings) diagnosis.State {
	server, err := resolve(ctx, uri)
	if err != nil {
		return diagnosis.Silent
	}
	mapped := make(chan netip.AddrPort, 1)
	s.asking.Go(func() {
		if addr, err := s.client.SendBindingRequestTo(net.UDPAddrFromAddrPort(server)); err == nil {
			mapped <- addr.(*net.UDPAddr).AddrPort() //nolint:forcetypeassert // pion says so
		}
	})
	select {
	case addr := <-mapped:
		seen.add(server, addr)
		return diagnosis.Yes
	case <-ctx.Done():
		return diagnosis.Silent
	}
}

// resolve finds a server's address; of several the first of IPv4, else the first.
func resolve(ctx context.Context, uri *stun.URI) (netip.AddrPort, error) {
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", uri.Host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("doctor: resolving: %w", err)
	}
	best := addrs[0]
	for _, addr := range addrs {
		if addr.Unmap().Is4() {
			best = addr
			break
		}
	}
	return netip.AddrPortFrom(best.Unmap(), uint16(uri.Port)), nil //nolint:gosec // the parser has bounded it
}

func hostPort(uri *stun.URI) string { return net.JoinHostPort(uri.Host, strconv.Itoa(uri.Port)) }

// silence keeps pion from logging, which it does with addresses.
func silence() *logging.DefaultLoggerFactory {
	return &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
}

// mappings are what servers said that this machine's address is. It is safe for concurrent use.
type mappings struct {
	mu      sync.Mutex
	towards map[netip.AddrPort]netip.AddrPort // guarded by mu
}

func (m *mappings) add(server, mapped netip.AddrPort) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.towards[server] = netip.AddrPortFrom(mapped.Addr().Unmap(), mapped.Port())
}

// nat is how the NAT maps a socket of this address (SPEC G6).
func (m *mappings) nat(own netip.AddrPort) diagnosis.State {
	m.mu.Lock()
	defer m.mu.Unlock()
	servers, seen := make(map[netip.Addr]bool), make(map[netip.AddrPort]bool)
	var one netip.AddrPort
	for server, mapped := range m.towards {
		servers[server.Addr()], seen[mapped], one = true, true, mapped
	}
	switch {
	case len(seen) == 0:
		return diagnosis.Unlooked
	case len(seen) > 1:
		return diagnosis.Differs
	case one.Port() == own.Port() && isOwn(one.Addr()):
		return diagnosis.Open
	case len(servers) > 1:
		return diagnosis.Same
	}
	return diagnosis.Unlooked // one server alone tells nothing
}

func isOwn(addr netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, own := range addrs {
		if prefix, err := netip.ParsePrefix(own.String()); err == nil && prefix.Addr().Unmap() == addr {
			return true
		}
	}
	return false
}
