package functions

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	large := `{"x":"` + strings.Repeat("x", protocol.MaxBodyBytes) + `"}`
	for _, c := range []struct {
		name   string
		call   call
		code   protocol.Code
		field  string
		header [2]string
	}{
		{
			"[A1] no token",
			call{authorization: "none"},
			protocol.Unauthenticated, "",
			[2]string{"WWW-Authenticate", "Bearer"},
		},
		{
			"[A1] refused token",
			call{authorization: "Bearer eve"},
			protocol.Unauthenticated, "",
			[2]string{"WWW-Authenticate", `Bearer error="invalid_token"`},
		},
		{"[A1] another scheme", call{authorization: "Basic ann"}, protocol.Unauthenticated, "", [2]string{}},
		{"[A1] empty token", call{authorization: "Bearer "}, protocol.Unauthenticated, "", [2]string{}},
		{"[A1] two tokens", call{authorization: "Bearer ann eve"}, protocol.Unauthenticated, "", [2]string{}},
		{
			"[A1] a token of 9 KiB",
			call{authorization: "Bearer " + strings.Repeat("a", 9<<10)},
			protocol.Unauthenticated, "",
			[2]string{},
		},
		{"[V5] a token without uid", call{authorization: "Bearer nobody"}, protocol.Unauthenticated, "", [2]string{}},
		{
			"[A1] who says whose it is cannot be reached",
			call{authorization: "Bearer offline"},
			protocol.Unavailable, "",
			[2]string{"Retry-After", retryAfterSeconds},
		},
		{"[A1] DELETE", call{method: "DELETE", authorization: "none"}, protocol.Unauthenticated, "", [2]string{}},
		{"[A1] ICE", call{path: "/ice-servers", authorization: "none"}, protocol.Unauthenticated, "", [2]string{}},
		{"[A2] over 4 096 bytes", call{body: large}, protocol.TooLarge, "", [2]string{}},
		{"[A2] no media type", call{contentType: "none"}, protocol.UnsupportedMediaType, "", [2]string{}},
		{"[A2] another media type", call{contentType: "text/plain"}, protocol.UnsupportedMediaType, "", [2]string{}},
		{"[A2] a broken one", call{contentType: "application/json;;"}, protocol.UnsupportedMediaType, "", [2]string{}},
		{
			"[A2] problem+json",
			call{contentType: "application/problem+json"},
			protocol.UnsupportedMediaType, "",
			[2]string{},
		},
		{"[A2] not JSON", call{body: "{"}, protocol.InvalidArgument, "", [2]string{}},
		{"[A3] unknown pool", call{body: asking[:len(asking)-1] + `,"pool":"go"}`}, protocol.UnknownPool, "", [2]string{}},
		{"[V6] pool", call{body: asking[:len(asking)-1] + `,"pool":"Go"}`}, protocol.InvalidArgument, "pool", [2]string{}},
		{"[A7] no request id", call{method: "DELETE"}, protocol.InvalidArgument, "requestId", [2]string{}},
		{"[A7] pool", call{method: "DELETE", path: "/quick-match?pool=Go"}, protocol.InvalidArgument, "pool", [2]string{}},
		{
			"[A7] empty pool",
			call{method: "DELETE", path: "/quick-match?pool="},
			protocol.InvalidArgument, "pool",
			[2]string{},
		},
		{
			"[A7] unknown pool",
			call{method: "DELETE", path: "/quick-match?pool=go&requestId=" + goodID},
			protocol.UnknownPool, "",
			[2]string{},
		},
		{"[A7] query", call{method: "DELETE", path: "/quick-match?%zz"}, protocol.InvalidArgument, "", [2]string{}},
		{"[A8] an array", call{path: "/ice-servers", body: "[]"}, protocol.InvalidArgument, "", [2]string{}},
		{"[A10] no such path", call{path: "/quick-matches"}, protocol.NotFound, "", [2]string{}},
		{"[A10] the root", call{method: "GET", path: "/"}, protocol.NotFound, "", [2]string{}},
		{"[A10] a slash too many", call{path: "/quick-match/"}, protocol.NotFound, "", [2]string{}},
		{"[A10] two slashes", call{path: "//quick-match"}, protocol.NotFound, "", [2]string{}},
		{"[A10] dots", call{path: "/api/../health", method: "GET"}, protocol.NotFound, "", [2]string{}},
		{"[A10] /api twice", call{path: "/api/api/quick-match"}, protocol.NotFound, "", [2]string{}},
		{"[A10] GET", call{method: "GET"}, protocol.MethodNotAllowed, "", [2]string{"Allow", "DELETE, POST"}},
		{"[A10] OPTIONS", call{method: "OPTIONS"}, protocol.MethodNotAllowed, "", [2]string{"Allow", "DELETE, POST"}},
		{"[A10] made up", call{method: "DANCE"}, protocol.MethodNotAllowed, "", [2]string{"Allow", "DELETE, POST"}},
		{
			"[A10] GET /ice-servers",
			call{method: "GET", path: "/ice-servers"},
			protocol.MethodNotAllowed, "",
			[2]string{"Allow", "POST"},
		},
		{"[A10] POST /health", call{path: "/health"}, protocol.MethodNotAllowed, "", [2]string{"Allow", "GET, HEAD"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newTestAPI()
			w := a.do(c.call)
			p := problem(t, w)
			if p.Code != c.code || p.Field != c.field {
				t.Errorf("got %s, field %q; want %s, %q", p.Code, p.Field, c.code, c.field)
			}
			if name := c.header[0]; name != "" && w.Header().Get(name) != c.header[1] {
				t.Errorf("%s is %q, want %q", name, w.Header().Get(name), c.header[1])
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("[A10] it may be stored")
			}
			if len(a.stub.asked)+len(a.stub.cancelled) != 0 {
				t.Error("the matcher was asked all the same")
			}
		})
	}
}

func TestMatcherErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		err        error
		code       protocol.Code
		field      string
		retryAfter string
	}{
		{"[A7] ended", matchmaker.ErrEnded, protocol.InvalidArgument, "requestId", ""},
		{"contention", matchmaker.ErrContention, protocol.Aborted, "", ""},
		{"Firestore is gone", matchmaker.ErrUnavailable, protocol.Unavailable, "", retryAfterSeconds},
		{"out of time", context.DeadlineExceeded, protocol.Unavailable, "", retryAfterSeconds},
		{"a bug", errors.New("secret detail"), protocol.Internal, "", ""},
		{
			"[A10] too many calls", protocol.NewProblem(protocol.ResourceExhausted, "", ""),
			protocol.ResourceExhausted, "", retryAfterSeconds,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, call := range []call{{}, {method: "DELETE", path: "/quick-match?requestId=" + goodID}} {
				a := newTestAPI()
				a.stub.err = fmt.Errorf("wrapped: %w", c.err)
				w := a.do(call)
				p := problem(t, w)
				if p.Code != c.code || p.Field != c.field || w.Header().Get("Retry-After") != c.retryAfter {
					t.Errorf("got %+v, Retry-After %q", p, w.Header().Get("Retry-After"))
				}
				if strings.Contains(w.Body.String(), "secret") {
					t.Errorf("the answer says what only the log should: %s", w.Body)
				}
			}
		})
	}
}

// errReader is a client that goes away in the middle of its body.
type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBodyBreaksOff(t *testing.T) {
	t.Parallel()
	a := newTestAPI()
	r := httptest.NewRequest(http.MethodPost, "/quick-match", errReader{})
	r.Header.Set("Authorization", "Bearer ann")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	if p := problem(t, w); p.Code != protocol.InvalidArgument {
		t.Errorf("[A2] got %s", p.Code)
	}
}
