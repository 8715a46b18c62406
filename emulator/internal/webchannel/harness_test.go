package webchannel_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	listenPath = "/google.firestore.v1.Firestore/Listen/channel"
	database   = "projects/demo-a/databases/(default)"
)

// harness is a server with one channel, and an HTTP client for it.
type harness struct {
	t        testing.TB
	server   *webchannel.Server
	client   *http.Client
	base     string                   // the channel's URL
	accepted chan *webchannel.Session // the sessions, unless serve was given accept
	ended    chan error               // the causes of their contexts
}

type acceptFunc func(context.Context, *webchannel.Session)

// serve starts a server on 127.0.0.1. A nil accept hands the sessions to the test.
func serve(t testing.TB, opts *webchannel.Options, accept acceptFunc) *harness {
	t.Helper()
	h, handler := newHarness(t, opts, accept)
	server := httptest.NewServer(handler)
	h.client, h.base = server.Client(), server.URL+listenPath
	t.Cleanup(func() {
		h.close()
		server.Close()
	})
	return h
}

// serveHTTP2 does the same over TLS and HTTP/2.
func serveHTTP2(t testing.TB, opts *webchannel.Options, accept acceptFunc) *harness {
	t.Helper()
	h, handler := newHarness(t, opts, accept)
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	h.client, h.base = server.Client(), server.URL+listenPath
	t.Cleanup(func() {
		h.close()
		server.Close()
	})
	return h
}

// servePipe does the same over net.Pipe, which a bubble of testing/synctest can wait for.
func servePipe(t testing.TB, opts *webchannel.Options, accept acceptFunc) *harness {
	t.Helper()
	h, handler := newHarness(t, opts, accept)
	listener := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	h.client, h.base = &http.Client{Transport: &http.Transport{DialContext: listener.dial}}, "http://pipe"+listenPath
	t.Cleanup(func() {
		h.close()
		h.client.CloseIdleConnections()
		server.Close()
		<-stopped
	})
	return h
}

func newHarness(t testing.TB, opts *webchannel.Options, accept acceptFunc) (*harness, http.Handler) {
	h := &harness{
		t: t, server: webchannel.New(opts),
		accepted: make(chan *webchannel.Session, 10_000), ended: make(chan error, 10_000),
	}
	if accept == nil {
		accept = func(ctx context.Context, s *webchannel.Session) {
			h.accepted <- s
			<-ctx.Done()
			h.ended <- context.Cause(ctx)
		}
	}
	mux := http.NewServeMux()
	mux.Handle(listenPath, h.server.Handler(accept))
	return h, mux
}

func (h *harness) close() {
	h.t.Helper()
	if err := h.server.Close(context.Background()); err != nil {
		h.t.Error(err)
	}
	if n, sessions := h.server.Buffered(), h.server.Sessions(); n != 0 || sessions != 0 {
		h.t.Errorf("after Close %d bytes are buffered and %d sessions there", n, sessions)
	}
}

// pipeListener is a network without a network.
type pipeListener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
