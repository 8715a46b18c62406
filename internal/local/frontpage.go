package local

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path"
	"strconv"
	"strings"
)

// serveInit answers what Hosting answers at this path: the Firebase project of the page.
func serveInit(project string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, "application/json", http.StatusOK, map[string]string{
			"projectId":  project,
			"apiKey":     "local",
			"authDomain": r.Host,
			"appId":      "1:1:web:1",
		})
	})
}

// localSettings is /__/parley.json: where the emulators are, seen from the page (docs/adr/0005).
type localSettings struct {
	Firestore firestoreSettings `json:"firestore"`
	Auth      authSettings      `json:"auth"`
}

type firestoreSettings struct {
	Host string `json:"host"` // without port
	Port int    `json:"port"`
	SSL  bool   `json:"ssl"`
	// PerTabHost lets each tab put a label of its own before the host (c1.localhost), for six
	// connections of its own.
	PerTabHost bool `json:"perTabHost"`
	// GRPC is host:port of the emulator itself, for Go peers on this machine: the front passes WebChannel and
	// REST on, not gRPC. Empty when there is no emulator, and for other machines.
	GRPC string `json:"grpc,omitempty"`
}

type authSettings struct {
	URL string `json:"url"` // as connectAuthEmulator takes it
}

// serveLocalSettings names the front itself, by the name that the page was opened with, and to this machine
// the Firestore emulator behind it.
func serveLocalSettings(firestoreHost string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answerLocalSettings(w, r, firestoreHost) }
}

func answerLocalSettings(w http.ResponseWriter, r *http.Request, firestoreHost string) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	host, port := hostOf(r), portOfRequest(r)
	if addr, err := netip.ParseAddr(host); err == nil && !addr.IsLoopback() {
		firestoreHost = ""
	}
	shown := host
	if strings.Contains(host, ":") {
		shown = "[" + host + "]" // an IPv6 address in a URL
	}
	answer(w, "application/json", http.StatusOK, localSettings{
		Firestore: firestoreSettings{
			Host: shown, Port: port, SSL: r.TLS != nil, PerTabHost: r.TLS == nil && host == "localhost",
			GRPC: firestoreHost,
		},
		Auth: authSettings{URL: scheme + "://" + net.JoinHostPort(host, strconv.Itoa(port))},
	})
}

// page serves the built app as Hosting does: files, and index.html for every path that is none.
type page struct {
	dir     string
	gzipped *gzipped
}

// newPage serves the folder dir; "" is a front without a page.
func newPage(dir string) http.Handler {
	if dir == "" {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "this front serves no page", http.StatusNotFound)
		})
	}
	return page{dir: dir, gzipped: new(gzipped)}
}

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setPageHeaders(w.Header(), r)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "a page is read", http.StatusMethodNotAllowed)
		return
	}
	root, err := os.OpenRoot(p.dir) // for each request: a build may put another folder in its place
	if err != nil {
		notBuilt(w)
		return
	}
	defer func() { _ = root.Close() }() // it was only read
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	const assets = "assets/" // their names carry a hash of what is in them
	switch {
	case isFile(root, name):
		if strings.HasPrefix(name, assets) {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
	case strings.HasPrefix(name, assets):
		// A page would be read as a script, and fail in a way that says nothing.
		http.Error(w, "no such asset", http.StatusNotFound)
		return
	default:
		name = "index.html"
		if !isFile(root, name) {
			notBuilt(w)
			return
		}
	}
	p.serveFile(w, r, root, name)
}

func notBuilt(w http.ResponseWriter) {
	http.Error(w, "the web app is not built: npm --prefix web run build", http.StatusNotFound)
}

// serveFile answers with a file of root, or 404 when it went away meanwhile: a build is running.
func (p page) serveFile(w http.ResponseWriter, r *http.Request, root *os.Root, name string) {
	file, err := root.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		http.NotFound(w, r)
		return
	}
	content := io.ReadSeeker(file)
	if isText(name) {
		w.Header().Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			body, err := p.gzipped.of(name, file, info)
			if err != nil {
				http.Error(w, "the page cannot be read", http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Encoding", "gzip")
			content = bytes.NewReader(body)
		}
	}
	http.ServeContent(w, r, name, info.ModTime(), content)
}

func isFile(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// setPageHeaders are Hosting's (firebase.json), and a policy under which a script that is not the app's
// own cannot run, and nothing but the front can be called.
func setPageHeaders(h http.Header, r *http.Request) {
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", contentPolicy(r))
}

func contentPolicy(r *http.Request) string {
	tabs := "" // the hosts of a tab's own: see firestoreSettings.PerTabHost
	if r.TLS == nil {
		tabs = fmt.Sprintf(" http://*.localhost:%d", portOfRequest(r))
	}
	return "default-src 'none'; script-src 'self'; worker-src 'self'; " +
		"style-src 'self' 'unsafe-inline'; " + // the style attributes and elements of the widgets
		"img-src 'self' data: blob:; font-src 'self'; media-src 'self' blob:; manifest-src 'self'; " +
		"connect-src 'self'" + tabs + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
