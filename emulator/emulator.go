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

	"github.com/parley-chat/parley/emulator/internal/durable"
	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/grpcserver"
	"github.com/parley-chat/parley/emulator/internal/guard"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// closeGrace bounds how long [Server.Close] waits for clients to take the last of what is theirs.
const closeGrace = 2 * time.Second

// Options of [Start]. nil, and every zero field, means the default.
type Options struct {
	// Port on 127.0.0.1. Default: a free one.
	Port int
	// Rules are the security rules of every project that is given none of its own: the text of firestore.rules.
	// Default: none, so that nothing is allowed but to the owner.
	Rules []byte
	// Project is that of people who sign up without naming one. Default [auth.DefaultProject].
	Project string
	// Data is a directory that keeps documents, so that what was acknowledged outlives the process; it is
	// made if it is not there. Default: none, and everything is gone at the end.
	Data string
}

// Server is a running emulator. It is safe for concurrent use.
type Server struct {
	listener net.Listener
	http     *http.Server
	grpc     *grpc.Server
	channels *webchannel.Server
	service  *service.Service
	gate     *gate.Gate // before the service, for all transports
	meter    *metering.Meter
	guard    *guard.Guard
	data     *durable.File // nil without a data directory

	closing sync.Once
	served  chan error // what Serve ended with
	err     error      // of Close; written once, in closing
}

// Start listens on 127.0.0.1 and serves. The caller closes the server. ctx bounds only the start. Rules that cannot be
// read are an error that says where. A data directory that is damaged or that another process has is an error that
// says so: [ErrDamaged], [ErrInUse].
func Start(ctx context.Context, o *Options) (*Server, error) {
	var options Options
	if o != nil {
		options = *o
	}
	rights := guard.New(nil)
	if options.Rules != nil {
		if err := rights.SetDefault(options.Rules); err != nil {
			return nil, fmt.Errorf("emulator: rules: %w", err)
		}
	}
	data, err := openData(options.Data)
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(options.Port))
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("emulator: %w", err), closeData(data))
	}
	api := service.New(&service.Options{Guard: rights, Store: &store.Options{Journal: journal(data)}})
	meter := metering.New()
	door := gate.New(api, meter, nil)
	s := &Server{
		listener: listener, service: api, gate: door, meter: meter, guard: rights, data: data,
		grpc:     grpcserver.New(door),
		channels: webchannel.New(nil), served: make(chan error, 1),
	}
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	s.http = &http.Server{
		Handler: s.split(s.routes(&options)), Protocols: protocols, ReadHeaderTimeout: 10 * time.Second,
	}
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// Addr is host:port, as FIRESTORE_EMULATOR_HOST has it.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close tells all clients, so that they come back at once to another server, and returns when nothing of the server
// is left and its data is kept. It is idempotent; a second call waits for the first and returns its error.
func (s *Server) Close() error {
	s.closing.Do(func() { s.err = s.close() })
	return s.err
}

func (s *Server) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	s.gate.Close()    // ends all waiting
	s.service.Close() // ends the streams of gRPC
	// Clients that do not take what is theirs in time are cut off.
	_ = s.channels.Close(ctx)
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
	s.grpc.Stop()
	kept := closeData(s.data)
	if err := <-s.served; !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(fmt.Errorf("emulator: serve: %w", err), kept)
	}
	return kept
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
