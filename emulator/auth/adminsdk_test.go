package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	firebase "firebase.google.com/go/v4"
	adminauth "firebase.google.com/go/v4/auth"
	"firebase.google.com/go/v4/errorutils"

	"github.com/parley-chat/parley/emulator/auth"
)

// adminClient is the unmodified Admin SDK, told of the emulator by its environment variable.
func adminClient(t *testing.T, h harness, project string) *adminauth.Client {
	t.Helper()
	t.Setenv("FIREBASE_AUTH_EMULATOR_HOST", strings.TrimPrefix(h.URL, "http://"))
	app, err := firebase.NewApp(t.Context(), &firebase.Config{ProjectID: project})
	if err != nil {
		t.Fatal(err)
	}
	client, err := app.Auth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestAdminSDKVerifiesTokens(t *testing.T) {
	c := &clock{now: time.Now()}
	h := serve(t, &auth.Options{Now: c.Now})
	client := adminClient(t, h, auth.DefaultProject)
	born := h.signUp()

	t.Run("valid", func(t *testing.T) {
		token, err := client.VerifyIDToken(t.Context(), born.IDToken)
		if err != nil {
			t.Fatal(err)
		}
		if token.UID != born.LocalID || token.Firebase.SignInProvider != "anonymous" {
			t.Errorf("verified as %+v", token)
		}
	})
	t.Run("refreshed", func(t *testing.T) {
		fresh := h.refresh(refreshForm(born.RefreshToken))
		if _, err := client.VerifyIDToken(t.Context(), fresh.NewIDToken); err != nil {
			t.Error(err)
		}
	})
	t.Run("expired", func(t *testing.T) {
		past := serve(t, &auth.Options{Now: func() time.Time { return time.Now().Add(-2 * time.Hour) }})
		_, err := client.VerifyIDToken(t.Context(), past.signUp().IDToken)
		if !adminauth.IsIDTokenExpired(err) {
			t.Errorf("got %v, want expired", err)
		}
	})
	t.Run("foreign project", func(t *testing.T) {
		other := serve(t, &auth.Options{Project: "demo-other"})
		_, err := client.VerifyIDToken(t.Context(), other.signUp().IDToken)
		if !adminauth.IsIDTokenInvalid(err) {
			t.Errorf("got %v, want invalid", err)
		}
		foreign := h.post(adminPath+"demo-other/accounts", `{}`, "Authorization", "Bearer owner")
		if _, err := client.GetUser(t.Context(), foreign.LocalID); !adminauth.IsUserNotFound(err) {
			t.Errorf("the other project's user: %v, want not found", err)
		}
	})
	t.Run("unknown user", func(t *testing.T) {
		other := serve(t, nil)
		_, err := client.VerifyIDToken(t.Context(), other.signUp().IDToken)
		if !adminauth.IsUserNotFound(err) {
			t.Errorf("got %v, want user not found", err)
		}
	})
	t.Run("deleted user", func(t *testing.T) {
		if err := client.DeleteUser(t.Context(), born.LocalID); err != nil {
			t.Fatal(err)
		}
		_, err := client.VerifyIDToken(t.Context(), born.IDToken)
		if !adminauth.IsUserNotFound(err) {
			t.Errorf("got %v, want user not found", err)
		}
		if err := client.DeleteUser(t.Context(), born.LocalID); !adminauth.IsUserNotFound(err) {
			t.Errorf("deleted twice: %v, want user not found", err)
		}
	})
	t.Run("emulator gone", func(t *testing.T) {
		token := h.signUp().IDToken
		h.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // the SDK tries again and again
		defer cancel()
		_, err := client.VerifyIDToken(ctx, token)
		if err == nil || adminauth.IsIDTokenInvalid(err) || errorutils.IsNotFound(err) {
			t.Errorf("got %v, want an error that does not blame the token", err)
		}
	})
}
