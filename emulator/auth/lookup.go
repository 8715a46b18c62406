package auth

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// account is a user as accounts:lookup and the lists tell it: milliseconds and seconds in strings.
type account struct {
	LocalID          string     `json:"localId"`
	Email            string     `json:"email,omitempty"`
	EmailVerified    bool       `json:"emailVerified"`
	DisplayName      string     `json:"displayName,omitempty"`
	PhotoURL         string     `json:"photoUrl,omitempty"`
	Disabled         bool       `json:"disabled,omitempty"`
	CustomAttributes string     `json:"customAttributes,omitempty"`
	ProviderUserInfo []identity `json:"providerUserInfo,omitempty"`
	CreatedAt        string     `json:"createdAt"`
	LastLoginAt      string     `json:"lastLoginAt,omitempty"`
	LastRefreshAt    string     `json:"lastRefreshAt,omitempty"`
	ValidSince       string     `json:"validSince,omitempty"`
}

func accountOf(u user) account {
	a := account{
		LocalID: u.UID, Email: u.Email, EmailVerified: u.EmailVerified, DisplayName: u.DisplayName, PhotoURL: u.PhotoURL,
		Disabled: u.Disabled, CustomAttributes: u.CustomClaims, ProviderUserInfo: u.Identities,
		CreatedAt: strconv.FormatInt(u.CreatedAt.UnixMilli(), 10),
	}
	if !u.LastLogin.IsZero() {
		a.LastLoginAt = strconv.FormatInt(u.LastLogin.UnixMilli(), 10)
	}
	if !u.LastRefresh.IsZero() {
		a.LastRefreshAt = u.LastRefresh.UTC().Format(time.RFC3339Nano)
	}
	if !u.ValidSince.IsZero() {
		a.ValidSince = strconv.FormatInt(u.ValidSince.Unix(), 10)
	}
	return a
}

func accountsOf(users []user) []account {
	accounts := make([]account, 0, len(users))
	for _, u := range users {
		accounts = append(accounts, accountOf(u))
	}
	return accounts
}

// oneOrMore is a string, or an array of strings.
type oneOrMore []string

// UnmarshalJSON takes both forms.
func (l *oneOrMore) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

type lookupRequest struct {
	IDToken         string    `json:"idToken"`
	LocalID         oneOrMore `json:"localId"`
	Email           oneOrMore `json:"email"`
	FederatedUserID []struct {
		ProviderID string `json:"providerId"`
		RawID      string `json:"rawId"`
	} `json:"federatedUserId"`
}

// lookup tells a client about its own user, and the administrator about those it names, each once.
// Whom nobody knows is left out of the answer to the administrator; that is how the Admin SDK learns of
// a deleted user.
func (e *Emulator) lookup(c caller, asked *lookupRequest) (any, error) {
	told := struct {
		Kind  string    `json:"kind"`
		Users []account `json:"users,omitempty"`
	}{Kind: "identitytoolkit#GetAccountInfoResponse"}
	if !c.owner || asked.IDToken != "" {
		if asked.IDToken == "" {
			return nil, refusal("MISSING_ID_TOKEN")
		}
		u, _, err := e.userOfToken(asked.IDToken)
		if err != nil {
			return nil, err
		}
		told.Users = []account{accountOf(u)}
		return told, nil
	}
	seen := map[string]bool{}
	add := func(u user, ok bool) {
		if ok && !seen[u.UID] {
			seen[u.UID] = true
			told.Users = append(told.Users, accountOf(u))
		}
	}
	for _, uid := range asked.LocalID {
		add(e.users.find(c.project, uid))
	}
	for _, email := range asked.Email {
		add(e.users.findByEmail(c.project, strings.ToLower(email)))
	}
	for _, id := range asked.FederatedUserID {
		add(e.users.findByIdentity(c.project, id.ProviderID, id.RawID))
	}
	return told, nil
}
