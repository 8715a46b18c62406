package local

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// newProxyTransport makes a connection for each request. The Firestore emulator closes those that it is
// done with while the next request may be under way on them, and a POST is not sent twice.
func newProxyTransport() *http.Transport {
	return &http.Transport{
		DialContext:        (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
		DisableKeepAlives:  true,
		DisableCompression: true, // what the client asked for is passed on
	}
}

// newProxy passes requests on to a service, path and query unchanged, and answers byte by byte as they
// come. An empty or broken address, and a service that is down, is answered by unavailable.
func newProxy(to string, transport http.RoundTripper, unavailable http.HandlerFunc) http.Handler {
	target, err := url.Parse(to)
	if err != nil || target.Host == "" {
		return unavailable
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.SetXForwarded()
		},
		Transport:     transport,
		FlushInterval: -1, // WebChannel is a stream
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, _ error) {
			unavailable(w, r)
		},
		ErrorLog: log.New(io.Discard, "", 0), // a client that left
	}
}

// apiUnavailable answers for a function that is down, as the API itself would (SPEC A10).
func apiUnavailable(w http.ResponseWriter, _ *http.Request) {
	code := protocol.Unavailable
	w.Header().Set("Retry-After", "1")
	answer(w, "application/problem+json", code.Status(), map[string]any{
		"type":   "urn:parley:problem:" + string(code),
		"title":  "Unavailable",
		"status": code.Status(),
		"code":   code,
		"detail": "the function is not running",
	})
}

// googleUnavailable answers for an emulator that is down, in the shape of Google's errors.
func googleUnavailable(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" { // so that the SDK can read it
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		w.Header().Add("Vary", "Origin")
	}
	answer(w, "application/json", http.StatusServiceUnavailable, map[string]any{"error": map[string]any{
		"code": http.StatusServiceUnavailable, "message": "the emulator is not running", "status": "UNAVAILABLE",
	}})
}

func answer(w http.ResponseWriter, contentType string, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil { // a value of ours that JSON has no form for: a bug
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone: nobody to tell
}
