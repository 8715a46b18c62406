package functions

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

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
