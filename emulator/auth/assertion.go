package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// googleProvider is Google's id as an identity provider.
const googleProvider = "google.com"

// assertion is what an identity provider says of a user.
type assertion struct {
	identity      identity
	emailVerified bool
	firstName     string
	lastName      string
	claims        string // the JSON that all this is from
	idToken       string // as given; may be empty
	accessToken   string // as given; may be empty
}

// parseAssertion reads the credential that accounts:signInWithIdp is given: a query in postBody, or in the
// query or fragment of requestURI; the later come before the earlier. There must be providerId, and
// id_token, or an access_token of the same form. Nobody checks a signature, nor who issued it and for whom.
func parseAssertion(requestURI, postBody string) (assertion, error) {
	if requestURI == "" {
		return assertion{}, refusal("MISSING_REQUEST_URI")
	}
	uri, err := url.Parse(requestURI)
	if err != nil || !uri.IsAbs() {
		return assertion{}, refusal("INVALID_REQUEST_URI")
	}
	given := map[string]string{}
	for _, query := range []string{uri.RawQuery, postBody, uri.Fragment} {
		values, err := url.ParseQuery(query)
		if err != nil {
			return assertion{}, refusal("INVALID_IDP_RESPONSE : The postBody is no query string.")
		}
		for name := range values {
			given[name] = values.Get(name)
		}
	}
	a := assertion{idToken: given["id_token"], accessToken: given["access_token"]}
	a.identity.ProviderID = strings.ToLower(given["providerId"])
	switch {
	case a.identity.ProviderID == "":
		return assertion{}, refusal("INVALID_CREDENTIAL_OR_PROVIDER_ID : There is no providerId.")
	case noProvider(a.identity.ProviderID):
		return assertion{}, refusal("OPERATION_NOT_ALLOWED : This emulator has no such identity provider.")
	}
	token := a.idToken
	if token == "" {
		token = a.accessToken
	}
	a.claims, err = claimsJSON(token)
	if err != nil {
		return assertion{}, err
	}
	return a, a.read()
}

// noProvider tells whether id is of a way to sign in that is no identity provider, or one without tokens.
func noProvider(id string) bool {
	return slices.Contains([]string{
		anonymous, "custom", "email", "emailLink", "firebase", "gc.apple.com", "password",
		"phone", "playgames.google.com", "twitter.com",
	}, id) || strings.HasPrefix(id, "saml.")
}

// claimsJSON is the JSON object in a token: itself, or what a JWT carries.
func claimsJSON(token string) (string, error) {
	if strings.HasPrefix(token, "{") {
		return token, nil
	}
	parts := strings.Split(token, ".")
	var header, payload json.RawMessage
	if len(parts) != 3 || decodePart(parts[0], &header) != nil || decodePart(parts[1], &payload) != nil {
		return "", refusal("INVALID_IDP_RESPONSE : There is no id_token that is a JWT, or strict JSON.")
	}
	return string(payload), nil
}

// read fills a from its claims.
func (a *assertion) read() error {
	var c struct {
		Subject       string `json:"sub"`
		Email         string `json:"email"`
		EmailVerified any    `json:"email_verified"`
		Name          string `json:"name"`
		Picture       string `json:"picture"`
		ScreenName    string `json:"screen_name"`
		GivenName     string `json:"given_name"`
		FamilyName    string `json:"family_name"`
	}
	err := json.Unmarshal([]byte(a.claims), &c)
	if wrong := new(json.UnmarshalTypeError); errors.As(err, &wrong) && wrong.Field != "" {
		return refusal(fmt.Sprintf("INVALID_IDP_RESPONSE : The claim %q must be a string.", wrong.Field))
	}
	if err != nil {
		return refusal("INVALID_IDP_RESPONSE : The id_token is no strict JSON object.")
	}
	if c.Subject == "" {
		return refusal(`INVALID_IDP_RESPONSE : The id_token lacks "sub", which names the user.`)
	}
	a.firstName, a.lastName = c.GivenName, c.FamilyName
	a.emailVerified = c.EmailVerified == true || c.EmailVerified == "true" // Apple has a string
	a.identity = identity{
		ProviderID: a.identity.ProviderID, RawID: c.Subject, FederatedID: c.Subject, Email: strings.ToLower(c.Email),
		DisplayName: c.Name, PhotoURL: c.Picture, ScreenName: c.ScreenName,
	}
	return a.identity.check("INVALID_IDP_RESPONSE")
}

// check keeps an identity within its limits. code is what a refusal begins with.
func (i identity) check(code string) error {
	if i.Email != "" && !looksLikeEmail(i.Email) {
		return refusal(code + " : The email is none.")
	}
	if noProvider(i.ProviderID) {
		return refusal("OPERATION_NOT_ALLOWED : This emulator has no such identity provider.")
	}
	return errors.Join(
		tooLong(code, i.ProviderID, maxProviderID), tooLong(code, i.RawID, maxRawID),
		tooLong(code, i.DisplayName, maxDisplayName), tooLong(code, i.ScreenName, maxDisplayName),
		tooLong(code, i.PhotoURL, maxPhotoURL),
	)
}

// federatedID is what sign-in tells of the identity: with Google, an address.
func (a *assertion) federatedID() string {
	if a.identity.ProviderID == googleProvider {
		return "https://accounts.google.com/" + a.identity.RawID
	}
	return a.identity.RawID
}

// rawUserInfo is what the provider's own API would say of the user; the SDKs hand it to the app.
func (a *assertion) rawUserInfo() (string, error) {
	if a.identity.ProviderID != googleProvider {
		return a.claims, nil
	}
	scopes := "openid https://www.googleapis.com/auth/userinfo.profile"
	if a.identity.Email != "" {
		scopes += " https://www.googleapis.com/auth/userinfo.email"
	}
	known := map[string]any{
		"granted_scopes": scopes, "id": a.identity.RawID, "verified_email": a.emailVerified, "locale": "en",
	}
	setUnlessEmpty(known, "name", a.identity.DisplayName)
	setUnlessEmpty(known, "given_name", a.firstName)
	setUnlessEmpty(known, "family_name", a.lastName)
	setUnlessEmpty(known, "email", a.identity.Email)
	setUnlessEmpty(known, "picture", a.identity.PhotoURL)
	encoded, err := json.Marshal(known)
	if err != nil {
		return "", fmt.Errorf("auth: encoding what is known of a user: %w", err)
	}
	return string(encoded), nil
}
