package local

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	headerTimeout = 10 * time.Second // for a request's header to arrive
	idleTimeout   = 2 * time.Minute  // for a connection between requests
	drainTimeout  = 500 * time.Millisecond
)

// httpServer serves one handler on several listeners, in this process. It is safe for concurrent use.
type httpServer struct {
	server    *http.Server
	shutdown  func() error // ends every request's context, then the server
	serving   sync.WaitGroup
	closeOnce sync.Once
	closeErr  error // written by closeOnce
}

// serve starts serving at once, until close; ctx lends its values alone. config may be nil for plain HTTP.
func serve(ctx context.Context, handler http.Handler, config *tls.Config, listeners ...net.Listener) *httpServer {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &httpServer{
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: headerTimeout,
			IdleTimeout:       idleTimeout,
			TLSConfig:         config,
			BaseContext:       func(net.Listener) context.Context { return base },
			// What it would say is of clients that went away, or of a certificate not accepted yet.
			ErrorLog: log.New(io.Discard, "", 0),
		},
	}
	s.shutdown = func() error {
		cancel()
		drain, cancelDrain := context.WithTimeout(context.WithoutCancel(base), drainTimeout)
		defer cancelDrain()
		return s.server.Shutdown(drain)
	}
	for _, listener := range listeners {
		s.serving.Go(func() {
			if config == nil {
				_ = s.server.Serve(listener) // it ends with http.ErrServerClosed, at close
				return
			}
			_ = s.server.ServeTLS(listener, "", "") // the same
		})
	}
	return s
}

// close ends streams at once, lets short requests finish, and returns when the listeners are closed.
// It is idempotent.
func (s *httpServer) close() error {
	s.closeOnce.Do(func() {
		err := s.shutdown()
		if errors.Is(err, context.DeadlineExceeded) {
			err = s.server.Close()
		}
		if err != nil {
			s.closeErr = fmt.Errorf("local: closing a server: %w", err)
		}
		s.serving.Wait()
	})
	return s.closeErr
}
