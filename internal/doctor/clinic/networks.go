package clinic

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
)

const loopback = "127.0.0.1:0"

// hole is a port that swallows what comes: datagrams are never read, connections never answered.
func (r *room) hole(ctx context.Context, network string) (string, error) {
	var config net.ListenConfig
	if network == "udp" {
		conn, err := config.ListenPacket(ctx, "udp", loopback)
		if conn, err = keep(r, conn, err); err != nil {
			return "", fmt.Errorf("clinic: %w", err)
		}
		return conn.LocalAddr().String(), nil
	}
	// The kernel accepts, and nobody takes what it accepted.
	listener, err := config.Listen(ctx, "tcp", loopback)
	if listener, err = keep(r, listener, err); err != nil {
		return "", fmt.Errorf("clinic: %w", err)
	}
	return listener.Addr().String(), nil
}

// closed is a port where nobody is. Another program may take it; on a machine with few programs none does.
func (r *room) closed(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", loopback)
	if err != nil {
		return "", fmt.Errorf("clinic: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

// tls is the first relay's TCP behind TLS with this certificate.
func (r *room) tls(ctx context.Context, certificate *tls.Certificate) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", loopback)
	if err != nil {
		return "", fmt.Errorf("clinic: %w", err)
	}
	front := &tlsFront{
		listener: tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12,
		}),
		to: r.relays[0].Addr().String(),
	}
	front.serving.Go(func() { front.serve(ctx) })
	_, err = keep(r, front, nil)
	return listener.Addr().String(), err
}

// tlsFront takes TLS off and passes on what is in it.
type tlsFront struct {
	listener net.Listener
	to       string
	serving  sync.WaitGroup

	mu     sync.Mutex
	closed bool       // guarded by mu
	open   []net.Conn // guarded by mu
}

func (f *tlsFront) serve(ctx context.Context) {
	for {
		conn, err := f.listener.Accept()
		if err != nil {
			return
		}
		behind, err := new(net.Dialer).DialContext(ctx, "tcp", f.to)
		if err != nil {
			_ = conn.Close() // nobody is behind it
			continue
		}
		if !f.keep(conn, behind) {
			return
		}
		f.serving.Go(func() { pass(conn, behind) })
		f.serving.Go(func() { pass(behind, conn) })
	}
}

// keep remembers connections for Close, or closes them when that was.
func (f *tlsFront) keep(conns ...net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		for _, conn := range conns {
			_ = conn.Close() // it came too late
		}
		return false
	}
	f.open = append(f.open, conns...)
	return true
}

func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from) // one end's end is the other's
	_, _ = to.Close(), from.Close()
}

// Close ends every connection and waits.
func (f *tlsFront) Close() error {
	err := f.listener.Close()
	f.mu.Lock()
	f.closed = true
	for _, conn := range f.open {
		_ = conn.Close() // perhaps it has ended before
	}
	f.mu.Unlock()
	f.serving.Wait()
	return err
}
