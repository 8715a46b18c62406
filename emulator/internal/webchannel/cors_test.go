package webchannel_test

import (
	"net/http"
	"slices"
	"testing"
)

func TestCrossOrigin(t *testing.T) {
	h := serve(t, nil, nil)
	const origin = "http://app.localhost:5173"

	t.Run("the origin is echoed with credentials, and X-HTTP-Session-Id exposed", func(t *testing.T) {
		for name, got := range map[string]answer{
			"handshake": h.do(http.MethodPost, "RID=1", formOf(0), "Origin", origin),
			"refusal":   h.do(http.MethodGet, "RID=rpc&SID=x&AID=0&CI=0", "", "Origin", origin),
			"preflight": h.do(http.MethodOptions, "RID=1", "", "Origin", origin),
		} {
			if got.header.Get("Access-Control-Allow-Origin") != origin ||
				got.header.Get("Access-Control-Allow-Credentials") != "true" ||
				got.header.Get("Access-Control-Expose-Headers") != "X-HTTP-Session-Id" ||
				!slices.Contains(got.header.Values("Vary"), "Origin") {
				t.Errorf("%s: %v", name, got.header)
			}
		}
	})
	t.Run("a preflight echoes the headers that are asked for", func(t *testing.T) {
		got := h.do(http.MethodOptions, "RID=1", "", "Origin", origin, "Access-Control-Request-Method", "POST",
			"Access-Control-Request-Headers", "authorization,x-goog-api-key")
		if got.status != http.StatusNoContent ||
			got.header.Get("Access-Control-Allow-Headers") != "authorization,x-goog-api-key" ||
			got.header.Get("Access-Control-Allow-Methods") != "GET, POST" ||
			got.header.Get("Access-Control-Max-Age") == "" {
			t.Errorf("got %d %v", got.status, got.header)
		}
	})
	t.Run("one origin needs none of it", func(t *testing.T) {
		got := h.do(http.MethodPost, "RID=1", formOf(0))
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("got %v", got.header)
		}
	})
}
