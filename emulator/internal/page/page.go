// Package page is what a person sees who opens the emulator's address in a browser: the documents, who listens, what
// was asked last, what is billed, and by which rules. It only reads, past the gate: nothing of it is billed, and it is
// no operation itself.
//
//	store (snapshots) ─────────────────┐
//	gate (operations, listeners) ──────┼─► view ─► template ─► browser ──┐
//	metering, guard, clock ────────────┘     ▲                           │ every 2 s, while it can be seen
//	                                         └───────────────────────────┘
//
// # Trust
//
// Who sees the page sees everything, as the owner does. So it is for this machine alone, as package crossorigin has
// it, and no other page may frame it, read it or embed parts of it. What clients have written is text in it and never
// anything else: the template escapes it, no script but the page's own runs, and what is written from right to left
// stays in its place. How much is shown is bounded everywhere, whatever was written.
package page

import (
	"bytes"
	"embed"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// Parts is where the page's style, script and icon lie: a pattern for http.ServeMux.
const Parts = "/emulator/page/{part}"

//go:embed page.html page.css page.js icon.svg
var files embed.FS

// Sources are where what is shown comes from. All of them are asked anew for each view, and safe for concurrent use.
type Sources struct {
	Databases  func() []*store.Store
	Operations func() []gate.Operation // the newest first
	Listeners  func() (_ []gate.Listener, streams int)
	Usage      func(database string) map[string]metering.Usage // by client
	// Rules tells whether there are rules for a project, and whether they are its own.
	Rules func(project string) (some, own bool)
	// Now is the emulator's clock, Ahead how far it was moved.
	Now   func() time.Time
	Ahead func() time.Duration
}

// Page serves the page, and at [Parts] what it consists of. It is safe for concurrent use.
type Page struct {
	from     Sources
	template func() *template.Template // reads it when it is needed first
}

// New makes a page. All sources must be there.
func New(from Sources) *Page {
	return &Page{from: from, template: sync.OnceValue(func() *template.Template {
		return template.Must(template.ParseFS(files, "page.html"))
	})}
}

// Wanted tells whether a request asks for a page: browsers that are led to an address say so, programs that look
// whether the emulator is there do not.
func Wanted(r *http.Request) bool {
	for _, accepted := range r.Header.Values("Accept") {
		for kind := range strings.SplitSeq(accepted, ",") {
			name, parameters, err := mime.ParseMediaType(kind)
			if err != nil || name != "text/html" {
				continue
			}
			if q, err := strconv.ParseFloat(parameters["q"], 64); err != nil || q > 0 {
				return true
			}
		}
	}
	return false
}

// ServeHTTP implements http.Handler, for GET and HEAD.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header())
	if crossorigin.Foreign(r) {
		http.Error(w, crossorigin.Refusal, http.StatusForbidden)
		return
	}
	asked := r.PathValue("part")
	if asked == "" {
		p.serveView(w, r)
		return
	}
	for _, part := range []string{"page.css", "page.js", "icon.svg"} {
		if part == asked {
			http.ServeFileFS(w, r, files, part)
			return
		}
	}
	http.NotFound(w, r)
}

func (p *Page) serveView(w http.ResponseWriter, r *http.Request) {
	shown := p.view(r.URL.Query())
	var page bytes.Buffer
	if err := p.template().Execute(&page, shown); err != nil {
		http.Error(w, "The page cannot be written.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if shown.Unknown != "" {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = w.Write(page.Bytes()) // to somebody who may have gone
}

// protect says what browsers must not do with the page.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "+
		"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept")
}
