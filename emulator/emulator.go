package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/parley-chat/parley/emulator/auth"
	"github.com/parley-chat/parley/emulator/internal/grpcserver"
	"github.com/parley-chat/parley/emulator/internal/rest"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/webchannel"
	"github.com/parley-chat/parley/emulator/internal/webstreams"
)

// closeGrace bounds how long [Server.Close] waits for clients to take the last of what is theirs.
const closeGrace = 2 * time.Second

// Options of [Start]. nil, and every zero field, means the default.
type Options struct {
	// Port on 127.0.0.1. Default: a free one.
	Port int
}

// Server is a running emulator. It is safe for concurrent use.
type Server struct {
	listener net.Listener
	http     *http.Server
	grpc     *grpc.Server
	channels *webchannel.Server
	service  *service.Service

	closing sync.Once
	served  chan error // what Serve ended with
	err     error      // of Close; written once, in closing
}

// Start listens on 127.0.0.1 and serves. The caller closes the server. ctx bounds only the start.
func Start(ctx context.Context, o *Options) (*Server, error) {
	var options Options
	if o != nil {
		options = *o
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(options.Port))
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	api := service.New(nil)
	s := &Server{
		listener: listener, service: api, grpc: grpcserver.New(api), channels: webchannel.New(nil),
		served: make(chan error, 1),
	}
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	s.http = &http.Server{
		Handler: s.split(s.routes()), Protocols: protocols, ReadHeaderTimeout: 10 * time.Second,
	}
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// Addr is host:port, as FIRESTORE_EMULATOR_HOST has it.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close tells all clients, so that they come back at once to another server, and returns when nothing of the server
// is left. It is idempotent; a second call waits for the first and returns its error.
func (s *Server) Close() error {
	s.closing.Do(func() { s.err = s.close() })
	return s.err
}

func (s *Server) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	s.service.Close() // ends the streams of gRPC
	// Clients that do not take what is theirs in time are cut off.
	_ = s.channels.Close(ctx)
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
	s.grpc.Stop()
	if err := <-s.served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("emulator: serve: %w", err)
	}
	return nil
}

// split gives gRPC's requests to gRPC and all others to the mux.
func (s *Server) split(others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			s.grpc.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	const streams = "/google.firestore.v1.Firestore/"
	mux.Handle(streams+"Listen/channel", s.channels.Handler(webstreams.Listen(s.service)))
	mux.Handle(streams+"Write/channel", s.channels.Handler(webstreams.Write(s.service)))
	mux.Handle(rest.Prefix, rest.New(s.service))
	accounts := auth.New(nil)
	mux.Handle("/identitytoolkit.googleapis.com/", accounts)
	mux.Handle("/securetoken.googleapis.com/", accounts)
	mux.HandleFunc("DELETE /emulator/v1/projects/{project}/databases/{database}/documents", s.clear)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("Ok\n")) })
	return mux
}

// clear deletes all documents of a database, as the official emulator's endpoint does.
func (s *Server) clear(w http.ResponseWriter, r *http.Request) {
	ctx := service.WithCaller(r.Context(), service.Caller{Admin: true})
	name := "projects/" + r.PathValue("project") + "/databases/" + r.PathValue("database")
	if err := s.service.Clear(ctx, name); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}"))
}
