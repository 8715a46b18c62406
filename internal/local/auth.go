package local

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"github.com/parley-chat/parley/emulator/auth"
)

// AuthOptions are what [StartAuth] can be told. nil means the defaults.
type AuthOptions struct {
	// Project is the project of sign-ups that name none. Default [DefaultProject].
	Project string
}

// Auth is the Auth emulator by itself, in this process, for a Firestore that brings none. Its users are in
// memory and lost with it. It is safe for concurrent use.
type Auth struct {
	host   string
	server *httpServer
}

// StartAuth starts the emulator. It answers when StartAuth returns. ctx bounds the start alone.
func StartAuth(ctx context.Context, opts *AuthOptions) (*Auth, error) {
	if opts == nil {
		opts = new(AuthOptions)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", hostPort(loopback(), 0))
	if err != nil {
		return nil, fmt.Errorf("local: starting auth: %w", err)
	}
	project := opts.Project
	if project == "" {
		project = DefaultProject
	}
	accounts := auth.New(&auth.Options{Project: project})
	a := &Auth{
		host:   listener.Addr().String(),
		server: serve(ctx, ownHostsOnly(netip.Addr{}, accounts), nil, listener),
	}
	if err := ask(ctx, "http://"+a.host+"/"); err != nil {
		_ = a.server.close() // the first error says more
		return nil, err
	}
	return a, nil
}

// Host is host:port, as FIREBASE_AUTH_EMULATOR_HOST takes it.
func (a *Auth) Host() string { return a.host }

// Close ends the emulator and returns when it has ended. It is idempotent.
func (a *Auth) Close() error { return a.server.close() }
