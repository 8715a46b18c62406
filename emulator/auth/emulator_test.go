package auth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/emulator/auth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

const (
	toolkit     = "/identitytoolkit.googleapis.com/v1/"
	signUpPath  = toolkit + "accounts:signUp?key=local"
	lookupPath  = toolkit + "accounts:lookup?key=local"
	deletePath  = toolkit + "accounts:delete?key=local"
	updatePath  = toolkit + "accounts:update?key=local"
	idpPath     = toolkit + "accounts:signInWithIdp?key=local"
	refreshPath = "/securetoken.googleapis.com/v1/token?key=local"
	adminPath   = toolkit + "projects/"
)

type harness struct {
	*httptest.Server
	t *testing.T
}

func serve(t *testing.T, opts *auth.Options) harness {
	t.Helper()
	return serveHandler(t, auth.New(opts))
}

func serveHandler(t *testing.T, e *auth.Emulator) harness {
	t.Helper()
	server := httptest.NewServer(e)
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		server.Close()
	})
	return harness{server, t}
}

type provider struct {
	ProviderID string `json:"providerId"`
	RawID      string `json:"rawId"`
}

// reply is everything that any call answers.
type reply struct {
	status       int
	header       http.Header
	LocalID      string `json:"localId"`
	IDToken      string `json:"idToken"`
	RefreshToken string `json:"refreshToken"`
	ExpiresIn    string `json:"expiresIn"`
	Users        []struct {
		LocalID          string     `json:"localId"`
		Email            string     `json:"email"`
		EmailVerified    bool       `json:"emailVerified"`
		DisplayName      string     `json:"displayName"`
		CreatedAt        string     `json:"createdAt"`
		LastLoginAt      string     `json:"lastLoginAt"`
		ProviderUserInfo []provider `json:"providerUserInfo"`
	} `json:"users"`
	ProviderUserInfo []provider `json:"providerUserInfo"`
	FederatedID      string     `json:"federatedId"`
	RawUserInfo      string     `json:"rawUserInfo"`
	OAuthIDToken     string     `json:"oauthIdToken"`
	Email            string     `json:"email"`
	EmailVerified    bool       `json:"emailVerified"`
	IsNewUser        bool       `json:"isNewUser"`
	EmailRecycled    bool       `json:"emailRecycled"`
	NeedConfirmation bool       `json:"needConfirmation"`
	VerifiedProvider []string   `json:"verifiedProvider"`
	ErrorMessage     string     `json:"errorMessage"`
	NewIDToken       string     `json:"id_token"`
	NewRefreshToken  string     `json:"refresh_token"`
	UserID           string     `json:"user_id"`
	ProjectID        string     `json:"project_id"`
	Error            struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Status  string `json:"status"`
	} `json:"error"`
}

func (h harness) send(r *http.Request) reply {
	h.t.Helper()
	response, err := h.Client().Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	got := reply{status: response.StatusCode, header: response.Header}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &got); err != nil {
			h.t.Fatalf("%s: %v: %s", r.URL, err, body)
		}
	}
	if got.Error.Code != 0 && got.Error.Code != got.status {
		h.t.Errorf("%s: status %d, but the body says %d", r.URL, got.status, got.Error.Code)
	}
	return got
}

func (h harness) post(path, body string, header ...string) reply {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.URL+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.send(r)
}

func (h harness) signUp() reply {
	h.t.Helper()
	got := h.post(signUpPath, `{"returnSecureToken":true}`)
	if got.status != http.StatusOK {
		h.t.Fatalf("sign-up: %d %s", got.status, got.Error.Message)
	}
	return got
}

func (h harness) delete(path string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodDelete, h.URL+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if got := h.send(r); got.status != http.StatusOK {
		h.t.Fatalf("DELETE %s: %+v", path, got)
	}
}

func (h harness) refresh(form url.Values) reply {
	h.t.Helper()
	return h.post(refreshPath, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func refreshForm(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// claimsOf decodes an unsigned token and checks its frame.
func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[2] != "" {
		t.Fatalf("not an unsigned JWT: %q", token)
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || string(header) != `{"alg":"none","typ":"JWT"}` {
		t.Fatalf("header %q, %v", header, err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(payload, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnonymousUserLives(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC)}
	h := serve(t, &auth.Options{Now: c.Now, Project: "demo-a"})

	born := h.signUp()
	if len(born.LocalID) != 28 || born.ExpiresIn != "3600" || born.RefreshToken == "" {
		t.Errorf("sign-up answered %+v", born)
	}
	want := jsonOf(t, map[string]any{
		"iss": "https://securetoken.google.com/demo-a", "aud": "demo-a",
		"auth_time": 1795204800, "iat": 1795204800, "exp": 1795208400,
		"sub": born.LocalID, "user_id": born.LocalID, "provider_id": "anonymous",
		"firebase": map[string]any{"identities": map[string]any{}, "sign_in_provider": "anonymous"},
	})
	if got := jsonOf(t, claimsOf(t, born.IDToken)); got != want {
		t.Errorf("claims\n%s, want\n%s", got, want)
	}

	found := h.post(lookupPath, jsonOf(t, map[string]string{"idToken": born.IDToken}))
	if len(found.Users) != 1 || found.Users[0].LocalID != born.LocalID ||
		found.Users[0].CreatedAt != "1795204800000" || found.Users[0].LastLoginAt != "1795204800000" {
		t.Errorf("lookup answered %+v", found)
	}

	c.advance(2 * time.Hour)
	late := h.post(lookupPath, jsonOf(t, map[string]string{"idToken": born.IDToken}))
	if late.Error.Message != "TOKEN_EXPIRED" {
		t.Errorf("lookup with an old token: %q", late.Error.Message)
	}
	fresh := h.refresh(refreshForm(born.RefreshToken))
	if fresh.UserID != born.LocalID || fresh.ProjectID != "demo-a" || fresh.NewRefreshToken != born.RefreshToken {
		t.Errorf("refresh answered %+v", fresh)
	}
	renewed := claimsOf(t, fresh.NewIDToken)
	if renewed["auth_time"] != 1795204800.0 || renewed["exp"] != 1795204800.0+3*3600 {
		t.Errorf("refreshed claims %v", renewed)
	}

	token := jsonOf(t, map[string]string{"idToken": fresh.NewIDToken})
	if got := h.post(deletePath, token); got.status != http.StatusOK {
		t.Errorf("delete: %+v", got)
	}
	if got := h.post(lookupPath, token); got.Error.Message != "USER_NOT_FOUND" {
		t.Errorf("lookup after delete: %+v", got)
	}
	if got := h.refresh(refreshForm(born.RefreshToken)); got.Error.Message != "USER_NOT_FOUND" {
		t.Errorf("refresh after delete: %+v", got)
	}
}

func TestRefusals(t *testing.T) {
	h := serve(t, nil)
	born := h.signUp()
	claims := claimsOf(t, born.IDToken)
	claims["iss"] = "https://securetoken.google.com/other"
	encode := base64.RawURLEncoding.EncodeToString
	foreign := encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(jsonOf(t, claims))) + "."

	long := strings.Repeat("x", 257<<10)
	const noKey = "The request is missing a valid API key."
	const noOwner = "Request is missing required authentication credential."
	for _, c := range []struct {
		name, path, body string
		status           int
		message          string
	}{
		{"no API key", strings.TrimSuffix(signUpPath, "?key=local"), `{}`, 403, noKey},
		{"no API key to refresh", strings.TrimSuffix(refreshPath, "?key=local"), ``, 403, noKey},
		{
			"sign-up by e-mail", signUpPath, `{"email":"a@example.com","password":"secret"}`, 400,
			"OPERATION_NOT_ALLOWED : This emulator has no password.",
		},
		{
			"sign-in by password", toolkit + "accounts:signInWithPassword?key=k", `{}`, 400,
			"OPERATION_NOT_ALLOWED : This emulator has no accounts:signInWithPassword.",
		},
		{
			"second factors", "/identitytoolkit.googleapis.com/v2/accounts/mfaEnrollment:start?key=k", `{}`, 400,
			"OPERATION_NOT_ALLOWED : This emulator has no second factors, passkeys or reCAPTCHA.",
		},
		{
			"not a string", signUpPath, `{"displayName":1}`, 400,
			"Invalid JSON payload received. Invalid value at 'displayName'.",
		},
		{"two values", signUpPath, `{}{}`, 400, "Invalid JSON payload received."},
		{"a uid by a client", signUpPath, `{"localId":"mine"}`, 400, "UNEXPECTED_PARAMETER : User ID"},
		{"the administrator's call without project", toolkit + "accounts:query?key=k", `{}`, 404, "NOT_FOUND"},
		{"not JSON", signUpPath, `{`, 400, "Invalid JSON payload received."},
		{"not an object", signUpPath, `[]`, 400, "Invalid JSON payload received."},
		{"too large", signUpPath, `{"x":"` + long + `"}`, 413, "Request payload size exceeds the limit."},
		{"lookup of nobody", lookupPath, `{}`, 400, "MISSING_ID_TOKEN"},
		{"lookup by uid without being owner", lookupPath, `{"localId":["` + born.LocalID + `"]}`, 400, "MISSING_ID_TOKEN"},
		{"token of two parts", lookupPath, `{"idToken":"a.b"}`, 400, "INVALID_ID_TOKEN"},
		{"token that says it is signed", lookupPath, `{"idToken":"` + born.IDToken + `sig"}`, 400, "INVALID_ID_TOKEN"},
		{"issuer and audience disagree", lookupPath, `{"idToken":"` + foreign + `"}`, 400, "INVALID_ID_TOKEN"},
		{"delete of nobody", deletePath, `{}`, 400, "MISSING_ID_TOKEN"},
		{"unknown call", toolkit + "accounts:dance?key=k", `{}`, 404, "NOT_FOUND"},
		{"unknown path", "/v1/anything?key=k", `{}`, 404, "NOT_FOUND"},
		{"administrator's call by a client", adminPath + "p/accounts:lookup", `{}`, 401, noOwner},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := h.post(c.path, c.body)
			if got.status != c.status || got.Error.Message != c.message {
				t.Errorf("answered %d %q, want %d %q", got.status, got.Error.Message, c.status, c.message)
			}
		})
	}

	for _, c := range []struct {
		name, message string
		form          url.Values
	}{
		{"no grant type", "MISSING_GRANT_TYPE", url.Values{}},
		{"another grant type", "INVALID_GRANT_TYPE", url.Values{"grant_type": {"password"}}},
		{"no token", "MISSING_REFRESH_TOKEN", url.Values{"grant_type": {"refresh_token"}}},
		{"not a token", "INVALID_REFRESH_TOKEN", refreshForm("nonsense")},
		{"a token of another emulator", "USER_NOT_FOUND", refreshForm(serve(t, nil).signUp().RefreshToken)},
	} {
		t.Run("refresh: "+c.name, func(t *testing.T) {
			if got := h.refresh(c.form); got.status != 400 || got.Error.Message != c.message {
				t.Errorf("answered %d %q, want 400 %q", got.status, got.Error.Message, c.message)
			}
		})
	}
}

func TestNoMoreUsersThanAllowed(t *testing.T) {
	h := serve(t, &auth.Options{MaxUsers: 2})
	first := h.signUp()
	h.signUp()
	if got := h.post(signUpPath, ``); got.Error.Message != "TOO_MANY_ATTEMPTS_TRY_LATER" {
		t.Errorf("third sign-up of two: %+v", got)
	}
	h.post(deletePath, jsonOf(t, map[string]string{"idToken": first.IDToken}))
	h.signUp()
}

func TestRandomnessIsInjected(t *testing.T) {
	source := bytes.Repeat([]byte{0, 1, 2, 255, 3, 61, 62}, 200)
	h := serve(t, &auth.Options{Rand: bytes.NewReader(source)})
	if got, want := h.signUp().LocalID, "ABCD9AABCD9AABCD9AABCD9AABCD"; got != want {
		t.Errorf("uid %q, want %q: 255 is drawn again, 62 wraps", got, want)
	}
	empty := serve(t, &auth.Options{Rand: bytes.NewReader(nil)})
	if got := empty.post(signUpPath, `{}`); got.status != http.StatusInternalServerError {
		t.Errorf("sign-up without randomness: %+v", got)
	}
}

func TestPagesOfOtherOriginsMayCall(t *testing.T) {
	h := serve(t, nil)
	const origin = "http://c1.localhost:4000"
	const asked = "content-type,x-client-version,x-firebase-client,x-firebase-gmpid"

	preflight, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, h.URL+signUpPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	preflight.Header.Set("Origin", origin)
	preflight.Header.Set("Access-Control-Request-Method", http.MethodPost)
	preflight.Header.Set("Access-Control-Request-Headers", asked)
	got := h.send(preflight)
	if got.status != http.StatusNoContent ||
		got.header.Get("Access-Control-Allow-Headers") != asked {
		t.Errorf("preflight: %d %v", got.status, got.header)
	}

	for name, header := range map[string]http.Header{
		"preflight": got.header,
		"call":      h.post(signUpPath, `{}`, "Origin", origin).header,
		"error":     h.post("/nowhere", `{}`, "Origin", origin).header,
	} {
		if header.Get("Access-Control-Allow-Origin") != origin || // a "*" would be refused: credentials
			header.Get("Access-Control-Allow-Credentials") != "true" {
			t.Errorf("%s: %v", name, header)
		}
	}
	if got := h.post(signUpPath, `{}`); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("no Origin asked: %v", got.header)
	}
}

func TestReady(t *testing.T) {
	h := serve(t, nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.send(r); got.status != http.StatusOK {
		t.Errorf("GET / answered %d", got.status)
	}
}

func TestManyAtOnce(t *testing.T) {
	h := serve(t, nil)
	var wg sync.WaitGroup
	uids := make(chan string, 32)
	for range cap(uids) {
		wg.Go(func() { uids <- h.post(signUpPath, `{}`).LocalID })
	}
	wg.Wait()
	close(uids)
	seen := map[string]bool{}
	for uid := range uids {
		if uid == "" || seen[uid] {
			t.Errorf("uid %q twice, or none", uid)
		}
		seen[uid] = true
	}
}
