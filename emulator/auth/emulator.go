package auth

import (
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"sync"
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

	maxBodyBytes = 256 << 10 // a thousand uids, which accounts:batchDelete takes, and what is around them
	maxProject   = 128
)

// Options are what an [Emulator] can be told. nil means the defaults.
type Options struct {
	// Project is used where neither the path nor a token names one. Default [DefaultProject].
	Project string
	// MaxUsers is how many users are kept, over all projects. A sign-up beyond is answered
	// TOO_MANY_ATTEMPTS_TRY_LATER. Default [DefaultMaxUsers].
	MaxUsers int
	// Now is the clock. Default time.Now. Calls are serialised.
	Now func() time.Time
	// Rand is the source of uids. Default crypto/rand.Reader. Reads are serialised.
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
	mux     *http.ServeMux

	mu    sync.Mutex // held for a whole call, so that what a call finds is so until it ends
	users *directory // guarded by mu
}

var _ http.Handler = (*Emulator)(nil)

// New makes an emulator without users; they are in memory. opts may be nil.
func New(opts *Options) *Emulator {
	options := opts.withDefaults()
	e := &Emulator{
		options: options,
		users:   newDirectory(options.MaxUsers, options.Rand),
		mux:     http.NewServeMux(),
	}
	const toolkit = "/identitytoolkit.googleapis.com/v1/"
	const projects = toolkit + "projects/{project}/"
	e.mux.HandleFunc("GET /{$}", e.ready)
	e.mux.HandleFunc("POST "+toolkit+"{call}", e.client)
	e.mux.HandleFunc("POST "+projects+"{call}", e.admin)
	e.mux.HandleFunc("GET "+projects+"{call}", e.admin)
	e.mux.HandleFunc("/identitytoolkit.googleapis.com/v2/", secondVersion)
	e.mux.HandleFunc("POST /securetoken.googleapis.com/v1/token", e.token)
	e.mux.HandleFunc("DELETE /emulator/v1/projects/{project}/accounts", e.clear)
	e.mux.HandleFunc("GET /emulator/auth/{page}", noPopup)
	return e
}

// ServeHTTP answers the calls that the package doc lists, and NOT_FOUND to everything else, in the
// shape of Google's errors. Bodies are at most 256 KiB.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if crossorigin.Allow(w, r, "GET, POST, DELETE", "") {
		return
	}
	administers := saysOwner(r) || strings.HasPrefix(r.URL.Path, "/emulator/v1/")
	if administers && crossorigin.Foreign(r) {
		writeError(w, http.StatusForbidden, crossorigin.Refusal, "PERMISSION_DENIED")
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
	writeStatus(w, http.StatusOK, map[string]any{"authEmulator": map[string]any{"ready": true}})
}

// client serves calls of the client SDKs: an API key, and a user's own ID token in the body.
func (e *Emulator) client(w http.ResponseWriter, r *http.Request) {
	c := caller{owner: saysOwner(r), project: e.options.Project}
	if !c.owner && !hasAPIKey(r) {
		writeError(w, http.StatusForbidden, "The request is missing a valid API key.", "PERMISSION_DENIED")
		return
	}
	e.call(w, r, c)
}

// admin serves calls of the Admin SDK: a project in the path, and "Bearer owner".
func (e *Emulator) admin(w http.ResponseWriter, r *http.Request) {
	if !saysOwner(r) {
		writeError(w, http.StatusUnauthorized, "Request is missing required authentication credential.",
			"UNAUTHENTICATED")
		return
	}
	project := r.PathValue("project")
	if len(project) > maxProject || strings.Contains(project, "/") {
		writeError(w, http.StatusNotFound, "NOT_FOUND : No project is called so.", "NOT_FOUND")
		return
	}
	e.call(w, r, caller{owner: true, project: project})
}

// caller is who asks: the administrator, or a client of a project.
type caller struct {
	owner   bool
	project string
}

// saysOwner tells whether the administrator asks, as every Firebase emulator understands it.
func saysOwner(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Authorization"), "Bearer owner")
}

func hasAPIKey(r *http.Request) bool {
	return r.URL.Query().Get("key") != "" || r.Header.Get("X-Goog-Api-Key") != ""
}
