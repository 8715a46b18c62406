package auth_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator/auth"
)

// change calls accounts:update as the client of the token.
func (h harness) change(token string, fields map[string]any) reply {
	h.t.Helper()
	fields["idToken"] = token
	return h.post(updatePath, jsonOf(h.t, fields))
}

func TestClientUpdates(t *testing.T) {
	c := &clock{now: time.Now()}
	h := serve(t, &auth.Options{Now: c.Now})
	born := h.signUp()
	named := h.change(born.IDToken, map[string]any{"displayName": "Bo", "photoUrl": "http://x/b.png"})
	if named.status != http.StatusOK || named.IDToken != "" {
		t.Errorf("a new name revoked nothing, yet there are tokens: %+v", named)
	}
	if claims := claimsOf(t, h.refresh(refreshForm(born.RefreshToken)).NewIDToken); claims["name"] != "Bo" ||
		claims["picture"] != "http://x/b.png" {
		t.Errorf("claims %v", claims)
	}
	h.change(born.IDToken, map[string]any{"deleteAttribute": []string{"DISPLAY_NAME", "PHOTO_URL"}})
	if claims := claimsOf(t, h.refresh(refreshForm(born.RefreshToken)).NewIDToken); claims["name"] != nil ||
		claims["picture"] != nil {
		t.Errorf("claims %v after the name is gone", claims)
	}

	c.advance(time.Minute)
	moved := h.change(born.IDToken, map[string]any{"email": "Bo@example.com"})
	claims := claimsOf(t, moved.IDToken)
	if claims["email"] != "bo@example.com" || claims["email_verified"] != false || claims["provider_id"] != "anonymous" {
		t.Errorf("claims %v after a new email", claims)
	}
	if got := h.refresh(refreshForm(born.RefreshToken)); got.Error.Message != "TOKEN_EXPIRED" {
		t.Errorf("the old refresh token after a new email: %+v", got)
	}
	after := claimsOf(t, h.refresh(refreshForm(moved.RefreshToken)).NewIDToken)
	if claimsOf(t, born.IDToken)["auth_time"] != after["auth_time"] {
		t.Error("auth_time changed without a sign-in")
	}
	taken := h.change(h.signUp().IDToken, map[string]any{"email": "bo@example.com"})
	if taken.Error.Message != "EMAIL_EXISTS" {
		t.Errorf("another's email: %+v", taken.Error)
	}
	h.change(moved.IDToken, map[string]any{"deleteProvider": []string{"password"}})
	if got := h.own(moved.IDToken).Users[0]; got.Email != "" {
		t.Errorf("email %q without the provider that it is of", got.Email)
	}
}

func TestUpdateRefusals(t *testing.T) {
	h := serve(t, nil)
	born := h.signUp()
	for _, c := range []struct {
		name, field string
		value       any
		message     string
	}{
		{"claims by a client", "customAttributes", `{}`, "INSUFFICIENT_PERMISSION"},
		{"disabling oneself", "disableUser", false, "OPERATION_NOT_ALLOWED : Only the administrator disables accounts."},
		{"a password", "password", "secret", "OPERATION_NOT_ALLOWED : This emulator has no password."},
		{"a long name", "displayName", strings.Repeat("x", 1025), "INVALID_DISPLAY_NAME : At most 1024 bytes are allowed."},
		{"a long photo", "photoUrl", strings.Repeat("x", 2049), "INVALID_PHOTO_URL : At most 2048 bytes are allowed."},
		{"no email", "email", "a@b@c", "INVALID_EMAIL"},
		{
			"a strange attribute", "deleteAttribute",
			[]string{"SHOE_SIZE"},
			"Invalid JSON payload received. Invalid value at 'deleteAttribute'.",
		},
		{"a list for a name", "displayName", []string{}, "Invalid JSON payload received. Invalid value at 'displayName'."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := h.change(born.IDToken, map[string]any{c.field: c.value}); got.Error.Message != c.message {
				t.Errorf("answered %d %q, want %q", got.status, got.Error.Message, c.message)
			}
		})
	}
	if got := h.post(updatePath, `{"localId":"`+born.LocalID+`"}`); got.Error.Message !=
		"INVALID_REQ_TYPE : Unsupported request parameters." {
		t.Errorf("a client without token: %+v", got.Error)
	}
	for name, message := range map[string]string{
		`{"aud":1}`: "FORBIDDEN_CLAIM : aud", `[]`: "INVALID_CLAIMS", `null`: "INVALID_CLAIMS", `{`: "INVALID_CLAIMS",
		`{"a":"` + strings.Repeat("x", 993) + `"}`: "CLAIMS_TOO_LARGE",
	} {
		body := jsonOf(t, map[string]string{"localId": born.LocalID, "customAttributes": name})
		got := h.post(adminPath+"demo-parley/accounts:update", body, "Authorization", "bearer Owner")
		if got.status != http.StatusBadRequest || got.Error.Message != message {
			t.Errorf("claims %.20s: %+v, want %s", name, got.Error, message)
		}
	}
}
