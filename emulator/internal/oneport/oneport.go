// Package oneport serves gRPC and HTTP/1 on one port, each by its own server.
//
//	port ─► first bytes ─┬─ «PRI» ─► GRPC()   the preface of HTTP/2 (RFC 9113 §3.4)
//	                     └─ else ──► HTTP()
//
// Without TLS nobody but gRPC speaks HTTP/2 to an emulator: browsers and other HTTP clients do so only after TLS.
// Telling them apart by connection rather than by request lets gRPC use its own transport, which is several times
// faster than gRPC inside of net/http.
//
// # Trust
//
// A connection is handed on when its first bytes have come, and dropped when they have not within [Patience]. Nothing
// else is read of it.
package oneport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Patience is how long a connection may say nothing at first.
const Patience = 10 * time.Second

// preface is how HTTP/2 begins, as far as it is needed: no method of HTTP/1 does so.
const preface = "PRI"

// Listener takes the connections of a port. It is safe for concurrent use.
type Listener struct {
	port       net.Listener
	patience   time.Duration
	grpc, http *handed
	done       chan struct{} // closed by Close
	closing    sync.Once
	err        error // of closing the port; written in closing
	looking    sync.WaitGroup

	mu     sync.Mutex
	unsaid map[net.Conn]struct{} // guarded by mu: those whose first bytes have not come; nil after Close
}

// Listen opens a port, as net.ListenConfig does. The caller closes the Listener after the servers of both kinds.
func Listen(ctx context.Context, address string) (*Listener, error) {
	l, err := open(ctx, address)
	if err != nil {
		return nil, err
	}
	l.looking.Go(l.accept)
	return l, nil
}

// open is Listen, but for taking connections.
func open(ctx context.Context, address string) (*Listener, error) {
	port, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("oneport: %w", err)
	}
	l := &Listener{port: port, patience: Patience, done: make(chan struct{}), unsaid: map[net.Conn]struct{}{}}
	l.grpc, l.http = l.kind(), l.kind()
	return l, nil
}

func (l *Listener) kind() *handed {
	return &handed{of: l, conns: make(chan net.Conn), closed: make(chan struct{})}
}

// GRPC gives the connections that begin as HTTP/2 does. Its Close refuses further ones of them.
func (l *Listener) GRPC() net.Listener { return l.grpc }

// HTTP gives all others.
func (l *Listener) HTTP() net.Listener { return l.http }

// Addr is the port's.
func (l *Listener) Addr() net.Addr { return l.port.Addr() }

// Close closes the port and drops what nobody has taken. It is idempotent and returns when nothing of it is left.
func (l *Listener) Close() error {
	l.closing.Do(func() {
		close(l.done)
		l.err = l.port.Close()
		l.mu.Lock()
		for conn := range l.unsaid {
			_ = conn.Close() // who looks at it finds out
		}
		l.unsaid = nil
		l.mu.Unlock()
	})
	l.looking.Wait()
	return l.err
}

// accept hands on all connections, each when its first bytes have come.
func (l *Listener) accept() {
	for {
		conn, err := l.port.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // too many open files: it gets better when somebody leaves
			select {
			case <-time.After(10 * time.Millisecond):
				continue
			case <-l.done:
				return
			}
		}
		l.looking.Go(func() { l.look(conn) })
	}
}

func (l *Listener) look(conn net.Conn) {
	if !l.add(conn) {
		_ = conn.Close() // the port is closed
		return
	}
	first := make([]byte, len(preface))
	_ = conn.SetReadDeadline(time.Now().Add(l.patience)) // if it cannot be set, reading fails too
	_, err := io.ReadFull(conn, first)
	l.remove(conn)
	if err != nil {
		_ = conn.Close() // nothing was said, so nothing is answered
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	to := l.http
	if string(first) == preface {
		to = l.grpc
	}
	select {
	case to.conns <- &begun{Conn: conn, first: first}:
	case <-to.closed:
		_ = conn.Close()
	case <-l.done:
		_ = conn.Close()
	}
}

func (l *Listener) add(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unsaid == nil {
		return false
	}
	l.unsaid[conn] = struct{}{}
	return true
}

func (l *Listener) remove(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.unsaid, conn)
}

// handed are the connections of one kind.
type handed struct {
	of      *Listener
	conns   chan net.Conn
	closing sync.Once
	closed  chan struct{}
}

// Accept implements net.Listener.
func (h *handed) Accept() (net.Conn, error) {
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.closed:
	case <-h.of.done:
	}
	return nil, fmt.Errorf("oneport: %w", net.ErrClosed)
}

// Addr implements net.Listener.
func (h *handed) Addr() net.Addr { return h.of.Addr() }

// Close implements net.Listener. The port stays open for the other kind.
func (h *handed) Close() error {
	h.closing.Do(func() { close(h.closed) })
	return nil
}

// begun is a connection of which the first bytes were read. One goroutine at a time reads from it, as from any other.
type begun struct {
	net.Conn
	first []byte // that are to be read again
}

// Read implements net.Conn.
func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.first)
	b.first = b.first[n:]
	return n, nil
}
