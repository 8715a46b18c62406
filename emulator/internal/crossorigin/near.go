package crossorigin

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Refusal is what those are told who would be the administrator and may not.
const Refusal = "The administrator is on this machine: no page of another site or of none, and no other machine."

// Foreign tells whether a request comes from elsewhere: a page of another site than this machine's own sent it, or a
// proxy sent it on for another machine. Who is foreign is never the administrator. A page without a site, such as one
// in a file, says «null» and is foreign, since any site can have such pages. Programs say no origin.
func Foreign(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		page, err := url.Parse(origin)
		if err != nil || page.Scheme != "http" && page.Scheme != "https" || !loopback(page.Hostname()) {
			return true
		}
	}
	for _, hops := range r.Header.Values("X-Forwarded-For") {
		for hop := range strings.SplitSeq(hops, ",") {
			if !loopback(strings.TrimSpace(hop)) {
				return true
			}
		}
	}
	return false
}

// OwnHosts refuses requests for other hosts than this machine, with any port: a page of another site cannot reach it
// by a name of its own that resolves to this machine (DNS rebinding), which would make it a page of the same site.
func OwnHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = strings.Trim(r.Host, "[]")
		}
		if !loopback(host) {
			http.Error(w, "This server does not serve that host. It is localhost, 127.0.0.1 or [::1].",
				http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopback tells whether a host, without port and brackets, is this machine's name or address for itself.
func loopback(host string) bool {
	host = strings.ToLower(host)
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && addr.Unmap().IsLoopback()
}
