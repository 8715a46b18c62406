package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/parley-chat/parley/emulator/auth"
	"github.com/parley-chat/parley/emulator/internal/crossorigin"
	"github.com/parley-chat/parley/emulator/internal/durable"
	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/grpcserver"
	"github.com/parley-chat/parley/emulator/internal/guard"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/oneport"
	"github.com/parley-chat/parley/emulator/internal/service"
	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/ttl"
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
	// Data is a directory that keeps documents and accounts, so that what was acknowledged outlives the process; it is
	// made if it is not there. Default: none, and everything is gone at the end.
	Data string
	// Indexes are the text of firestore.indexes.json: documents are deleted when their time is over by its field
	// overrides that say «ttl». The indexes in it are for production alone. Default: none, and documents stay.
	Indexes []byte
}

// Server is a running emulator. It is safe for concurrent use.
type Server struct {
	clock    *clock
	listener *oneport.Listener
	http     *http.Server
	grpc     *grpc.Server
	channels *webchannel.Server
	service  *service.Service
	gate     *gate.Gate // before the service, for all transports
	meter    *metering.Meter
	guard    *guard.Guard
	accounts *auth.Emulator
	sweeper  *ttl.Sweeper
	data     *durable.File // nil without a data directory

	closing  sync.Once
	sweeping func()     // ends the sweeper, and waits for it
	served   chan error // what gRPC and HTTP ended with
	err      error      // of Close; written once, in closing
}

// Start listens on 127.0.0.1 and serves. The caller closes the server. ctx bounds only the start. Rules and indexes
// that cannot be read are an error that says where. A data directory that is damaged or that another process has is an
// error that says so: [ErrDamaged], [ErrInUse].
func Start(ctx context.Context, o *Options) (*Server, error) {
	var options Options
	if o != nil {
		options = *o
	}
	s := &Server{clock: &clock{}, served: make(chan error, 2)}
	if err := s.prepare(ctx, options); err != nil {
		if s.service != nil {
			s.service.Close()
		}
		return nil, errors.Join(err, closeData(s.data))
	}
	s.gate = gate.New(s.service, s.meter, s.clock.now)
	s.grpc = grpcserver.New(s.gate)
	// A message that is too large for Firestore comes through, for its stream to say so.
	s.channels = webchannel.New(&webchannel.Options{MaxMessageBytes: webchannel.DefaultMaxBodyBytes})
	s.http = &http.Server{Handler: crossorigin.OwnHosts(s.routes()), ReadHeaderTimeout: oneport.Patience}
	s.sweeping = running(s.sweeper.Run) //nolint:contextcheck // it runs until Close; ctx bounds only the start
	go func() { s.served <- s.grpc.Serve(s.listener.GRPC()) }()
	go func() { s.served <- s.http.Serve(s.listener.HTTP()) }()
	return s, nil
}

// prepare makes all that can fail. What it has made before an error, it leaves in s.
func (s *Server) prepare(ctx context.Context, o Options) (err error) {
	s.guard = guard.New(s.clock.now)
	if o.Rules != nil {
		if err := s.guard.SetDefault(o.Rules); err != nil {
			return fmt.Errorf("emulator: rules: %w", err)
		}
	}
	policies, err := policiesOf(o.Indexes)
	if err != nil {
		return err
	}
	if s.data, err = openData(o.Data); err != nil {
		return err
	}
	if s.accounts, err = openAccounts(s.data, &auth.Options{Project: o.Project, Now: s.clock.now}); err != nil {
		return err
	}
	kept := &store.Options{Journal: journal(s.data), Now: s.clock.now}
	s.service = service.New(&service.Options{Guard: s.guard, Store: kept})
	s.meter = metering.New()
	s.sweeper = ttl.New(policies, s.service.Databases, s.clock.now, func(database string, n int64) {
		s.meter.Add(database, metering.Owner, metering.Usage{Deletes: n})
	})
	s.listener, err = oneport.Listen(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(o.Port)))
	if err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	return nil
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
	s.sweeping()
	s.gate.Close()    // ends all waiting
	s.service.Close() // ends the streams of gRPC
	// Clients that do not take what is theirs in time are cut off.
	_ = s.channels.Close(ctx)
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
	s.stopGRPC(ctx)
	errs := []error{s.listener.Close(), closeData(s.data)}
	for range cap(s.served) {
		err := <-s.served
		// gRPC says «stopped» when it was closed before its goroutine had begun.
		if err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, grpc.ErrServerStopped) {
			errs = append(errs, fmt.Errorf("emulator: serve: %w", err))
		}
	}
	return errors.Join(errs...)
}

// stopGRPC lets clients hear what their calls ended with, as long as ctx allows.
func (s *Server) stopGRPC(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.grpc.GracefulStop()
	}()
	select {
	case <-done:
	case <-ctx.Done():
		s.grpc.Stop()
		<-done
	}
}
