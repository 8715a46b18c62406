package functions

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/parley-chat/parley/functions/iceservers"
	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

// Verifier tells whose an ID token is (SPEC A1). It is safe for concurrent use. Its error wraps
// [ErrTokenRefused] if the token is at fault, and is any other if it could not find out.
type Verifier interface {
	UID(ctx context.Context, idToken string) (string, error)
}

// ErrTokenRefused tells that an ID token is malformed, expired, or not of this project.
var ErrTokenRefused = errors.New("functions: the ID token is refused")

// Matcher pairs strangers. It is safe for concurrent use. Its errors are those of package matchmaker.
type Matcher interface {
	Match(ctx context.Context, r matchmaker.Request) (protocol.QuickMatchAnswer, error)
	Cancel(ctx context.Context, c matchmaker.Cancelled) error
}

// Dependencies are what the API is made of. Verifier and Matcher are required.
type Dependencies struct {
	Verifier Verifier
	Matcher  Matcher
	// Pools are the pools that exist. Default: protocol.DefaultPool alone.
	Pools []string
	// ICE is what POST /ice-servers hands out. Default: no server at all.
	ICE iceservers.Config
	// Timeout bounds a request. Default 10 s.
	Timeout time.Duration
	// Now is the clock, safe for concurrent use. Default time.Now.
	Now func() time.Time
	// Random is a cryptographic source, safe for concurrent use. Default crypto/rand.Reader.
	Random io.Reader
	// Log gets one line for each request. Default: nobody reads it.
	Log *slog.Logger
}

func (d Dependencies) withDefaults() Dependencies {
	if d.Pools == nil {
		d.Pools = []string{protocol.DefaultPool}
	}
	if d.Timeout == 0 {
		d.Timeout = 10 * time.Second
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Random == nil {
		d.Random = rand.Reader
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return d
}

// NewHandler is the whole API (SPEC section 2). It does no I/O and starts nothing.
func NewHandler(d Dependencies) http.Handler {
	d = d.withDefaults()
	api := &api{d, iceservers.New(d.ICE, iceservers.Options{Now: d.Now, Random: d.Random, Log: d.Log})}
	mux := http.NewServeMux()
	for route, methods := range map[string]methods{
		"/quick-match": {
			http.MethodPost:   api.authenticated(api.postQuickMatch),
			http.MethodDelete: api.authenticated(api.deleteQuickMatch),
		},
		"/ice-servers": {http.MethodPost: api.authenticated(api.postICEServers)},
		"/health":      {http.MethodGet: getHealth, http.MethodHead: getHealth},
	} {
		mux.Handle(route, api.serve(route, methods))
		mux.Handle("/api"+route, api.serve(route, methods))
	}
	nowhere := api.serve("none", nil)
	mux.Handle("/", nowhere)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The mux would redirect such a path, or answer it with bare text.
		if !strings.HasPrefix(r.URL.Path, "/") || r.URL.Path != path.Clean(r.URL.Path) {
			nowhere.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// api is what the handlers share; read-only.
type api struct {
	Dependencies
	iceServers *iceservers.Service
}

// handler serves a request, or says why not. It writes nothing if it returns an error.
type handler func(w http.ResponseWriter, r *http.Request) error

// methods are the methods of a path.
type methods map[string]handler

// serve finds the handler for the method, runs it within the bounds that hold for all, and writes its
// error. The route is what the log calls the path: a path that somebody made up is not logged.
func (a *api) serve(route string, methods methods) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := a.Now()
		ctx, cancel := context.WithTimeout(r.Context(), a.Timeout)
		defer cancel()
		// The body too must come in time. A writer without deadlines, as in tests, has no slow client.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(a.Timeout))
		answer := &answer{ResponseWriter: w}
		answer.Header().Set("Cache-Control", "no-store")
		answer.Header().Set("X-Content-Type-Options", "nosniff")
		a.run(methods, answer, r.WithContext(ctx))
		line := []slog.Attr{
			slog.String("route", route), slog.String("method", knownMethod(r.Method)),
			slog.Int("status", answer.status), slog.Int64("milliseconds", a.Now().Sub(begun).Milliseconds()),
		}
		if answer.code != "" {
			line = append(line, slog.String("code", string(answer.code)))
		}
		a.Log.LogAttrs(ctx, levelOf(answer.status), "request", line...)
	})
}

// run runs the handler; a panic becomes internal (SPEC A10).
func (a *api) run(methods methods, w *answer, r *http.Request) {
	ctx := r.Context()
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		if err, ok := thrown.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(thrown) // the way to break a connection off
		}
		a.logPanic(ctx, thrown)
		a.fail(w, r, protocol.NewProblem(protocol.Internal, "", "a bug; the log has the detail"))
	}()
	handle, known := methods[r.Method]
	switch {
	case methods == nil:
		a.fail(w, r, protocol.NewProblem(protocol.NotFound, "", "no such path"))
	case !known:
		w.Header().Set("Allow", strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
		a.fail(w, r, protocol.NewProblem(protocol.MethodNotAllowed, "", "the path has other methods"))
	default:
		if err := handle(w, r); err != nil {
			a.fail(w, r, err)
		}
	}
}

// getHealth touches nothing (SPEC A9).
func getHealth(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// knownMethod keeps text that somebody made up out of the log.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions:
		return method
	}
	return "other"
}
