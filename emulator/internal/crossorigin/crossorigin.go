// Package crossorigin says what pages may do with the emulator. Those of any origin may call it and read its answers,
// as the users whose tokens they have: phones do so, by way of a proxy. Only this machine's own are believed to be the
// administrator ([Foreign]); and pages of other sites cannot pass for those ([OwnHosts]).
package crossorigin

import "net/http"

// maxAge is how long a browser may remember that it was allowed to call, in seconds.
const maxAge = "86400"

// Allow names the asking page's origin in the answer, as browsers want it from calls with credentials: they refuse
// «*». It answers OPTIONS itself; answered says so. methods are what the path takes, such as "GET, POST"; exposed is
// the one response header that the page may read besides the usual ones, or empty.
func Allow(w http.ResponseWriter, r *http.Request, methods, exposed string) (answered bool) {
	header := w.Header()
	header.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" {
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Allow-Credentials", "true")
		if exposed != "" {
			header.Set("Access-Control-Expose-Headers", exposed)
		}
	}
	if r.Method != http.MethodOptions {
		return false
	}
	header.Add("Vary", "Access-Control-Request-Headers")
	header.Set("Access-Control-Allow-Methods", methods)
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		header.Set("Access-Control-Allow-Headers", asked)
	}
	header.Set("Access-Control-Max-Age", maxAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}
