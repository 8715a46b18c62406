package auth_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator/auth"
)

// with calls accounts:signInWithIdp with Google's claims, and what else the body is to have, in pairs.
func (h harness) with(claims string, more ...any) reply {
	h.t.Helper()
	body := map[string]any{
		"requestUri": "http://localhost", "returnSecureToken": true,
		"postBody": url.Values{"id_token": {claims}, "providerId": {"google.com"}}.Encode(),
	}
	for i := 0; i < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return h.post(idpPath, jsonOf(h.t, body))
}

func (h harness) own(token string) reply {
	h.t.Helper()
	got := h.post(lookupPath, jsonOf(h.t, map[string]string{"idToken": token}))
	if len(got.Users) != 1 {
		h.t.Fatalf("lookup of one's own account: %+v", got.Error)
	}
	return got
}

const ann = `{"sub":"1","email":"Ann@example.com","email_verified":true,"name":"Ann","picture":"http://x/a.png"}`

func TestGoogleSignIn(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC)}
	h := serve(t, &auth.Options{Now: c.Now, Project: "demo-a"})
	born := h.with(ann)
	if born.status != http.StatusOK || !born.IsNewUser || born.FederatedID != "https://accounts.google.com/1" ||
		born.Email != "ann@example.com" || born.OAuthIDToken != ann || born.ExpiresIn != "3600" {
		t.Errorf("signed up as %+v", born)
	}
	wantRaw := `{"email":"ann@example.com","granted_scopes":"openid https://www.googleapis.com/auth/userinfo.profile ` +
		`https://www.googleapis.com/auth/userinfo.email","id":"1","locale":"en","name":"Ann","picture":"http://x/a.png",` +
		`"verified_email":true}`
	if born.RawUserInfo != wantRaw {
		t.Errorf("rawUserInfo\n%s, want\n%s", born.RawUserInfo, wantRaw)
	}

	c.advance(time.Minute)
	encode := base64.RawURLEncoding.EncodeToString
	again := h.with(encode([]byte(`{"alg":"RS256"}`)) + "." + encode([]byte(ann)) + ".c2lnbmVk")
	if again.LocalID != born.LocalID || again.IsNewUser {
		t.Errorf("the same identity in a JWT: %+v, want %s", again, born.LocalID)
	}
	c.advance(time.Hour)
	fresh := h.refresh(refreshForm(again.RefreshToken))
	want := jsonOf(t, map[string]any{
		"iss": "https://securetoken.google.com/demo-a", "aud": "demo-a", "sub": born.LocalID, "user_id": born.LocalID,
		"auth_time": 1795204860, "iat": 1795208460, "exp": 1795212060,
		"name": "Ann", "picture": "http://x/a.png", "email": "ann@example.com", "email_verified": true,
		"firebase": map[string]any{
			"identities":       map[string]any{"google.com": []string{"1"}, "email": []string{"ann@example.com"}},
			"sign_in_provider": "google.com",
		},
	})
	if got := jsonOf(t, claimsOf(t, fresh.NewIDToken)); got != want {
		t.Errorf("refreshed claims\n%s, want\n%s", got, want)
	}
}

func TestLinking(t *testing.T) {
	h := serve(t, nil)
	born := h.signUp()
	linked := h.with(ann, "idToken", born.IDToken)
	if linked.LocalID != born.LocalID || linked.IsNewUser {
		t.Fatalf("linked: %+v", linked)
	}
	if claims := claimsOf(t, linked.IDToken); claims["provider_id"] != nil || claims["email"] != "ann@example.com" {
		t.Errorf("claims after linking: %v", claims)
	}
	user := h.own(linked.IDToken).Users[0]
	if len(user.ProviderUserInfo) != 1 || user.ProviderUserInfo[0] != (provider{"google.com", "1"}) ||
		user.Email != "ann@example.com" || !user.EmailVerified || user.DisplayName != "" {
		t.Errorf("linked account: %+v", user)
	}
	if got := h.with(ann); got.LocalID != born.LocalID || got.IsNewUser {
		t.Errorf("signing in with what was linked: %+v", got)
	}

	other := h.signUp()
	if got := h.with(ann, "idToken", other.IDToken); got.Error.Message != "FEDERATED_USER_ID_ALREADY_LINKED" {
		t.Errorf("linking what is another's: %+v", got.Error)
	}
	got := h.with(ann, "idToken", other.IDToken, "returnIdpCredential", true)
	if got.status != http.StatusOK || got.ErrorMessage != "FEDERATED_USER_ID_ALREADY_LINKED" || got.IDToken != "" ||
		got.OAuthIDToken != ann {
		t.Errorf("the same, with the credential back: %+v", got)
	}
	got = h.with(`{"sub":"2","email":"ann@example.com"}`, "idToken", other.IDToken)
	if got.Error.Message != "EMAIL_EXISTS" {
		t.Errorf("linking with another's email: %+v", got.Error)
	}

	unlink := jsonOf(t, map[string]any{"idToken": linked.IDToken, "deleteProvider": []string{"google.com"}})
	if got := h.post(updatePath, unlink); got.status != http.StatusOK || len(got.ProviderUserInfo) != 0 {
		t.Errorf("unlinked: %+v", got)
	}
	if got := h.with(`{"sub":"1"}`); got.LocalID == born.LocalID || !got.IsNewUser {
		t.Errorf("signing in with what was unlinked: %+v", got)
	}
}

func TestSameEmail(t *testing.T) {
	t.Run("not verified by the provider", func(t *testing.T) {
		h := serve(t, nil)
		first := h.with(ann)
		got := h.with(`{"sub":"2","email":"ann@example.com"}`)
		if !got.NeedConfirmation || got.LocalID != first.LocalID || got.IDToken != "" ||
			jsonOf(t, got.VerifiedProvider) != `["google.com"]` {
			t.Errorf("answered %+v", got)
		}
	})
	t.Run("recycled by the provider", func(t *testing.T) {
		h := serve(t, nil)
		first := h.with(ann)
		got := h.with(`{"sub":"2","email":"ann@example.com","email_verified":"true"}`)
		if !got.EmailRecycled || got.LocalID != first.LocalID || got.IsNewUser || got.IDToken == "" {
			t.Errorf("answered %+v", got)
		}
	})
	t.Run("never verified by the account", func(t *testing.T) {
		c := &clock{now: time.Now()}
		h := serve(t, &auth.Options{Now: c.Now})
		body := url.Values{"id_token": {`{"sub":"9","email":"ann@example.com"}`}, "providerId": {"oidc.other"}}
		squatter := h.with("", "postBody", body.Encode())
		c.advance(time.Second)
		got := h.with(ann)
		if got.LocalID != squatter.LocalID || !got.EmailVerified {
			t.Fatalf("answered %+v", got)
		}
		if user := h.own(got.IDToken).Users[0]; len(user.ProviderUserInfo) != 1 || user.DisplayName != "Ann" {
			t.Errorf("the account is %+v", user)
		}
		token := jsonOf(t, map[string]string{"idToken": squatter.IDToken})
		if got := h.post(lookupPath, token); got.Error.Message != "TOKEN_EXPIRED" {
			t.Errorf("the squatter's ID token: %+v", got.Error)
		}
		if got := h.refresh(refreshForm(squatter.RefreshToken)); got.Error.Message != "TOKEN_EXPIRED" {
			t.Errorf("the squatter's refresh token: %+v", got.Error)
		}
	})
}

func TestCredentialsThatAreNone(t *testing.T) {
	h := serve(t, nil)
	google := func(token string) string {
		return url.Values{"id_token": {token}, "providerId": {"google.com"}}.Encode()
	}
	for _, c := range []struct{ name, postBody, message string }{
		{"no provider", "id_token={}", "INVALID_CREDENTIAL_OR_PROVIDER_ID"},
		{"no token", "providerId=google.com", "INVALID_IDP_RESPONSE"},
		{"no query", "providerId=google.com&id_token=%zz", "INVALID_IDP_RESPONSE"},
		{"no JSON", google(`{"sub":`), "INVALID_IDP_RESPONSE"},
		{"no JWT", google(`a.b.c`), "INVALID_IDP_RESPONSE"},
		{"JSON after JSON", google(`{"sub":"1"}{}`), "INVALID_IDP_RESPONSE"},
		{"no sub", google(`{"email":"a@b.c"}`), "INVALID_IDP_RESPONSE"},
		{"sub is a number", google(`{"sub":1}`), "INVALID_IDP_RESPONSE"},
		{"no email", google(`{"sub":"1","email":"ann"}`), "INVALID_IDP_RESPONSE"},
		{"long sub", google(`{"sub":"` + strings.Repeat("1", 257) + `"}`), "INVALID_IDP_RESPONSE"},
		{"long name", google(`{"sub":"1","name":"` + strings.Repeat("n", 1025) + `"}`), "INVALID_IDP_RESPONSE"},
		{"a password", "providerId=password&id_token=" + url.QueryEscape(ann), "OPERATION_NOT_ALLOWED"},
		{"SAML", "providerId=saml.corp&id_token=" + url.QueryEscape(ann), "OPERATION_NOT_ALLOWED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := h.with("", "postBody", c.postBody)
			if code, _, _ := strings.Cut(got.Error.Message, " : "); got.status != http.StatusBadRequest || code != c.message {
				t.Errorf("answered %d %q, want %q", got.status, got.Error.Message, c.message)
			}
		})
	}
	if got := h.with(ann, "requestUri", ""); got.Error.Message != "MISSING_REQUEST_URI" {
		t.Errorf("no requestUri: %+v", got.Error)
	}
	if got := h.with(ann, "requestUri", "/here"); got.Error.Message != "INVALID_REQUEST_URI" {
		t.Errorf("a path as requestUri: %+v", got.Error)
	}
	if got := h.with(ann, "autoCreate", false); got.Error.Message != "USER_NOT_FOUND" {
		t.Errorf("nobody, and nobody to be made: %+v", got.Error)
	}
}

func TestCredentialInTheAddress(t *testing.T) {
	h := serve(t, nil)
	query := url.Values{"id_token": {ann}, "providerId": {"Google.com"}}.Encode()
	first := h.with("", "postBody", "", "requestUri", "http://localhost/?"+query)
	second := h.with("", "postBody", "", "requestUri", "http://localhost/#"+query)
	if first.LocalID == "" || second.LocalID != first.LocalID {
		t.Errorf("by query %+v, by fragment %+v", first, second)
	}
}
