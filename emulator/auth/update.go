package auth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// wholeNumber is one in JSON, or in a string, as protocol buffers write 64 bits.
type wholeNumber int64

// UnmarshalJSON takes both forms.
func (n *wholeNumber) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("auth: no whole number: %w", err)
	}
	*n = wholeNumber(number)
	return nil
}

type updateRequest struct {
	profile
	IDToken          string       `json:"idToken"`
	LocalID          string       `json:"localId"`
	EmailVerified    *bool        `json:"emailVerified"`
	DisableUser      *bool        `json:"disableUser"`
	CustomAttributes *string      `json:"customAttributes"`
	ValidSince       *wholeNumber `json:"validSince"`
	DeleteAttribute  []string     `json:"deleteAttribute"`
	DeleteProvider   []string     `json:"deleteProvider"`
	LinkProvider     *identity    `json:"linkProviderUserInfo"`
}

type updated struct {
	Kind             string     `json:"kind"`
	LocalID          string     `json:"localId"`
	Email            string     `json:"email,omitempty"`
	NewEmail         string     `json:"newEmail,omitempty"`
	EmailVerified    bool       `json:"emailVerified"`
	DisplayName      string     `json:"displayName,omitempty"`
	PhotoURL         string     `json:"photoUrl,omitempty"`
	ProviderUserInfo []identity `json:"providerUserInfo,omitempty"`
	tokens
}

// update changes the account of the token, or the one that the administrator names. A client whose email
// changes gets new tokens: its old ones are revoked.
func (e *Emulator) update(c caller, asked *updateRequest) (any, error) {
	if !c.owner {
		if asked.IDToken == "" {
			return nil, refusal("INVALID_REQ_TYPE : Unsupported request parameters.")
		}
		if asked.CustomAttributes != nil || asked.LinkProvider != nil {
			return nil, refusal("INSUFFICIENT_PERMISSION")
		}
	}
	u, s, err := e.target(c, asked.IDToken, asked.LocalID)
	if err != nil {
		return nil, err
	}
	if asked.IDToken != "" && asked.DisableUser != nil {
		return nil, refusal("OPERATION_NOT_ALLOWED : Only the administrator disables accounts.")
	}
	now := e.options.Now()
	oldEmail := u.Email
	if err := asked.apply(&u); err != nil {
		return nil, err
	}
	moved := u.Email != oldEmail
	if moved {
		u.EmailVerified = false
		u.revoke(now)
	}
	if c.owner {
		if err := asked.administer(&u); err != nil {
			return nil, err
		}
	}
	if err := asked.drop(&u); err != nil {
		return nil, err
	}
	told := updated{
		Kind: "identitytoolkit#SetAccountInfoResponse", LocalID: u.UID, Email: u.Email, EmailVerified: u.EmailVerified,
		DisplayName: u.DisplayName, PhotoURL: u.PhotoURL, ProviderUserInfo: u.Identities,
	}
	if asked.Email != nil {
		told.NewEmail = u.Email
	}
	if moved && s.UID != "" {
		told.tokens, err = e.issue(&u, s, now)
	} else {
		err = e.users.put(u)
	}
	if err != nil {
		return nil, err
	}
	return told, nil
}

// administer changes what only the administrator may.
func (r *updateRequest) administer(u *user) error {
	if r.EmailVerified != nil {
		u.EmailVerified = *r.EmailVerified
	}
	if r.DisableUser != nil {
		u.Disabled = *r.DisableUser
	}
	if r.ValidSince != nil {
		u.ValidSince = time.Unix(int64(*r.ValidSince), 0)
	}
	if r.CustomAttributes != nil {
		if err := checkCustomClaims(*r.CustomAttributes); err != nil {
			return err
		}
		u.CustomClaims = *r.CustomAttributes
	}
	if r.LinkProvider == nil {
		return nil
	}
	i := *r.LinkProvider
	switch {
	case i.ProviderID == "":
		return refusal("MISSING_PROVIDER_ID")
	case i.RawID == "":
		return refusal("MISSING_RAW_ID")
	}
	if err := i.check("INVALID_PROVIDER_USER_INFO"); err != nil {
		return err
	}
	i.FederatedID = i.RawID
	return u.link(i)
}

// drop takes from u what is asked to be deleted.
func (r *updateRequest) drop(u *user) error {
	for _, attribute := range r.DeleteAttribute {
		switch attribute {
		case "DISPLAY_NAME":
			u.DisplayName = ""
		case "PHOTO_URL":
			u.PhotoURL = ""
		case "EMAIL":
			u.Email, u.EmailVerified = "", false
		case "PASSWORD", "USER_ATTRIBUTE_NAME_UNSPECIFIED":
		case "PROVIDER", "RAW_USER_INFO":
			return refusal("OPERATION_NOT_ALLOWED : This emulator cannot delete the attribute " + attribute + ".")
		default:
			return jsonError(" Invalid value at 'deleteAttribute'.")
		}
	}
	if slices.Contains(r.DeleteProvider, "password") { // whose identity is the email
		u.Email, u.EmailVerified = "", false
	}
	u.unlink(r.DeleteProvider)
	return nil
}

// checkCustomClaims wants a small JSON object without the names that tokens need for themselves.
func checkCustomClaims(text string) error {
	if len(text) > maxClaims {
		return refusal("CLAIMS_TOO_LARGE")
	}
	if text == "" {
		return nil
	}
	var custom map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &custom) != nil || custom == nil {
		return refusal("INVALID_CLAIMS")
	}
	for _, name := range []string{
		"acr", "amr", "at_hash", "aud", "auth_time", "azp", "c_hash", "cnf", "exp", "firebase", "iat", "iss", "jti", "nbf",
		"nonce", "sub",
	} {
		if _, ok := custom[name]; ok {
			return refusal("FORBIDDEN_CLAIM : " + name)
		}
	}
	return nil
}
