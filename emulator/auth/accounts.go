package auth

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// uidList is what accounts:lookup and accounts:delete call localId: one uid, or a list of them.
type uidList []string

// UnmarshalJSON takes a string or an array of strings.
func (l *uidList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = uidList{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// accountRequest is the body of every accounts call; each uses its part.
type accountRequest struct {
	IDToken  string  `json:"idToken"`
	LocalID  uidList `json:"localId"`
	Email    any     `json:"email"`
	Password any     `json:"password"`
}

// expiresIn is [TokenLifetime] as the SDKs read it: seconds in a string.
func expiresIn() string { return strconv.Itoa(int(TokenLifetime / time.Second)) }

// signUp makes an anonymous user (accounts:signUp without email).
func (e *Emulator) signUp(w http.ResponseWriter, c caller, body accountRequest) {
	if body.Email != nil || body.Password != nil || body.IDToken != "" {
		refuse(w, "OPERATION_NOT_ALLOWED")
		return
	}
	now := e.options.Now()
	u, err := e.users.add(c.project, now)
	if errors.Is(err, errFull) {
		refuse(w, "TOO_MANY_ATTEMPTS_TRY_LATER")
		return
	}
	if err != nil {
		writeError(w, http.StatusInternalServerError, "INTERNAL_ERROR", "INTERNAL")
		return
	}
	token, err := idToken(u, now)
	if err != nil {
		writeError(w, http.StatusInternalServerError, "INTERNAL_ERROR", "INTERNAL")
		return
	}
	writeJSON(w, map[string]string{
		"kind":         "identitytoolkit#SignupNewUserResponse",
		"localId":      u.uid,
		"idToken":      token,
		"refreshToken": u.refreshToken,
		"expiresIn":    expiresIn(),
	})
}

// account is one user as accounts:lookup tells it: milliseconds and seconds in strings.
type account struct {
	LocalID       string `json:"localId"`
	CreatedAt     string `json:"createdAt"`
	LastLoginAt   string `json:"lastLoginAt"`
	LastRefreshAt string `json:"lastRefreshAt"`
	ValidSince    string `json:"validSince"`
}

func accountOf(u user) account {
	created := strconv.FormatInt(u.createdAt.UnixMilli(), 10)
	return account{
		LocalID:       u.uid,
		CreatedAt:     created,
		LastLoginAt:   created, // an anonymous user signs in once, when it is made
		LastRefreshAt: u.lastRefresh.UTC().Format(time.RFC3339Nano),
		ValidSince:    strconv.FormatInt(u.createdAt.Unix(), 10),
	}
}

// lookup tells a client about its own user, and the administrator about those it names. Unknown uids
// are left out of the answer to the administrator; that is how the Admin SDK learns of a deleted user.
func (e *Emulator) lookup(w http.ResponseWriter, c caller, body accountRequest) {
	answer := struct {
		Kind  string    `json:"kind"`
		Users []account `json:"users,omitempty"`
	}{Kind: "identitytoolkit#GetAccountInfoResponse"}
	switch {
	case body.IDToken != "":
		u, ok := e.userOfToken(w, body.IDToken)
		if !ok {
			return
		}
		answer.Users = []account{accountOf(u)}
	case c.owner:
		for _, uid := range body.LocalID {
			if u, ok := e.users.find(c.project, uid); ok {
				answer.Users = append(answer.Users, accountOf(u))
			}
		}
	default:
		refuse(w, "MISSING_ID_TOKEN")
		return
	}
	writeJSON(w, answer)
}

// delete removes the user of the token, or the one that the administrator names.
func (e *Emulator) delete(w http.ResponseWriter, c caller, body accountRequest) {
	switch {
	case body.IDToken != "":
		u, ok := e.userOfToken(w, body.IDToken)
		if !ok {
			return
		}
		e.users.remove(u.project, u.uid)
	case c.owner && len(body.LocalID) == 1:
		if !e.users.remove(c.project, body.LocalID[0]) {
			refuse(w, "USER_NOT_FOUND")
			return
		}
	case c.owner:
		refuse(w, "MISSING_LOCAL_ID")
		return
	default:
		refuse(w, "MISSING_ID_TOKEN")
		return
	}
	writeJSON(w, map[string]string{"kind": "identitytoolkit#DeleteAccountResponse"})
}

// userOfToken finds the user of an ID token and answers the error itself when there is none.
func (e *Emulator) userOfToken(w http.ResponseWriter, token string) (user, bool) {
	c, err := parseIDToken(token)
	if err != nil {
		refuse(w, "INVALID_ID_TOKEN")
		return user{}, false
	}
	if e.options.Now().Unix() >= c.Expires {
		refuse(w, "TOKEN_EXPIRED")
		return user{}, false
	}
	u, ok := e.users.find(c.Audience, c.Subject)
	if !ok {
		refuse(w, "USER_NOT_FOUND")
		return user{}, false
	}
	return u, true
}
