package local

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
)

// DefaultFrontPort is the front's port when it is free.
const DefaultFrontPort = 4000

// FrontOptions are what [StartFront] can be told; nil means the defaults. A host that is empty is answered
// 503 where it would have been asked.
type FrontOptions struct {
	// Project is what /__/firebase/init.json says. Default [DefaultProject].
	Project string
	// Web is the folder of the built app. Default: none; the page is 404.
	Web string
	// FirestoreHost and AuthHost are host:port of the emulators.
	FirestoreHost, AuthHost string
	// FunctionURL is where /api/** goes.
	FunctionURL string
	// Port on loopback, and on LAN. Default 0: [DefaultFrontPort] when it is free, else a free one.
	Port int
	// AnyPort makes Port 0 mean a free one always, which is what tests want.
	AnyPort bool
	// LAN is an address of this machine to listen on too. The zero value means loopback alone.
	LAN netip.Addr
	// Certificate makes the front speak HTTPS, and HTTP/2. Required with LAN: browsers refuse
	// WebCrypto and the camera to plain HTTP from another machine.
	Certificate *tls.Certificate
}

// errPlainLAN refuses to open plain HTTP to the network.
var errPlainLAN = errors.New("a LAN address needs a certificate")

// Front is the one origin that a browser talks to: page, function and emulators. It is safe for
// concurrent use.
type Front struct {
	url    string
	lanURL string
	server *httpServer
}

// StartFront listens and serves. It answers when StartFront returns. ctx bounds the start alone. It
// fails when opts.Port is told and taken.
func StartFront(ctx context.Context, opts *FrontOptions) (*Front, error) {
	if opts == nil {
		opts = new(FrontOptions)
	}
	if opts.LAN.IsValid() && opts.Certificate == nil {
		return nil, fmt.Errorf("local: starting front: %w", errPlainLAN)
	}
	listeners, err := listenFront(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("local: starting front: %w", err)
	}
	port := portOf(listeners[0])
	scheme := "http"
	var config *tls.Config
	if opts.Certificate != nil {
		scheme = "https"
		config = &tls.Config{Certificates: []tls.Certificate{*opts.Certificate}, MinVersion: tls.VersionTLS12}
	}
	f := &Front{
		url:    fmt.Sprintf("%s://localhost:%d", scheme, port),
		server: serve(ctx, newFrontHandler(opts), config, listeners...),
	}
	if opts.LAN.IsValid() {
		f.lanURL = scheme + "://" + hostPort(opts.LAN, port)
	}
	return f, nil
}

// listenFront opens the port on 127.0.0.1, on ::1 where there is one (browsers try it first for
// "localhost"), and on the LAN address.
func listenFront(ctx context.Context, opts *FrontOptions) ([]net.Listener, error) {
	port := opts.Port
	if port == 0 && !opts.AnyPort {
		listeners, err := listenOn(ctx, DefaultFrontPort, opts.LAN)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return listeners, err
		}
	}
	const tries = 8 // a port that is free on one address is hardly ever taken on another
	for try := 1; ; try++ {
		listeners, err := listenOn(ctx, port, opts.LAN)
		if err == nil || port != 0 || try == tries || !errors.Is(err, syscall.EADDRINUSE) {
			return listeners, err
		}
	}
}

func listenOn(ctx context.Context, port int, lan netip.Addr) ([]net.Listener, error) {
	var config net.ListenConfig
	first, err := config.Listen(ctx, "tcp", hostPort(loopback(), port))
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	listeners := []net.Listener{first}
	addrs := []netip.Addr{netip.IPv6Loopback()}
	if lan.IsValid() && !lan.IsLoopback() {
		addrs = append(addrs, lan)
	}
	for _, addr := range addrs {
		listener, err := config.Listen(ctx, "tcp", hostPort(addr, portOf(first)))
		if err == nil {
			listeners = append(listeners, listener)
			continue
		}
		if addr == netip.IPv6Loopback() && !errors.Is(err, syscall.EADDRINUSE) {
			continue // this machine has no IPv6
		}
		for _, open := range listeners {
			err = errors.Join(err, open.Close())
		}
		return nil, fmt.Errorf("listening: %w", err)
	}
	return listeners, nil
}

// URL is the origin to open on this machine: http://localhost:PORT, without a slash at its end.
func (f *Front) URL() string { return f.url }

// LANURL is the origin to open on other machines, empty without LAN.
func (f *Front) LANURL() string { return f.lanURL }

// Close ends every stream and returns when the front has ended. It is idempotent.
func (f *Front) Close() error { return f.server.close() }

// newFrontHandler puts the guards around the routes.
func newFrontHandler(opts *FrontOptions) http.Handler {
	transport := newProxyTransport()
	project := opts.Project
	if project == "" {
		project = DefaultProject
	}
	firestore := newProxy("http://"+opts.FirestoreHost, transport, googleUnavailable)
	auth := newProxy("http://"+opts.AuthHost, transport, googleUnavailable)
	function := newProxy(opts.FunctionURL, transport, apiUnavailable)

	mux := http.NewServeMux()
	mux.Handle("/api/", function)
	mux.Handle("/google.firestore.v1.Firestore/", firestore)
	mux.Handle("/v1/projects/", firestore)
	mux.Handle("/identitytoolkit.googleapis.com/", auth)
	mux.Handle("/securetoken.googleapis.com/", auth)
	mux.Handle("/__/firebase/init.json", serveInit(project))
	mux.Handle("/__/parley.json", serveLocalSettings(opts.FirestoreHost))
	mux.Handle("/__/", http.NotFoundHandler())
	mux.Handle("/", newPage(opts.Web))

	return ownHostsOnly(opts.LAN, refuseFarOwner(mux))
}

// ownHostsOnly refuses requests for names that are not the front's own, so that a page of another site
// cannot reach it by a name of its own that resolves to this machine (DNS rebinding).
func ownHostsOnly(lan netip.Addr, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostOf(r)
		addr, err := netip.ParseAddr(host)
		own := host == "localhost" || strings.HasSuffix(host, ".localhost") ||
			err == nil && (addr.IsLoopback() || addr == lan)
		if !own {
			http.Error(w, "this server does not serve that host", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuseFarOwner refuses the administrator's header, which every Firebase emulator takes, to requests
// from other machines.
func refuseFarOwner(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		near := err == nil && from.Addr().Unmap().IsLoopback()
		if !near && strings.EqualFold(strings.TrimSpace(r.Header.Get("Authorization")), "Bearer owner") {
			http.Error(w, "the administrator is on this machine only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf is the host that a request names, in lower case, without port and brackets.
func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	return strings.ToLower(host)
}

// portOfRequest is the port that a request names, or its scheme's.
func portOfRequest(r *http.Request) int {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		if n, err := strconv.Atoi(port); err == nil {
			return n
		}
	}
	if r.TLS != nil {
		return 443
	}
	return 80
}
