package lab

import (
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pion/transport/v4"
)

// maxDelayed bounds what is on its way out of one far socket; what is more is lost, as in a router.
const maxDelayed = 1024

// delay lets what leaves this machine's loopback leave late, in order. It is for what needs the kernel's own sockets,
// and real time: TCP is not on vnet.
type delay struct {
	oneWay time.Duration
	queue  chan delayed
	stop   chan struct{}
	ended  chan struct{}
	once   sync.Once
}

type delayed struct {
	at    time.Time
	leave func()
}

// newDelay starts the delay of one socket, which ends it.
func newDelay(oneWay time.Duration) *delay {
	d := &delay{
		oneWay: oneWay, queue: make(chan delayed, maxDelayed), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	go d.run()
	return d
}

func (d *delay) run() {
	defer close(d.ended)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case next := <-d.queue:
			timer.Reset(time.Until(next.at))
			select {
			case <-timer.C:
				next.leave()
			case <-d.stop:
				return
			}
		case <-d.stop:
			return
		}
	}
}

func (d *delay) later(leave func()) {
	select {
	case d.queue <- delayed{time.Now().Add(d.oneWay), leave}:
	default:
	}
}

func (d *delay) end() {
	d.once.Do(func() { close(d.stop) })
	<-d.ended
}

// farNet is this machine's network, but whatever UDP leaves it leaves oneWay late.
type farNet struct {
	transport.Net

	oneWay time.Duration
}

// ListenUDP implements [transport.Net].
func (n farNet) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	c, err := n.Net.ListenUDP(network, local)
	if err != nil || n.oneWay == 0 {
		return c, err
	}
	return &farSocket{c, newDelay(n.oneWay)}, nil
}

// farSocket is a UDP socket of a farNet, with the methods that pion uses.
type farSocket struct {
	transport.UDPConn

	delay *delay
}

// WriteTo implements [net.PacketConn].
func (s *farSocket) WriteTo(p []byte, to net.Addr) (int, error) {
	packet := slices.Clone(p)
	s.delay.later(func() { _, _ = s.UDPConn.WriteTo(packet, to) }) // what UDP loses it does not tell
	return len(p), nil
}

// Close implements [net.PacketConn].
func (s *farSocket) Close() error {
	err := s.UDPConn.Close()
	s.delay.end()
	return err
}

// farConn is a TCP connection whose bytes leave late.
type farConn struct {
	net.Conn

	delay *delay
}

func far(c net.Conn, oneWay time.Duration) net.Conn {
	if oneWay == 0 {
		return c
	}
	return &farConn{c, newDelay(oneWay)}
}

// Write implements [net.Conn].
func (c *farConn) Write(p []byte) (int, error) {
	part := slices.Clone(p)
	c.delay.later(func() { _, _ = c.Conn.Write(part) }) // who reads notices
	return len(p), nil
}

// Close implements [net.Conn].
func (c *farConn) Close() error {
	err := c.Conn.Close()
	c.delay.end()
	return err
}

// farListener accepts connections whose bytes leave late.
type farListener struct {
	net.Listener

	oneWay time.Duration
}

// Accept implements [net.Listener].
func (l farListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return far(c, l.oneWay), nil
}
