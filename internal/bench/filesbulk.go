package bench

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"

	"github.com/parley-chat/parley/internal/local"
)

// A bare channel is kept busy with messages of this size, as long as less than bulkHigh has not left.
const (
	bulkMessage = 64 << 10
	bulkHigh    = 1 << 20
	bulkLow     = 256 << 10
)

// roomyBuffer is what package peer gives its sockets.
const roomyBuffer = 4 << 20

// roomyNet is this machine's network, with sockets that keep as much as those of package peer.
type roomyNet struct{ transport.Net }

// ListenUDP implements [transport.Net].
func (n roomyNet) ListenUDP(network string, local *net.UDPAddr) (transport.UDPConn, error) {
	c, err := n.Net.ListenUDP(network, local)
	if err == nil {
		err = c.SetReadBuffer(roomyBuffer)
	}
	return c, err
}

// roomyPlace is a place in the network of this machine, with such sockets, and openPlace one without.
func roomyPlace() (transport.Net, error) {
	n, err := stdnet.NewNet()
	return roomyNet{n}, err
}

func openPlace() (transport.Net, error) { return nil, nil } //nolint:nilnil // pion takes nil for this machine's

// bareBulk is how long so many bytes take over a bare channel between two places.
func bareBulk(ctx context.Context, place func() (transport.Net, error), bytes int) (time.Duration, error) {
	caller, err := place()
	if err != nil {
		return 0, err
	}
	callee, err := place()
	if err != nil {
		return 0, err
	}
	pair, err := dialBareOver(ctx, caller, callee)
	if err != nil {
		return 0, err
	}
	defer pair.Close()
	sent := make(chan error, 1)
	begun := time.Now()
	go func() { sent <- pair.pour(ctx, bytes) }()
	for missing := bytes; missing > 0; {
		select {
		case frame := <-pair.callee.frames:
			missing -= len(frame)
		case <-ctx.Done():
			return 0, fmt.Errorf("bench: files: %w", ctx.Err())
		}
	}
	took := time.Since(begun)
	return took, <-sent
}

// pour sends so many bytes from the caller, as fast as the channel takes them.
func (p *barePair) pour(ctx context.Context, bytes int) error {
	c := p.caller.channel
	low := make(chan struct{}, 1)
	c.SetBufferedAmountLowThreshold(bulkLow)
	c.OnBufferedAmountLow(func() {
		select {
		case low <- struct{}{}:
		default:
		}
	})
	message := make([]byte, bulkMessage)
	for left := bytes; left > 0; left -= len(message) {
		for c.BufferedAmount() > bulkHigh {
			select {
			case <-low:
			case <-ctx.Done():
				return fmt.Errorf("bench: files: %w", ctx.Err())
			}
		}
		message = message[:min(left, len(message))]
		if err := c.Send(message); err != nil {
			return fmt.Errorf("bench: files: %w", err)
		}
	}
	return nil
}

// tlsBulk is how long so many bytes take over TLS 1.3 on loopback.
func tlsBulk(ctx context.Context, bytes int) (_ time.Duration, err error) {
	dir, err := os.MkdirTemp("", "parley-bench-*")
	if err != nil {
		return 0, fmt.Errorf("bench: tls: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a certificate for nobody
	here := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	certificate, err := local.Certificate(dir, here, time.Now())
	if err != nil {
		return 0, err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS13,
	})
	if err != nil {
		return 0, fmt.Errorf("bench: tls: %w", err)
	}
	defer listener.Close() //nolint:errcheck // the figure is taken
	begun, took := make(chan time.Time, 1), make(chan time.Duration, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return // so does the dialler
		}
		defer conn.Close() //nolint:errcheck // all is read
		if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{conn}, make([]byte, bulkMessage)); err == nil {
			took <- time.Since(<-begun)
		}
		close(took)
	}()
	dialer := tls.Dialer{Config: &tls.Config{
		InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, //nolint:gosec // to itself
	}}
	conn, err := dialer.DialContext(ctx, "tcp", listener.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("bench: tls: %w", err)
	}
	begun <- time.Now()
	message := make([]byte, bulkMessage)
	for left := bytes; left > 0 && err == nil; left -= len(message) {
		message = message[:min(left, len(message))]
		_, err = conn.Write(message)
	}
	if err = errors.Join(err, conn.Close()); err != nil {
		return 0, fmt.Errorf("bench: tls: %w", err)
	}
	d, read := <-took
	if !read {
		return 0, errors.New("bench: tls: not all was read")
	}
	return d, nil
}
