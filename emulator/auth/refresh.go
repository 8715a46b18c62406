package auth

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// token exchanges a refresh token for a new ID token (Secure Token API, POST /v1/token).
func (e *Emulator) token(w http.ResponseWriter, r *http.Request) {
	if !saysOwner(r) && !hasAPIKey(r) {
		writeError(w, http.StatusForbidden, "The request is missing a valid API key.", "PERMISSION_DENIED")
		return
	}
	if err := r.ParseForm(); err != nil {
		if tooLarge := new(http.MaxBytesError); !errors.As(err, &tooLarge) {
			err = refusal("INVALID_GRANT_TYPE")
		}
		answer(w, nil, fmt.Errorf("auth: reading a form: %w", err))
		return
	}
	value, err := e.refresh(r.PostForm)
	answer(w, value, err)
}

func (e *Emulator) refresh(form url.Values) (any, error) {
	switch {
	case form.Get("grant_type") == "":
		return nil, refusal("MISSING_GRANT_TYPE")
	case form.Get("grant_type") != "refresh_token":
		return nil, refusal("INVALID_GRANT_TYPE")
	case form.Get("refresh_token") == "":
		return nil, refusal("MISSING_REFRESH_TOKEN")
	}
	s, err := parseRefreshToken(form.Get("refresh_token"))
	if err != nil {
		return nil, refusal("INVALID_REFRESH_TOKEN")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	u, ok := e.users.find(s.Project, s.UID)
	if !ok {
		return nil, refusal("USER_NOT_FOUND")
	}
	if err := u.usable(s.IssuedAt); err != nil {
		return nil, err
	}
	fresh, err := e.issue(&u, s, e.options.Now())
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"id_token":      fresh.IDToken,
		"access_token":  fresh.IDToken,
		"refresh_token": fresh.RefreshToken,
		"expires_in":    fresh.ExpiresIn,
		"token_type":    "Bearer",
		"user_id":       u.UID,
		"project_id":    u.Project,
	}, nil
}
