package clinic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// nat is a translator of addresses: to its servers, clients come from ports that are not theirs.
//
//	client ──► inside port of a server ──► outside socket of (client), or of (client, server) ──► server
type nat struct {
	symmetric bool // another outside port for each server
	running   sync.WaitGroup

	mu      sync.Mutex
	closed  bool                               // guarded by mu
	inside  map[netip.AddrPort]*net.UDPConn    // guarded by mu: by server
	outside map[[2]netip.AddrPort]*net.UDPConn // guarded by mu: by client, and server if symmetric
}

func (r *room) nat(symmetric bool) *nat {
	n := &nat{
		symmetric: symmetric, inside: make(map[netip.AddrPort]*net.UDPConn),
		outside: make(map[[2]netip.AddrPort]*net.UDPConn),
	}
	r.closers = append(r.closers, n.Close)
	return n
}

// to is where a client reaches the server through the NAT, at the server's own IP address.
func (n *nat) to(server netip.AddrPort) (string, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(server.Addr(), 0)))
	if err != nil {
		return "", fmt.Errorf("clinic: %w", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.inside[server] = conn
	n.running.Go(func() {
		forward(conn, func(from netip.AddrPort, datagram []byte) {
			if out := n.mapping(from, server); out != nil {
				_, _ = out.WriteToUDPAddrPort(datagram, server) // datagrams may be lost
			}
		})
	})
	return conn.LocalAddr().String(), nil
}

// mapping is the outside socket for a client and a server; nil once the NAT is closed.
func (n *nat) mapping(client, server netip.AddrPort) *net.UDPConn {
	n.mu.Lock()
	defer n.mu.Unlock()
	key := [2]netip.AddrPort{client}
	if n.symmetric {
		key[1] = server
	}
	if out := n.outside[key]; out != nil || n.closed {
		return out
	}
	out, err := net.ListenUDP("udp", nil)
	if err != nil {
		return nil
	}
	n.outside[key] = out
	n.running.Go(func() {
		forward(out, func(from netip.AddrPort, datagram []byte) {
			n.mu.Lock()
			in := n.inside[from]
			n.mu.Unlock()
			if in != nil {
				_, _ = in.WriteToUDPAddrPort(datagram, client) // datagrams may be lost
			}
		})
	})
	return out
}

// forward hands over each datagram until the socket is closed.
func forward(conn *net.UDPConn, each func(from netip.AddrPort, datagram []byte)) {
	buffer := make([]byte, 1<<16)
	for {
		size, from, err := conn.ReadFromUDPAddrPort(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			each(netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), buffer[:size])
		}
	}
}

// Close ends it and waits.
func (n *nat) Close() error {
	n.mu.Lock()
	n.closed = true
	for _, conn := range n.inside {
		_ = conn.Close() // a socket without connections
	}
	for _, conn := range n.outside {
		_ = conn.Close()
	}
	n.mu.Unlock()
	n.running.Wait()
	return nil
}

// through hands out STUN servers, and a relay by UDP if asked, behind a NAT.
func (r *room) through(ctx context.Context, symmetric, relay bool) (deployment, error) {
	n := r.nat(symmetric)
	var d deployment
	for _, server := range r.relays {
		inside, err := n.to(server.Addr())
		if err != nil {
			return d, err
		}
		d.stun = append(d.stun, "stun:"+inside)
		if relay && len(d.turn) == 0 {
			d.turn = []string{"turn:" + inside + "?transport=udp"}
		}
	}
	return d, ctx.Err()
}
