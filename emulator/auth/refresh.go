package auth

import (
	"errors"
	"net/http"
)

// refresh exchanges a refresh token for a new ID token (Secure Token API, POST /v1/token).
func (e *Emulator) refresh(w http.ResponseWriter, r *http.Request) {
	if !isOwner(r) && !hasAPIKey(r) {
		writeError(w, http.StatusForbidden, "The request is missing a valid API key.", "PERMISSION_DENIED")
		return
	}
	if err := r.ParseForm(); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			writeError(w, http.StatusRequestEntityTooLarge, "Request payload size exceeds the limit.", "INVALID_ARGUMENT")
			return
		}
		refuse(w, "INVALID_GRANT_TYPE")
		return
	}
	switch {
	case r.PostForm.Get("grant_type") == "":
		refuse(w, "MISSING_GRANT_TYPE")
		return
	case r.PostForm.Get("grant_type") != "refresh_token":
		refuse(w, "INVALID_GRANT_TYPE")
		return
	case r.PostForm.Get("refresh_token") == "":
		refuse(w, "MISSING_REFRESH_TOKEN")
		return
	}
	now := e.options.Now()
	u, err := e.users.refresh(r.PostForm.Get("refresh_token"), now)
	if err != nil {
		refuse(w, err.Error())
		return
	}
	token, err := idToken(u, now)
	if err != nil {
		writeError(w, http.StatusInternalServerError, "INTERNAL_ERROR", "INTERNAL")
		return
	}
	writeJSON(w, map[string]string{
		"id_token":      token,
		"access_token":  token,
		"refresh_token": u.refreshToken,
		"expires_in":    expiresIn(),
		"token_type":    "Bearer",
		"user_id":       u.uid,
		"project_id":    u.project,
	})
}
