package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	issuerPrefix = "https://securetoken.google.com/"
	anonymous    = "anonymous"
	// maxTokenBytes is beyond every token that is made here: names, claims and identities are bounded.
	maxTokenBytes = 32 << 10
)

// errInvalidToken says that a string is no token.
var errInvalidToken = errors.New("auth: not a token")

// firebaseClaim is the claim "firebase" of an ID token.
type firebaseClaim struct {
	Identities     map[string][]string `json:"identities"`
	SignInProvider string              `json:"sign_in_provider"`
}

// claims are those of an ID token that are read. Times are whole Unix seconds.
type claims struct {
	Issuer   string        `json:"iss"`
	Audience string        `json:"aud"`
	Subject  string        `json:"sub"`
	AuthTime int64         `json:"auth_time"`
	IssuedAt int64         `json:"iat"`
	Expires  int64         `json:"exp"`
	Firebase firebaseClaim `json:"firebase"`
}

// session is one sign-in. A refresh token is a session as JSON in base64url: it is believed, as all
// tokens are here, and so it survives a restart if the accounts do.
type session struct {
	Project  string `json:"project"`
	UID      string `json:"uid"`
	Provider string `json:"provider"` // that was signed in with
	AuthTime int64  `json:"authTime"` // of the sign-in, Unix seconds
	IssuedAt int64  `json:"issuedAt"` // of the refresh token, Unix seconds
}

// tokens are what a sign-in gives, under the names of the Identity Toolkit.
type tokens struct {
	IDToken      string `json:"idToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
	ExpiresIn    string `json:"expiresIn,omitempty"`
}

// signIn notes that u signs in with a provider now, keeps u, and gives the tokens.
func (e *Emulator) signIn(u *user, provider string, now time.Time) (tokens, error) {
	u.LastLogin = now
	s := session{Project: u.Project, UID: u.UID, Provider: provider, AuthTime: now.Unix(), IssuedAt: now.Unix()}
	return e.issue(u, s, now)
}

// issue keeps u and gives tokens of the session.
func (e *Emulator) issue(u *user, s session, now time.Time) (tokens, error) {
	u.LastRefresh = now
	if err := e.users.put(*u); err != nil {
		return tokens{}, err
	}
	id, err := idToken(u, s, now)
	if err != nil {
		return tokens{}, err
	}
	refresh, err := json.Marshal(s)
	if err != nil {
		return tokens{}, fmt.Errorf("auth: encoding a refresh token: %w", err)
	}
	return tokens{
		IDToken:      id,
		RefreshToken: base64.RawURLEncoding.EncodeToString(refresh),
		ExpiresIn:    strconv.Itoa(int(TokenLifetime / time.Second)),
	}, nil
}

// unsignedHeader is the JWT header of RFC 7519 section 6, "Unsecured JWTs".
const unsignedHeader = `{"alg":"none","typ":"JWT"}`

// idToken makes a token for u that ends [TokenLifetime] from now. Custom claims come before name and
// picture, and after everything else.
func idToken(u *user, s session, now time.Time) (string, error) {
	payload := map[string]any{}
	setUnlessEmpty(payload, "name", u.DisplayName)
	setUnlessEmpty(payload, "picture", u.PhotoURL)
	if u.CustomClaims != "" {
		var custom map[string]json.RawMessage
		if err := json.Unmarshal([]byte(u.CustomClaims), &custom); err != nil {
			return "", fmt.Errorf("auth: reading custom claims: %w", err)
		}
		for name, value := range custom {
			payload[name] = value
		}
	}
	for _, ours := range []string{"email", "email_verified", "phone_number", "provider_id"} {
		delete(payload, ours)
	}
	identities := map[string][]string{}
	if u.Email != "" {
		payload["email"], payload["email_verified"] = u.Email, u.EmailVerified
		identities["email"] = []string{u.Email}
	}
	for _, i := range u.Identities {
		identities[i.ProviderID] = []string{i.RawID}
	}
	if s.Provider == anonymous {
		payload["provider_id"] = anonymous
	}
	payload["iss"], payload["aud"] = issuerPrefix+u.Project, u.Project
	payload["sub"], payload["user_id"] = u.UID, u.UID
	payload["auth_time"] = s.AuthTime
	payload["iat"], payload["exp"] = now.Unix(), now.Add(TokenLifetime).Unix()
	payload["firebase"] = firebaseClaim{Identities: identities, SignInProvider: s.Provider}
	encoded, err := json.Marshal(payload)
	if err != nil {
		return "", fmt.Errorf("auth: encoding an ID token: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(unsignedHeader)) + "." + encode(encoded) + ".", nil
}

func setUnlessEmpty(object map[string]any, name, value string) {
	if value != "" {
		object[name] = value
	}
}

// parseIDToken reads the claims of an unsigned token. A signed one is refused, as is one whose issuer
// and audience disagree, with errInvalidToken. The caller checks the time.
func parseIDToken(token string) (claims, error) {
	parts := strings.Split(token, ".")
	if len(token) > maxTokenBytes || len(parts) != 3 || parts[2] != "" {
		return claims{}, errInvalidToken
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	var c claims
	if decodePart(parts[0], &header) != nil || decodePart(parts[1], &c) != nil || header.Algorithm != "none" {
		return claims{}, errInvalidToken
	}
	if c.Subject == "" || c.Audience == "" || c.Issuer != issuerPrefix+c.Audience {
		return claims{}, errInvalidToken
	}
	return c, nil
}

func parseRefreshToken(token string) (session, error) {
	var s session
	if len(token) > maxTokenBytes || decodePart(token, &s) != nil || s.UID == "" || s.Provider == "" {
		return session{}, errInvalidToken
	}
	return s, nil
}

// decodePart reads JSON in base64url.
func decodePart(part string, value any) error {
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return fmt.Errorf("auth: decoding a token: %w", err)
	}
	if err := json.Unmarshal(decoded, value); err != nil {
		return fmt.Errorf("auth: decoding a token: %w", err)
	}
	return nil
}

// userOfToken finds the user of an ID token, and the session that the token is of.
func (e *Emulator) userOfToken(token string) (user, session, error) {
	c, err := parseIDToken(token)
	if err != nil {
		return user{}, session{}, refusal("INVALID_ID_TOKEN")
	}
	now := e.options.Now()
	if now.Unix() >= c.Expires {
		return user{}, session{}, refusal("TOKEN_EXPIRED")
	}
	u, ok := e.users.find(c.Audience, c.Subject)
	if !ok {
		return user{}, session{}, refusal("USER_NOT_FOUND")
	}
	s := session{
		Project: u.Project, UID: u.UID, Provider: c.Firebase.SignInProvider, AuthTime: c.AuthTime, IssuedAt: now.Unix(),
	}
	return u, s, u.usable(c.IssuedAt)
}
