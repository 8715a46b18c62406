package functions

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"firebase.google.com/go/v4/auth"

	"github.com/parley-chat/parley/protocol"
)

const (
	// maxTokenBytes bounds an ID token: they have about 1 KiB, with many claims a few.
	maxTokenBytes = 8 << 10
	// authTimeout bounds the check of a token. It is local but for the keys, which are fetched once in hours.
	authTimeout = 3 * time.Second
)

// errAuthUnavailable tells that Firebase Authentication could not be asked.
var errAuthUnavailable = errors.New("functions: Firebase Authentication does not answer")

// authenticated serves requests with a valid ID token (SPEC A1).
func (a *api) authenticated(next func(w http.ResponseWriter, r *http.Request, uid string) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token, err := bearer(r)
		if err != nil {
			return err
		}
		uid, err := a.Verifier.UID(r.Context(), token)
		if err != nil {
			return err
		}
		if _, err := protocol.ParseUID(uid); err != nil {
			return fmt.Errorf("%w: its uid is against V5", ErrTokenRefused)
		}
		return next(w, r, uid)
	}
}

// bearer takes the token out of the Authorization header (RFC 6750, section 2.1).
func bearer(r *http.Request) (string, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case !strings.EqualFold(scheme, "Bearer") || token == "":
		return "", protocol.NewProblem(protocol.Unauthenticated, "", "send Authorization: Bearer and an ID token")
	case len(token) > maxTokenBytes || strings.ContainsAny(token, " \t,"):
		return "", fmt.Errorf("%w: not of the form of one", ErrTokenRefused)
	}
	return token, nil
}

// challenge is the WWW-Authenticate header of RFC 6750, section 3: it names an error only if there was a token.
func challenge(r *http.Request) string {
	if r.Header.Get("Authorization") == "" {
		return "Bearer"
	}
	return `Bearer error="invalid_token"`
}

// verify asks the Admin SDK whose an ID token is. It checks signature, project and time; with the Auth
// emulator (FIREBASE_AUTH_EMULATOR_HOST) it asks that instead of checking a signature.
func verify(ctx context.Context, client *auth.Client, idToken string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, authTimeout)
	defer cancel()
	token, err := client.VerifyIDToken(ctx, idToken)
	switch {
	case err == nil:
		return token.UID, nil
	case auth.IsIDTokenInvalid(err), auth.IsUserNotFound(err), auth.IsTenantIDMismatch(err):
		// The SDK's text may repeat parts of the token, so it goes no further.
		return "", ErrTokenRefused
	}
	return "", fmt.Errorf("%w: %w", errAuthUnavailable, err)
}
