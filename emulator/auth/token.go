package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	issuerPrefix   = "https://securetoken.google.com/"
	signInProvider = "anonymous"
)

// errInvalidToken says that a string is no ID token.
var errInvalidToken = errors.New("auth: not an ID token")

// identities is the claim "firebase" of an ID token.
type identities struct {
	Identities     map[string][]string `json:"identities"`
	SignInProvider string              `json:"sign_in_provider"`
}

// claims are those of production's ID token for an anonymous user. Times are whole Unix seconds.
type claims struct {
	Issuer     string     `json:"iss"`
	Audience   string     `json:"aud"`
	AuthTime   int64      `json:"auth_time"`
	UserID     string     `json:"user_id"`
	Subject    string     `json:"sub"`
	IssuedAt   int64      `json:"iat"`
	Expires    int64      `json:"exp"`
	ProviderID string     `json:"provider_id"`
	Firebase   identities `json:"firebase"`
}

// unsignedHeader is the JWT header of RFC 7519 section 6, "Unsecured JWTs".
const unsignedHeader = `{"alg":"none","typ":"JWT"}`

// idToken issues a token for u that ends [TokenLifetime] from now.
func idToken(u user, now time.Time) (string, error) {
	payload, err := json.Marshal(claims{
		Issuer:     issuerPrefix + u.project,
		Audience:   u.project,
		AuthTime:   u.createdAt.Unix(),
		UserID:     u.uid,
		Subject:    u.uid,
		IssuedAt:   now.Unix(),
		Expires:    now.Add(TokenLifetime).Unix(),
		ProviderID: signInProvider,
		Firebase:   identities{Identities: map[string][]string{}, SignInProvider: signInProvider},
	})
	if err != nil {
		return "", fmt.Errorf("auth: encoding an ID token: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(unsignedHeader)) + "." + encode(payload) + ".", nil
}

// parseIDToken reads the claims of an unsigned token. A signed one is refused, as is one whose issuer
// and audience disagree, with errInvalidToken. The caller checks the time.
func parseIDToken(token string) (claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[2] != "" {
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
