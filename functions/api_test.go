package functions

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/functions/iceservers"
	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/protocol"
)

const (
	goodID  = "AAECAwQFBgcICQoLDA0ODw"
	goodKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	asking  = `{"requestId":"` + goodID + `","key":"` + goodKey + `"}`
)

// verifierFunc and stub stand where Firebase and Firestore stand in a deployment; the real ones are in
// clients_test.go.
type verifierFunc func(token string) (string, error)

func (f verifierFunc) UID(_ context.Context, token string) (string, error) { return f(token) }

// stub answers what it is told and remembers what it was asked.
type stub struct {
	answer    protocol.QuickMatchAnswer
	err       error
	panics    any
	asked     []matchmaker.Request
	cancelled []matchmaker.Cancelled
	deadline  time.Time
}

func (s *stub) Match(ctx context.Context, r matchmaker.Request) (protocol.QuickMatchAnswer, error) {
	s.asked = append(s.asked, r)
	s.deadline, _ = ctx.Deadline()
	if s.panics != nil {
		panic(s.panics)
	}
	return s.answer, s.err
}

func (s *stub) Cancel(_ context.Context, c matchmaker.Cancelled) error {
	s.cancelled = append(s.cancelled, c)
	return s.err
}

// testAPI is an API over a stub: the token «ann» is ann's.
type testAPI struct {
	handler http.Handler
	stub    *stub
	log     *bytes.Buffer
}

func newTestAPI() *testAPI {
	room, err := protocol.NewRoomID(strings.NewReader(strings.Repeat("r", 20)))
	if err != nil {
		panic(err)
	}
	a := &testAPI{log: &bytes.Buffer{}, stub: &stub{answer: protocol.QuickMatchAnswer{
		Status: protocol.Waiting, RoomID: room, Role: protocol.Callee, Lease: 30 * time.Second,
	}}}
	a.handler = NewHandler(Dependencies{
		Verifier: verifierFunc(func(token string) (string, error) {
			switch token {
			case "ann":
				return "uid-of-ann", nil
			case "nobody":
				return "", nil
			case "offline":
				return "", errAuthUnavailable
			}
			return "", fmt.Errorf("%w: by the test", ErrTokenRefused)
		}),
		Matcher: a.stub, Pools: []string{"default", "chess"},
		ICE: iceservers.Config{STUN: []string{"stun:stun.example:3478"}},
		Log: slog.New(slog.NewJSONHandler(a.log, nil)),
	})
	return a
}

// call is one request; its zero fields are a good POST /quick-match of ann.
type call struct {
	method, path, authorization, contentType, body string
}

func (a *testAPI) do(c call) *httptest.ResponseRecorder {
	if c.method == "" {
		c.method = http.MethodPost
	}
	if c.path == "" {
		c.path = "/quick-match"
	}
	if c.body == "" && c.method == http.MethodPost {
		c.body = asking
	}
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	set := func(name, value, normal string) {
		if value == "" {
			value = normal
		}
		if value != "none" {
			r.Header.Set(name, value)
		}
	}
	set("Authorization", c.authorization, "Bearer ann")
	set("Content-Type", c.contentType, "application/json")
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	return w
}

// problem reads an answer that must be one (SPEC A10).
func problem(t *testing.T, w *httptest.ResponseRecorder) protocol.Problem {
	t.Helper()
	var p protocol.Problem
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("[A10] Content-Type %q", got)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("[A10] %q: %v", w.Body, err)
	}
	if p.Status != w.Code || p.Status != p.Code.Status() || protocol.ParseCode(string(p.Code)) != p.Code ||
		p.Type != "urn:parley:problem:"+string(p.Code) || p.Title == "" {
		t.Errorf("[A10] status %d, problem %+v", w.Code, p)
	}
	return p
}

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

func TestQuickMatch(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "/api"} {
		a := newTestAPI()
		w := a.do(call{path: prefix + "/quick-match", contentType: `application/json; charset="utf-8"`})
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" ||
			w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("[A4] %d %v", w.Code, w.Header())
		}
		answer, err := protocol.ParseQuickMatchAnswer(w.Body.Bytes())
		if err != nil || answer != a.stub.answer {
			t.Errorf("[A4] %s: %+v, %v", w.Body, answer, err)
		}
		if len(a.stub.asked) != 1 || a.stub.asked[0].UID != "uid-of-ann" || a.stub.asked[0].Pool != "default" ||
			string(a.stub.asked[0].ID) != goodID || a.stub.asked[0].Key.String() != goodKey {
			t.Errorf("[A3] asked %+v", a.stub.asked)
		}
		if left := time.Until(a.stub.deadline); left <= 0 || left > 10*time.Second {
			t.Errorf("the request ends in %v", left)
		}
		w = a.do(call{method: "DELETE", path: prefix + "/quick-match?pool=chess&requestId=" + goodID})
		want := matchmaker.Cancelled{UID: "uid-of-ann", Pool: "chess", ID: goodID}
		if w.Code != http.StatusNoContent || w.Body.Len() != 0 ||
			len(a.stub.cancelled) != 1 || a.stub.cancelled[0] != want {
			t.Errorf("[A7] %d %q, cancelled %+v", w.Code, w.Body, a.stub.cancelled)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Error("[A10] a 204 may be stored")
		}
	}
}

// TestVectors sends the bodies that Go and the web app agree on.
func TestVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "protocol", "vectors", "quick-match-request.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Rule, Name, Input, Expect, Field string
			Fill                             *struct {
				Text  string
				Times int
			}
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil || len(file.Cases) == 0 {
		t.Fatal(err, len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			t.Parallel()
			if c.Fill != nil {
				c.Input = strings.ReplaceAll(c.Input, "⟨fill⟩", strings.Repeat(c.Fill.Text, c.Fill.Times))
			}
			if c.Input == "" {
				c.Input = " "
			}
			w := newTestAPI().do(call{body: c.Input})
			if c.Expect == "ok" {
				if w.Code != http.StatusOK {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				return
			}
			want := protocol.InvalidArgument
			if len(c.Input) > protocol.MaxBodyBytes {
				want = protocol.TooLarge
			}
			if p := problem(t, w); p.Code != want || p.Field != c.Field {
				t.Errorf("%+v, want field %q", p, c.Field)
			}
		})
	}
}

func TestHealthTouchesNothing(t *testing.T) {
	t.Parallel()
	handler := NewHandler(Dependencies{}) // to touch a dependency would be a panic
	for _, path := range []string{"/health", "/api/health"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK || w.Body.String() != `{"status":"ok"}` {
			t.Errorf("[A9] %d %q", w.Code, w.Body)
		}
	}
}

func TestPanicBecomesInternal(t *testing.T) {
	t.Parallel()
	a := newTestAPI()
	a.stub.panics = "the secret " + goodID
	if p := problem(t, a.do(call{})); p.Code != protocol.Internal {
		t.Errorf("got %s", p.Code)
	}
	log := a.log.String()
	if strings.Contains(log, "secret") || !strings.Contains(log, "stub).Match") ||
		!strings.Contains(log, `"type":"string"`) {
		t.Errorf("log: %s", log)
	}
	a.stub.panics = http.ErrAbortHandler
	defer func() {
		if recover() != http.ErrAbortHandler { //nolint:errorlint // net/http compares it like this
			t.Error("a handler that breaks off was answered")
		}
	}()
	a.do(call{})
}

func TestLogHoldsNoSecret(t *testing.T) {
	t.Parallel()
	a := newTestAPI()
	a.do(call{})
	a.do(call{path: "/made-up-" + goodID})
	a.do(call{method: "MADEUP", authorization: "Bearer eve-token"})
	a.do(call{body: `{"requestId":"secret"}`})
	a.do(call{method: "DELETE", path: "/quick-match?requestId=" + goodID})
	lines := strings.Split(strings.TrimSpace(a.log.String()), "\n")
	if len(lines) != 5 {
		t.Errorf("%d lines for 5 requests", len(lines))
	}
	for _, secret := range []string{goodID, goodKey, "uid-of-ann", "eve-token", "Bearer", "made-up", "MADEUP", "secret"} {
		if strings.Contains(a.log.String(), secret) {
			t.Errorf("the log holds %s:\n%s", secret, a.log)
		}
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[3]), &line); err != nil {
		t.Fatal(err)
	}
	if line["route"] != "/quick-match" || line["code"] != "invalid_argument" || line["status"] != 400.0 {
		t.Errorf("log line %v", line)
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
