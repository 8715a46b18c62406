package crossorigin_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/crossorigin"
)

func TestForeign(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header, value string
		foreign       bool
	}{
		{"X-Other", "https://evil.example", false},
		{"Origin", "http://localhost:5173", false},
		{"Origin", "https://LOCALHOST", false},
		{"Origin", "http://tab-7.localhost:4000", false},
		{"Origin", "http://127.3.2.1:80", false},
		{"Origin", "http://[::1]:4000", false},
		{"Origin", "https://evil.example", true},
		{"Origin", "http://localhost.evil.example", true},
		{"Origin", "http://evillocalhost", true},
		{"Origin", "http://127.0.0.1.evil.example", true},
		{"Origin", "https://192.168.1.7:4000", true},
		{"Origin", "http://[::2]", true},
		{"Origin", "chrome-extension://localhost", true},
		{"Origin", "null", true},
		{"Origin", "", true},
		{"Origin", "http://%", true},
		{"X-Forwarded-For", "127.0.0.1", false},
		{"X-Forwarded-For", "::1, 127.0.0.1", false},
		{"X-Forwarded-For", "192.168.1.7", true},
		{"X-Forwarded-For", "192.168.1.7, 127.0.0.1", true},
		{"X-Forwarded-For", "", true},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		r.Header.Set(c.header, c.value)
		if got := crossorigin.Foreign(r); got != c.foreign {
			t.Errorf("%s %q: %v, want %v", c.header, c.value, got, c.foreign)
		}
	}
}

func TestOwnHosts(t *testing.T) {
	t.Parallel()
	served := crossorigin.OwnHosts(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	for host, want := range map[string]int{
		"localhost":                   http.StatusNoContent,
		"LocalHost:8080":              http.StatusNoContent,
		"tab-7.localhost:8080":        http.StatusNoContent,
		"127.0.0.1:8080":              http.StatusNoContent,
		"127.9.9.9":                   http.StatusNoContent,
		"[::1]:8080":                  http.StatusNoContent,
		"[::1]":                       http.StatusNoContent,
		"":                            http.StatusMisdirectedRequest,
		"evil.example:8080":           http.StatusMisdirectedRequest,
		"127.0.0.1.evil.example:8080": http.StatusMisdirectedRequest,
		"192.168.1.7:8080":            http.StatusMisdirectedRequest,
		"0.0.0.0:8080":                http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		served.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
	}
}
