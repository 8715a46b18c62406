package bench

import (
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/vnet"
)

// newWeather is a network in which so many packets of a hundred are lost, by chance.
func newWeather(oneWay time.Duration, percent float64) (*far, error) {
	f, err := newFar(oneWay)
	if err != nil {
		return nil, err
	}
	chance := rand.New(rand.NewPCG(1, 2)) // the router asks one packet at a time
	f.router.AddChunkFilter(func(vnet.Chunk) bool { return 100*chance.Float64() >= percent })
	return f, nil
}

// homes are places in a network that have an uplink each. One goroutine owns it.
type homes struct {
	over    *far
	rate    int // bytes a second
	uplinks []*uplink
}

func newHomes(oneWay time.Duration, rate int) (*homes, error) {
	over, err := newFar(oneWay)
	return &homes{over: over, rate: rate}, err
}

func (h *homes) place() (transport.Net, error) {
	at, err := h.over.place()
	if err != nil {
		return nil, err
	}
	u := newUplink(at, h.rate)
	h.uplinks = append(h.uplinks, u)
	return u, nil
}

// close ends it; its peers have ended.
func (h *homes) close() {
	for _, u := range h.uplinks {
		u.close()
	}
	h.over.close()
}

// maxWaiting bounds how many packets wait for an uplink: 60 ms at 40 Mbit/s. More are lost, as in a router.
const maxWaiting = 256

// uplink is a network that packets leave one after the other, as fast as its rate allows. It is safe for
// concurrent use.
type uplink struct {
	transport.Net

	rate    int // bytes a second
	waiting chan leaving
	sent    atomic.Int64 // bytes
	stop    chan struct{}
	running sync.WaitGroup
}

// leaving is a packet that waits.
type leaving struct {
	by     transport.UDPConn
	packet []byte
	to     net.Addr
}

// newUplink begins it, and close ends it.
func newUplink(over transport.Net, rate int) *uplink {
	u := &uplink{Net: over, rate: rate, waiting: make(chan leaving, maxWaiting), stop: make(chan struct{})}
	u.running.Go(u.run)
	return u
}

func (u *uplink) run() {
	free := time.Now() // when the last packet has left
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case one := <-u.waiting:
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(time.Duration(len(one.packet)) * time.Second / time.Duration(u.rate))
			if early := time.Until(free); early > time.Millisecond { // what a timer can tell apart
				timer.Reset(early)
				<-timer.C
			}
			_, _ = one.by.WriteTo(one.packet, one.to) // what UDP loses it does not tell
			u.sent.Add(int64(len(one.packet)))
		case <-u.stop:
			return
		}
	}
}

func (u *uplink) close() {
	close(u.stop)
	u.running.Wait()
}

// ListenUDP implements [transport.Net].
func (u *uplink) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	c, err := u.Net.ListenUDP(network, local)
	return upSocket{c, u}, err
}

// upSocket is a socket of an uplink, with the methods that pion uses.
type upSocket struct {
	transport.UDPConn

	up *uplink
}

// WriteTo implements [net.PacketConn].
func (s upSocket) WriteTo(p []byte, to net.Addr) (int, error) {
	select {
	case s.up.waiting <- leaving{s.UDPConn, slices.Clone(p), to}:
	default:
	}
	return len(p), nil
}
