package emulatortests

import (
	"net"
	"net/netip"
	"sync"
	"testing"
)

// slowTURN is the way to a TURN server, by UDP, on which nothing goes until it is opened.
type slowTURN struct {
	near, far *net.UDPConn
	opened    chan struct{} // closed by open

	mu     sync.Mutex
	client netip.AddrPort // guarded by mu: who uses it
}

// newSlowTURN is for one client. It ends with the test.
func newSlowTURN(t *testing.T, server netip.AddrPort) *slowTURN {
	t.Helper()
	near, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	far, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(server))
	if err != nil {
		t.Fatal(err)
	}
	s := &slowTURN{near: near, far: far, opened: make(chan struct{})}
	var passing sync.WaitGroup
	passing.Go(s.there)
	passing.Go(s.back)
	t.Cleanup(func() {
		for _, c := range []*net.UDPConn{near, far} {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
		s.open()
		passing.Wait()
	})
	return s
}

func (s *slowTURN) addr() string { return s.near.LocalAddr().String() }

// open lets through what waits, and all that comes. Opening again does nothing.
func (s *slowTURN) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.opened:
	default:
		close(s.opened)
	}
}

func (s *slowTURN) there() {
	packet := make([]byte, 64<<10)
	for {
		n, from, err := s.near.ReadFromUDPAddrPort(packet)
		if err != nil {
			return
		}
		<-s.opened
		s.mu.Lock()
		s.client = from
		s.mu.Unlock()
		_, _ = s.far.Write(packet[:n]) // lost, as packets are
	}
}

func (s *slowTURN) back() {
	packet := make([]byte, 64<<10)
	for {
		n, err := s.far.Read(packet)
		if err != nil {
			return
		}
		s.mu.Lock()
		to := s.client
		s.mu.Unlock()
		_, _ = s.near.WriteToUDPAddrPort(packet[:n], to) // likewise
	}
}
