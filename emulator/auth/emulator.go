package auth

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
)

// Limits and names that hold for every [Emulator].
const (
	// DefaultProject is the project of sign-ups that name none.
	DefaultProject = "demo-parley"
	// DefaultMaxUsers is how many users are kept by default.
	DefaultMaxUsers = 100_000
	// TokenLifetime is how long an ID token is good, as in production.
	TokenLifetime = time.Hour

	maxBodyBytes = 64 << 10
)

// Options are what an [Emulator] can be told. nil means the defaults.
type Options struct {
	// Project is used where neither the path nor a token names one. Default [DefaultProject].
	Project string
	// MaxUsers is how many users are kept, over all projects. A sign-up beyond is answered
	// TOO_MANY_ATTEMPTS_TRY_LATER. Default [DefaultMaxUsers].
	MaxUsers int
	// Now is the clock. Default time.Now. It is called from several goroutines at once.
	Now func() time.Time
	// Rand is the source of uids and refresh tokens. Default crypto/rand.Reader. Reads are serialised.
	Rand io.Reader
}

func (o *Options) withDefaults() Options {
	var filled Options
	if o != nil {
		filled = *o
	}
	if filled.Project == "" {
		filled.Project = DefaultProject
	}
	if filled.MaxUsers == 0 {
		filled.MaxUsers = DefaultMaxUsers
	}
	if filled.Now == nil {
		filled.Now = time.Now
	}
	if filled.Rand == nil {
		filled.Rand = rand.Reader
	}
	return filled
}

// Emulator is an http.Handler that answers as Firebase Authentication does. It starts no goroutine
// and needs no Close. It is safe for concurrent use.
type Emulator struct {
	options Options
	users   *directory
	mux     *http.ServeMux
}

var _ http.Handler = (*Emulator)(nil)

// New makes an emulator without users. opts may be nil.
func New(opts *Options) *Emulator {
	options := opts.withDefaults()
	e := &Emulator{
		options: options,
		users:   newDirectory(options.MaxUsers, options.Rand),
		mux:     http.NewServeMux(),
	}
	e.mux.HandleFunc("GET /{$}", e.ready)
	e.mux.HandleFunc("POST /identitytoolkit.googleapis.com/v1/{call}", e.client)
	e.mux.HandleFunc("POST /identitytoolkit.googleapis.com/v1/projects/{project}/{call}", e.admin)
	e.mux.HandleFunc("POST /securetoken.googleapis.com/v1/token", e.refresh)
	return e
}

// ServeHTTP answers the calls that the package doc lists, and NOT_FOUND to everything else, in the
// shape of Google's errors. Bodies are at most 64 KiB.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if crossorigin.Allow(w, r, "GET, POST", "") {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
	if _, pattern := e.mux.Handler(r); pattern == "" {
		writeError(w, http.StatusNotFound, "NOT_FOUND", "NOT_FOUND")
		return
	}
	e.mux.ServeHTTP(w, r)
}

// ready answers as the official emulator does, so that a harness can ask whether it is up.
func (e *Emulator) ready(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, map[string]any{"authEmulator": map[string]any{"ready": true}})
}

// client serves calls of the client SDKs: an API key, and a user's own ID token in the body.
func (e *Emulator) client(w http.ResponseWriter, r *http.Request) {
	c := caller{owner: isOwner(r), project: e.options.Project}
	if !c.owner && !hasAPIKey(r) {
		writeError(w, http.StatusForbidden, "The request is missing a valid API key.", "PERMISSION_DENIED")
		return
	}
	e.account(w, r, c)
}

// admin serves calls of the Admin SDK: a project in the path, and "Bearer owner".
func (e *Emulator) admin(w http.ResponseWriter, r *http.Request) {
	if !isOwner(r) {
		writeError(w, http.StatusUnauthorized, "Request is missing required authentication credential.",
			"UNAUTHENTICATED")
		return
	}
	e.account(w, r, caller{owner: true, project: r.PathValue("project")})
}

// caller is who asks: the administrator, or a client of a project.
type caller struct {
	owner   bool
	project string
}

func (e *Emulator) account(w http.ResponseWriter, r *http.Request, c caller) {
	var body accountRequest
	if !readJSON(w, r, &body) {
		return
	}
	switch r.PathValue("call") {
	case "accounts:signUp":
		e.signUp(w, c, body)
	case "accounts:lookup":
		e.lookup(w, c, body)
	case "accounts:delete":
		e.delete(w, c, body)
	default:
		writeError(w, http.StatusNotFound, "NOT_FOUND", "NOT_FOUND")
	}
}

// isOwner tells whether the administrator asks, as every Firebase emulator understands it.
func isOwner(r *http.Request) bool {
	return r.Header.Get("Authorization") == "Bearer owner"
}

func hasAPIKey(r *http.Request) bool {
	return r.URL.Query().Get("key") != "" || r.Header.Get("X-Goog-Api-Key") != ""
}

func writeJSON(w http.ResponseWriter, value any) {
	writeStatus(w, http.StatusOK, value)
}

func writeStatus(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // a value of ours that JSON has no form for: a bug
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: nobody to tell
}
