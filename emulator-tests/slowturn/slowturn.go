// Package slowturn holds TURN back, so that a peer finds its candidates when the test wants it to, and not before:
// after it has written its description.
//
//	peer ── UDP ──► Way, closed until Answer and Open ──► TURN server
//
// # Trust
//
// For tests, on loopback. It has one client.
package slowturn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/pion/stun/v4"
)

// Way is one to a TURN server, by UDP, on which nothing goes until it is opened. It is safe for concurrent use.
type Way struct {
	near, far *net.UDPConn
	answering chan struct{} // closed by Answer and Open
	passing   sync.WaitGroup

	mu     sync.Mutex
	client netip.AddrPort // guarded by mu: who uses it
	opened bool           // guarded by mu: what goes on to others passes too
}

// New makes a way that is closed. The caller closes it for good with Close.
func New(server netip.AddrPort) (*Way, error) {
	near, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		return nil, fmt.Errorf("slowturn: listen: %w", err)
	}
	far, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(server))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("slowturn: dial: %w", err), near.Close())
	}
	w := &Way{near: near, far: far, answering: make(chan struct{})}
	w.passing.Go(w.there)
	w.passing.Go(w.back)
	return w, nil
}

// URL is what an RTCIceServer takes.
func (w *Way) URL() string { return "turn:" + w.near.LocalAddr().String() + "?transport=udp" }

// Answer lets through what the server itself answers, also what waits: a peer is given its candidate, and nothing goes
// over it yet. Answering again does nothing.
func (w *Way) Answer() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.answering:
	default:
		close(w.answering)
	}
}

// Open lets through everything from now on, and what waits. Opening again does nothing.
func (w *Way) Open() {
	w.mu.Lock()
	w.opened = true
	w.mu.Unlock()
	w.Answer()
}

// Close ends it, and returns when nothing of it runs any more. It is called once.
func (w *Way) Close() error {
	err := errors.Join(w.near.Close(), w.far.Close())
	w.Open()
	w.passing.Wait()
	return err
}

func (w *Way) there() {
	packet := make([]byte, 64<<10)
	for {
		n, from, err := w.near.ReadFromUDPAddrPort(packet)
		if err != nil {
			return
		}
		<-w.answering
		w.mu.Lock()
		w.client = from
		passes := w.opened || forServer(packet[:n])
		w.mu.Unlock()
		if passes {
			_, _ = w.far.Write(packet[:n]) // lost, as packets are
		}
	}
}

func (w *Way) back() {
	packet := make([]byte, 64<<10)
	for {
		n, err := w.far.Read(packet)
		if err != nil {
			return
		}
		w.mu.Lock()
		to := w.client
		w.mu.Unlock()
		_, _ = w.near.WriteToUDPAddrPort(packet[:n], to) // likewise
	}
}

// forServer tells a request from data for others, which goes in indications and channels (RFC 8656 sections 11 and 12).
func forServer(packet []byte) bool {
	const classes = 0x0110 // of the type's bits (RFC 8489 section 5)
	return stun.IsMessage(packet) && binary.BigEndian.Uint16(packet)&classes == 0
}
