package local

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/parley-chat/parley/emulator"
	"github.com/parley-chat/parley/internal/local/turnserver"
)

// Stack is a set of running services. It is safe for concurrent use.
type Stack struct {
	options Options // read-only after Start

	// The services; nil when left out or given. Read-only after Start.
	emulator    *emulator.Server // Parley's own Firestore, and Auth with it
	firestore   *Firestore       // the official one
	auth        *Auth
	turn        *turnserver.Server
	function    *Function
	front       *Front
	certificate *tls.Certificate

	log       *lineSink
	events    *reporter
	closeOnce sync.Once
	closeErr  error // written by closeOnce
}

// Start starts what [Options] ask for and returns when all of it answers. ctx bounds the start alone:
// what runs, runs until Close. opts may be nil. On an error nothing is left running. When something is
// not installed the error is a [*MissingError].
func Start(ctx context.Context, opts *Options) (*Stack, error) {
	options, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Stack{options: options, log: &lineSink{w: options.Log}, events: newReporter(options.OnEvent)}
	for _, start := range []func(context.Context) error{
		s.startFirestore, s.startAuth, s.startTURN, s.startFunction, s.startFront,
	} {
		if err := start(ctx); err != nil {
			return nil, errors.Join(err, s.Close()) //nolint:contextcheck // Close bounds itself
		}
	}
	return s, nil
}

func (s *Stack) startFirestore(ctx context.Context) error {
	if host := s.options.FirestoreHost; host != "" {
		return s.given(ctx, FirestoreService, host, "FIRESTORE_EMULATOR_HOST")
	}
	if !s.options.has(FirestoreService) {
		return nil
	}
	if !s.options.Official {
		return s.startEmulator(ctx)
	}
	var err error
	s.firestore, err = startFirestore(ctx, &FirestoreOptions{
		Rules: s.options.Rules,
		Port:  s.options.FirestorePort,
		Jar:   s.options.FirestoreJar,
	}, s.log, s.events)
	return err
}

// given checks that an emulator of the environment answers.
func (s *Stack) given(ctx context.Context, service Service, host, variable string) error {
	if err := ask(ctx, "http://"+host+"/"); err != nil {
		return fmt.Errorf("local: %s names %s, but no emulator answers there: %w", variable, host, err)
	}
	s.events.report(Event{Service: service, State: Given, URL: "http://" + host, Detail: "from the environment"})
	return nil
}

func (s *Stack) startAuth(ctx context.Context) error {
	if host := s.options.AuthHost; host != "" {
		return s.given(ctx, AuthService, host, "FIREBASE_AUTH_EMULATOR_HOST")
	}
	if !s.options.has(AuthService) {
		return nil
	}
	if s.emulator == nil {
		var err error
		if s.auth, err = StartAuth(ctx, &AuthOptions{Project: s.options.Project}); err != nil {
			return err
		}
	}
	s.events.report(Event{Service: AuthService, State: Ready, URL: "http://" + s.AuthHost()})
	return nil
}

func (s *Stack) startTURN(ctx context.Context) error {
	if !s.options.has(TURNService) {
		return nil
	}
	port := uint16(s.options.TURNPort) //nolint:gosec // withDefaults has checked it
	var err error
	s.turn, err = turnserver.Start(ctx, &turnserver.Options{Addr: s.options.LAN, Port: port})
	if err == nil {
		s.events.report(Event{
			Service: TURNService, State: Ready, URL: "turn:" + s.turn.Addr().String(), Detail: "UDP and TCP",
		})
	}
	return err
}

func (s *Stack) startFunction(ctx context.Context) error {
	if !s.options.has(FunctionService) {
		return nil
	}
	opts := &FunctionOptions{
		FirestoreHost: s.FirestoreHost(),
		AuthHost:      s.AuthHost(),
		Project:       s.options.Project,
		Port:          s.options.FunctionPort,
		Command:       s.options.FunctionCommand,
		Env:           s.options.FunctionEnv,
	}
	if s.turn != nil {
		opts.STUNURLs, opts.TURNURLs, opts.TURNSecret = s.turn.STUNURLs(), s.turn.TURNURLs(), s.turn.Secret()
	}
	var err error
	s.function, err = startFunction(ctx, opts, s.log, s.events)
	return err
}

func (s *Stack) startFront(ctx context.Context) error {
	if !s.options.has(FrontService) {
		return nil
	}
	opts := &FrontOptions{
		Project:       s.options.Project,
		Web:           s.options.Web,
		FirestoreHost: s.FirestoreHost(),
		AuthHost:      s.AuthHost(),
		FunctionURL:   s.FunctionURL(),
		Port:          s.options.FrontPort,
		AnyPort:       s.options.AnyPort,
		LAN:           s.options.LAN,
	}
	if opts.Web == "" && s.options.has(WebService) {
		dist, err := buildWeb(ctx, filepath.Join(s.options.Root, "web"), s.log, s.events)
		if err != nil {
			return err
		}
		opts.Web = dist
	}
	if opts.LAN.IsValid() {
		certificate, err := Certificate(s.options.CertificateDir, opts.LAN, time.Now())
		if err != nil {
			return err
		}
		s.certificate, opts.Certificate = certificate, certificate
	}
	var err error
	s.front, err = StartFront(ctx, opts)
	if err == nil {
		s.events.report(Event{
			Service: FrontService, State: Ready, URL: s.front.URL(), Detail: "page, function and emulators",
		})
	}
	return err
}

// Project is the Firebase project of all services.
func (s *Stack) Project() string { return s.options.Project }

// URL is the front's origin, http://localhost:PORT; empty when it is left out.
func (s *Stack) URL() string {
	if s.front == nil {
		return ""
	}
	return s.front.URL()
}

// LANURL is the front's origin for other machines; empty without Options.LAN.
func (s *Stack) LANURL() string {
	if s.front == nil {
		return ""
	}
	return s.front.LANURL()
}

// Fingerprint is that of the front's certificate; empty without Options.LAN.
func (s *Stack) Fingerprint() string {
	if s.certificate == nil {
		return ""
	}
	return Fingerprint(s.certificate)
}

// FirestoreHost is host:port of the Firestore emulator, started or given; empty when left out.
func (s *Stack) FirestoreHost() string {
	switch {
	case s.emulator != nil:
		return s.emulator.Addr()
	case s.firestore != nil:
		return s.firestore.Host()
	}
	return s.options.FirestoreHost
}

// AuthHost is host:port of the Auth emulator, started or given; empty when left out.
func (s *Stack) AuthHost() string {
	switch {
	case s.auth != nil:
		return s.auth.Host()
	case s.options.AuthHost == "" && s.emulator != nil && s.options.has(AuthService):
		return s.emulator.Addr()
	}
	return s.options.AuthHost
}

// FunctionURL is the function's own origin; empty when left out.
func (s *Stack) FunctionURL() string {
	if s.function == nil {
		return ""
	}
	return s.function.URL()
}

// Emulator is Parley's own emulator; nil when Firestore is the official one, left out or given.
func (s *Stack) Emulator() *emulator.Server { return s.emulator }

// Firestore is the official emulator that Start started; nil without Options.Official.
func (s *Stack) Firestore() *Firestore { return s.firestore }

// TURN is the STUN and TURN server; nil when left out.
func (s *Stack) TURN() *turnserver.Server { return s.turn }

// Function is the function; nil when left out.
func (s *Stack) Function() *Function { return s.function }

// Front is the front; nil when left out.
func (s *Stack) Front() *Front { return s.front }

// Env is what a program needs in its environment to use these services: the variables that [FromEnv]
// reads, and GOOGLE_CLOUD_PROJECT.
func (s *Stack) Env() []string {
	env := []string{"GCLOUD_PROJECT=" + s.Project(), "GOOGLE_CLOUD_PROJECT=" + s.Project()}
	for name, host := range map[string]string{
		"FIRESTORE_EMULATOR_HOST":     s.FirestoreHost(),
		"FIREBASE_AUTH_EMULATOR_HOST": s.AuthHost(),
	} {
		if host != "" {
			env = append(env, name+"="+host)
		}
	}
	slices.SortFunc(env, strings.Compare)
	return env
}

// Kill ends every child at once, for a Close that somebody no longer wants to wait for. It does not wait,
// and it is not instead of Close.
func (s *Stack) Kill() {
	if s.function != nil {
		s.function.child.kill()
	}
	if s.firestore != nil {
		s.firestore.child.kill()
	}
}

// Close ends the services, the last started first, and returns when all have ended. What was given is
// left alone. It is idempotent.
func (s *Stack) Close() error {
	s.closeOnce.Do(func() {
		var errs []error
		if s.front != nil {
			errs = append(errs, s.front.Close())
		}
		if s.function != nil {
			errs = append(errs, s.function.Close())
		}
		if s.turn != nil {
			errs = append(errs, s.turn.Close())
		}
		if s.auth != nil {
			errs = append(errs, s.auth.Close())
		}
		if s.firestore != nil {
			errs = append(errs, s.firestore.Close())
		}
		if s.emulator != nil {
			errs = append(errs, s.emulator.Close())
		}
		s.closeErr = errors.Join(errs...)
	})
	return s.closeErr
}
