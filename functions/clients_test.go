package functions

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	authemulator "github.com/parley-chat/parley/emulator/auth"
	"github.com/parley-chat/parley/internal/firestoretest/either"
	"github.com/parley-chat/parley/protocol"
)

func TestMain(m *testing.M) {
	code := either.Main(m)
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// deployment is the function as it is deployed, with real services behind it: the unmodified Admin SDK
// against an Auth emulator, and Firestore.
type deployment struct {
	t       *testing.T
	handler http.Handler
	project string
	auth    string // URL of the Auth emulator
}

// deploy is not for parallel tests: the Admin SDK reads the process's environment.
func deploy(t *testing.T, firestore string) *deployment {
	t.Helper()
	project := either.Project(t)
	emulator := httptest.NewServer(authemulator.New(&authemulator.Options{Project: project}))
	t.Cleanup(emulator.Close)
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(emulator.URL, "http://"))
	t.Setenv("FIRESTORE_EMULATOR_HOST", firestore)
	t.Setenv("GOOGLE_CLOUD_PROJECT", project)
	environment, err := ReadEnvironment(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	c := &clients{environment: environment, log: logger}
	t.Cleanup(func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	})
	return &deployment{
		t: t, project: project, auth: emulator.URL,
		handler: NewHandler(Dependencies{Verifier: c, Matcher: c, Pools: environment.Pools, Log: logger}),
	}
}

// signUp is what signInAnonymously of the web SDK does.
func (d *deployment) signUp() (idToken string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost,
		d.auth+"/identitytoolkit.googleapis.com/v1/accounts:signUp?key=k", strings.NewReader(`{"returnSecureToken":true}`))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	var born struct{ IDToken string }
	if err := json.NewDecoder(answer.Body).Decode(&born); err != nil || born.IDToken == "" {
		d.t.Fatalf("sign up: %s, %v", answer.Status, err)
	}
	return born.IDToken
}

func (d *deployment) do(method, path, token, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, path, io.Reader(strings.NewReader(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

func (d *deployment) match(token, body string) protocol.QuickMatchAnswer {
	d.t.Helper()
	w := d.do(http.MethodPost, "/api/quick-match", token, body)
	if w.Code != http.StatusOK {
		d.t.Fatalf("%d %s", w.Code, w.Body)
	}
	answer, err := protocol.ParseQuickMatchAnswer(w.Body.Bytes())
	if err != nil {
		d.t.Fatal(err)
	}
	return answer
}

func TestTwoStrangersMeet(t *testing.T) {
	d := deploy(t, either.Addr(t))
	ann, bob := d.signUp(), d.signUp()
	other := strings.Replace(asking, goodKey, "CAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", 1)
	waiting, paired := d.match(ann, asking), d.match(bob, other)
	if waiting.Status != protocol.Waiting || paired.Status != protocol.Paired || waiting.RoomID != paired.RoomID ||
		paired.PeerKey.String() != goodKey {
		t.Errorf("ann %+v, bob %+v", waiting, paired)
	}
	again := d.match(ann, asking)
	if again.Status != protocol.Paired || again.Role != protocol.Callee || again.RoomID != paired.RoomID {
		t.Errorf("[A5] ann again %+v", again)
	}
	if w := d.do(http.MethodDelete, "/quick-match?requestId="+goodID, ann, ""); w.Code != http.StatusNoContent {
		t.Errorf("[A7] %d %s", w.Code, w.Body)
	}
	if p := problem(t, d.do(http.MethodPost, "/quick-match", ann, asking)); p.Field != "requestId" {
		t.Errorf("[A7] after the end: %+v", p)
	}
}

func TestTokens(t *testing.T) {
	d := deploy(t, either.Addr(t))
	const issuer = "https://securetoken.google.com/"
	good := d.signUp()
	now := time.Now().Unix()
	for name, token := range map[string]string{
		"not a token":                  "x",
		"two parts":                    "a.b",
		"another project":              forge(t, good, map[string]any{"aud": "other", "iss": issuer + "other"}),
		"another issuer":               forge(t, good, map[string]any{"iss": "https://evil.example/" + d.project}),
		"expired":                      forge(t, good, map[string]any{"iat": now - 7200, "exp": now - 3600}),
		"from the future":              forge(t, good, map[string]any{"iat": now + 3600, "exp": now + 7200}),
		"a user that nobody signed up": forge(t, good, map[string]any{"sub": "eve", "user_id": "eve"}),
		"without a user":               forge(t, good, map[string]any{"sub": ""}),
	} {
		t.Run("[A1] "+name, func(t *testing.T) {
			d.t = t
			if p := problem(t, d.do(http.MethodPost, "/ice-servers", token, "{}")); p.Code != protocol.Unauthenticated {
				t.Errorf("got %+v", p)
			}
		})
	}
	d.t = t
	if w := d.do(http.MethodPost, "/ice-servers", good, "{}"); w.Code != http.StatusOK {
		t.Errorf("[A1] a good token: %d %s", w.Code, w.Body)
	}
}

// forge changes claims of a token; the emulator's are not signed.
func forge(t *testing.T, token string, changes map[string]any) string {
	t.Helper()
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	maps.Copy(claims, changes)
	if raw, err = json.Marshal(claims); err != nil {
		t.Fatal(err)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString(raw)
	return strings.Join(parts, ".")
}

func TestFirestoreIsGone(t *testing.T) {
	d := deploy(t, closedPort(t))
	w := d.do(http.MethodPost, "/quick-match", d.signUp(), asking)
	if p := problem(t, w); p.Code != protocol.Unavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%+v %v", p, w.Header())
	}
}

func TestAuthIsGone(t *testing.T) {
	d := deploy(t, closedPort(t))
	token := d.signUp()
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", closedPort(t))
	w := d.do(http.MethodPost, "/quick-match", token, asking)
	if p := problem(t, w); p.Code != protocol.Unavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%+v %v", p, w.Header())
	}
}

func TestNotConfigured(t *testing.T) {
	t.Parallel()
	c := &clients{refused: io.ErrUnexpectedEOF, log: slog.New(slog.DiscardHandler)}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/quick-match", strings.NewReader(asking))
	r.Header.Set("Authorization", "Bearer x")
	NewHandler(Dependencies{Verifier: c, Matcher: c}).ServeHTTP(w, r)
	if p := problem(t, w); p.Code != protocol.Internal {
		t.Errorf("%+v", p)
	}
}

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
