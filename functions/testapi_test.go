package functions

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
