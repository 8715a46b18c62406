package auth

import (
	"strings"
	"time"
)

// profile is what an account says of its user. Nil: not mentioned.
type profile struct {
	DisplayName *string `json:"displayName"`
	PhotoURL    *string `json:"photoUrl"`
	Email       *string `json:"email"`
}

// apply changes u to what p mentions. Empty strings are kept as the lack of the thing. An email is
// compared and kept in lower case, as everywhere in Firebase.
func (p profile) apply(u *user) error {
	if p.DisplayName != nil {
		if err := tooLong("INVALID_DISPLAY_NAME", *p.DisplayName, maxDisplayName); err != nil {
			return err
		}
		u.DisplayName = *p.DisplayName
	}
	if p.PhotoURL != nil {
		if err := tooLong("INVALID_PHOTO_URL", *p.PhotoURL, maxPhotoURL); err != nil {
			return err
		}
		u.PhotoURL = *p.PhotoURL
	}
	if p.Email != nil && *p.Email != "" {
		if !looksLikeEmail(*p.Email) {
			return refusal("INVALID_EMAIL")
		}
		u.Email = strings.ToLower(*p.Email)
	}
	return nil
}

// looksLikeEmail asks for as much as the SDKs do: something on both sides of one @.
func looksLikeEmail(email string) bool {
	name, host, ok := strings.Cut(email, "@")
	return ok && name != "" && host != "" && !strings.Contains(host, "@") && len(email) <= maxEmail
}

type createRequest struct {
	profile
	IDToken       string `json:"idToken"`
	LocalID       string `json:"localId"`
	EmailVerified bool   `json:"emailVerified"`
	Disabled      bool   `json:"disabled"`
}

type created struct {
	Kind        string `json:"kind"`
	LocalID     string `json:"localId"`
	DisplayName string `json:"displayName,omitempty"`
	Email       string `json:"email,omitempty"`
	tokens
}

// signUp makes an anonymous account and signs it in. What a client says of it is passed over, as
// production does. From the administrator it is the call to create.
func (e *Emulator) signUp(c caller, asked *createRequest) (any, error) {
	if c.owner {
		return e.create(c, asked)
	}
	if asked.LocalID != "" {
		return nil, refusal("UNEXPECTED_PARAMETER : User ID")
	}
	if asked.Email != nil || asked.IDToken != "" {
		return nil, refusal("OPERATION_NOT_ALLOWED : This emulator has no sign-up by email and password.")
	}
	now := e.options.Now()
	u, err := e.newUser(c.project, now)
	if err != nil {
		return nil, err
	}
	signed, err := e.signIn(&u, anonymous, now)
	if err != nil {
		return nil, err
	}
	return created{Kind: "identitytoolkit#SignupNewUserResponse", LocalID: u.UID, tokens: signed}, nil
}

// create makes an account as the administrator wants it. Nobody is signed in.
func (e *Emulator) create(c caller, asked *createRequest) (any, error) {
	u, err := e.newUser(c.project, e.options.Now())
	if err != nil {
		return nil, err
	}
	if asked.LocalID != "" {
		if err := tooLong("INVALID_LOCAL_ID", asked.LocalID, maxUID); err != nil {
			return nil, err
		}
		if _, taken := e.users.find(c.project, asked.LocalID); taken {
			return nil, refusal("DUPLICATE_LOCAL_ID")
		}
		u.UID = asked.LocalID
	}
	if err := asked.apply(&u); err != nil {
		return nil, err
	}
	u.EmailVerified, u.Disabled = asked.EmailVerified, asked.Disabled
	if err := e.users.put(u); err != nil {
		return nil, err
	}
	return created{
		Kind:    "identitytoolkit#SignupNewUserResponse",
		LocalID: u.UID, DisplayName: u.DisplayName, Email: u.Email,
	}, nil
}

// newUser is an account that is not in the directory yet.
func (e *Emulator) newUser(project string, now time.Time) (user, error) {
	uid, err := e.users.newUID()
	return user{Project: project, UID: uid, CreatedAt: now}, err
}
