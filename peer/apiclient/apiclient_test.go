package apiclient_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/peer/apiclient"
	"github.com/parley-chat/parley/protocol"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// function is a real server whose answers the test chooses, one for each request; the last is repeated.
type function struct {
	mu      sync.Mutex
	answers []http.HandlerFunc
	bodies  []string
	queries []string
}

func (f *function) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.bodies, f.queries = append(f.bodies, string(body)), append(f.queries, r.Method+" "+r.URL.RequestURI())
	answer := f.answers[0]
	if len(f.answers) > 1 {
		f.answers = f.answers[1:]
	}
	f.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer secret" {
		answer = problem(protocol.NewProblem(protocol.Unauthenticated, "", ""))
	}
	answer(w, r)
}

func problem(p *protocol.Problem) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(p.Status)
		_ = json.NewEncoder(w).Encode(p)
	}
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) }
}

func serve(t *testing.T, answers ...http.HandlerFunc) (*apiclient.Client, *function) {
	t.Helper()
	f := &function{answers: answers}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return &apiclient.Client{
		URL: server.URL + "/api", HTTP: server.Client(),
		Token: func(context.Context) (string, error) { return "secret", nil },
	}, f
}

func request(t *testing.T) protocol.QuickMatchRequest {
	t.Helper()
	id, err := protocol.NewRequestID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return protocol.QuickMatchRequest{Pool: "default", RequestID: id}
}

const waiting = `{"status":"waiting","roomId":"AAAAAAAAAAAAAAAAAAAAAAAAAAA","role":"callee","leaseSeconds":30}`

func TestQuickMatch(t *testing.T) {
	c, f := serve(t, text(waiting))
	a, err := c.QuickMatch(t.Context(), request(t))
	if err != nil || a.Status != protocol.Waiting || a.Lease != 30*time.Second {
		t.Errorf("%+v, %v", a, err)
	}
	if want := []string{"POST /api/quick-match"}; !slices.Equal(f.queries, want) {
		t.Errorf("asked %v", f.queries)
	}
}

func TestTriesAgain(t *testing.T) {
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	c, f := serve(t, problem(protocol.NewProblem(protocol.Unavailable, "", "")), hangUp, text(waiting))
	if _, err := c.QuickMatch(t.Context(), request(t)); err != nil {
		t.Fatal(err)
	}
	if len(f.bodies) != 3 || f.bodies[0] != f.bodies[1] || f.bodies[1] != f.bodies[2] {
		t.Errorf("[A5] the same request id each time: %v", f.bodies)
	}
}

func TestGivesUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		code   protocol.Code
		tries  int
	}{
		"final":                  {problem(protocol.NewProblem(protocol.UnknownPool, "", "")), protocol.UnknownPool, 1},
		"[A11] outside the list": {problem(&protocol.Problem{Code: "teapot", Status: 418}), protocol.Internal, 4},
		"again and again":        {problem(protocol.NewProblem(protocol.Unavailable, "", "")), protocol.Unavailable, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, f := serve(t, c.answer)
			_, err := client.QuickMatch(t.Context(), request(t))
			var p *protocol.Problem
			if !errors.As(err, &p) || p.Code != c.code || len(f.bodies) != c.tries {
				t.Errorf("after %d tries: %v", len(f.bodies), err)
			}
		})
	}
	t.Run("somebody in between", func(t *testing.T) {
		t.Parallel()
		client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<html>", http.StatusBadGateway)
		})
		_, err := client.QuickMatch(t.Context(), request(t))
		var p *protocol.Problem
		if err == nil || errors.As(err, &p) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ctx ends", func(t *testing.T) {
		t.Parallel()
		client, _ := serve(t, problem(protocol.NewProblem(protocol.Unavailable, "", "")))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := client.QuickMatch(ctx, request(t)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestEndMatch(t *testing.T) {
	c, f := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	r := request(t)
	if err := c.EndMatch(t.Context(), r.Pool, r.RequestID); err != nil {
		t.Fatal(err)
	}
	want := []string{"DELETE /api/quick-match?pool=default&requestId=" + string(r.RequestID)}
	if !slices.Equal(f.queries, want) {
		t.Errorf("[A7] asked %v", f.queries)
	}
}

func TestICEServers(t *testing.T) {
	c, _ := serve(t, text(`{"iceServers":[
		{"urls":["stun:127.0.0.1:3478"]},
		{"urls":["turn:127.0.0.1:3478?transport=udp"],"username":"u","credential":"c"},
		{"urls":["turn:127.0.0.1:3478"]}, {"urls":["http://127.0.0.1"]}, {"urls":[]}],"ttlSeconds":600}`))
	got, err := c.ICEServers(t.Context())
	if err != nil || len(got.ICEServers) != 2 || got.TTLSeconds != 600 {
		t.Errorf("[A8] %+v, %v", got, err)
	}
	for name, answer := range map[string]string{"not JSON": "<html>", "another type": `{"iceServers":3}`} {
		c, _ := serve(t, text(answer))
		if _, err := c.ICEServers(t.Context()); err == nil {
			t.Errorf("[A8] %s: no error", name)
		}
	}
}
