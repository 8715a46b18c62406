package lab

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/vnet"
)

// moving is a host that goes from one network to another while programs run on it. What they open from then on is in
// the new one.
type moving struct {
	transport.Net // the first: for what no network knows better than another

	mu      sync.Mutex
	now     transport.Net              // guarded by mu
	sockets map[*movingSocket]struct{} // guarded by mu: those that are open
}

func newMoving(first *vnet.Net) *moving {
	return &moving{Net: first, now: first, sockets: map[*movingSocket]struct{}{}}
}

// roam goes to another network. Sockets that are open stay in the old one.
func (m *moving) roam(to *vnet.Net) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = to
}

// rebind goes to another network in which the host has the same address, and takes sockets with it: what a program
// notices of a NAT that was started again, or has another address, which is nothing. What is on its way is lost.
func (m *moving) rebind(to *vnet.Net) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = to
	for s := range m.sockets {
		if err := s.move(to); err != nil {
			return fmt.Errorf("lab: rebind: %w", err)
		}
	}
	return nil
}

// Interfaces implements [transport.Net].
func (m *moving) Interfaces() ([]*transport.Interface, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now.Interfaces()
}

// ListenUDP implements [transport.Net].
func (m *moving) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, err := m.now.ListenUDP(network, local)
	if err != nil {
		return nil, err
	}
	s := &movingSocket{UDPConn: now, host: m, now: now}
	m.sockets[s] = struct{}{}
	return s, nil
}

// ListenPacket implements [transport.Net].
func (m *moving) ListenPacket(network, address string) (net.PacketConn, error) {
	local, err := m.ResolveUDPAddr(network, address)
	if err != nil {
		return nil, err
	}
	return m.ListenUDP(network, local)
}

// movingSocket is a socket of a moving host, with the methods that pion uses.
type movingSocket struct {
	transport.UDPConn // the first, for its address

	host *moving

	mu  sync.Mutex
	now transport.UDPConn // guarded by mu
}

func (s *movingSocket) move(to *vnet.Net) error {
	local, ok := s.LocalAddr().(*net.UDPAddr)
	if !ok {
		return errors.New("not a UDP address")
	}
	next, err := to.ListenUDP("udp4", local)
	if err != nil {
		return err
	}
	s.mu.Lock()
	before := s.now
	s.now = next
	s.mu.Unlock()
	return before.Close()
}

func (s *movingSocket) current() transport.UDPConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// ReadFrom implements [net.PacketConn].
func (s *movingSocket) ReadFrom(p []byte) (n int, from net.Addr, err error) {
	for {
		now := s.current()
		if n, from, err = now.ReadFrom(p); err == nil || now == s.current() {
			return n, from, err
		}
	}
}

// WriteTo implements [net.PacketConn].
func (s *movingSocket) WriteTo(p []byte, to net.Addr) (int, error) { return s.current().WriteTo(p, to) }

// SetDeadline implements [net.PacketConn].
func (s *movingSocket) SetDeadline(t time.Time) error { return s.current().SetDeadline(t) }

// SetReadDeadline implements [net.PacketConn].
func (s *movingSocket) SetReadDeadline(t time.Time) error { return s.current().SetReadDeadline(t) }

// Close implements [net.PacketConn].
func (s *movingSocket) Close() error {
	s.host.mu.Lock()
	defer s.host.mu.Unlock()
	delete(s.host.sockets, s)
	return s.current().Close()
}
