package identity_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"github.com/parley-chat/parley/emulator/auth"
	"github.com/parley-chat/parley/signaling/identity"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve gives the Auth emulator, and a client whose connections end with the test.
func serve(t *testing.T, h http.Handler) *identity.Options {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return &identity.Options{EmulatorURL: server.URL, Client: server.Client()}
}

func TestSignIn(t *testing.T) {
	users := auth.New(nil)
	o := serve(t, users)
	u, err := identity.SignIn(t.Context(), "any", o)
	if err != nil {
		t.Fatal(err)
	}
	other, err := identity.SignIn(t.Context(), "any", o)
	if err != nil {
		t.Fatal(err)
	}
	if u.UID() == "" || u.UID() == other.UID() {
		t.Errorf("uids %q and %q", u.UID(), other.UID())
	}
	one, err := u.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	two, err := u.Token(t.Context())
	if err != nil || one != two || one == "" {
		t.Errorf("a fresh token is kept: %v, same %v", err, one == two)
	}
}

// An answer with a short life makes every Token a renewal.
func TestTokenIsRenewed(t *testing.T) {
	renewals := 0
	mux := http.NewServeMux()
	const signUp = "POST /identitytoolkit.googleapis.com/v1/accounts:signUp"
	mux.HandleFunc(signUp, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"localId":"u","idToken":"t0","refreshToken":"r0","expiresIn":"60"}`))
	})
	mux.HandleFunc("POST /securetoken.googleapis.com/v1/token", func(w http.ResponseWriter, r *http.Request) {
		renewals++
		if r.FormValue("refresh_token") != "r0" || r.FormValue("grant_type") != "refresh_token" {
			http.Error(w, "{}", http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte(`{"id_token":"t1","refresh_token":"r1","expires_in":"3600"}`))
	})
	u, err := identity.SignIn(t.Context(), "k", serve(t, mux))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		token, err := u.Token(t.Context())
		if err != nil || token != "t1" {
			t.Fatalf("token %q, %v", token, err)
		}
	}
	if renewals != 1 {
		t.Errorf("renewed %d times, want once", renewals)
	}
}

func TestSignInFails(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"refused": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"message":"OPERATION_NOT_ALLOWED"}}`, http.StatusBadRequest)
		},
		"not JSON":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"no token":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"localId":"u"}`)) },
		"no uid":      func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"idToken":"t"}`)) },
		"cut in half": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, handler := range answers {
		t.Run(name, func(t *testing.T) {
			if _, err := identity.SignIn(t.Context(), "k", serve(t, handler)); !errors.Is(err, identity.ErrSignIn) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("unreachable", func(t *testing.T) {
		o := serve(t, nil)
		o.EmulatorURL = "http://127.0.0.1:1"
		if _, err := identity.SignIn(t.Context(), "k", o); !errors.Is(err, identity.ErrSignIn) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("given up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := identity.SignIn(ctx, "k", serve(t, nil)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
