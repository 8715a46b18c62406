package auth

import (
	"cmp"
	"errors"
	"time"
)

type idpRequest struct {
	RequestURI          string `json:"requestUri"`
	PostBody            string `json:"postBody"`
	IDToken             string `json:"idToken"`    // of the account to link to
	AutoCreate          *bool  `json:"autoCreate"` // nil: true
	ReturnIDPCredential bool   `json:"returnIdpCredential"`
}

// idpResponse tells what the identity provider said and, unless ErrorMessage or NeedConfirmation say that
// nobody was signed in, who that is here.
type idpResponse struct {
	Kind             string   `json:"kind"`
	Context          string   `json:"context"`
	ProviderID       string   `json:"providerId"`
	FederatedID      string   `json:"federatedId"`
	Email            string   `json:"email,omitempty"`
	EmailVerified    bool     `json:"emailVerified"`
	DisplayName      string   `json:"displayName,omitempty"`
	FullName         string   `json:"fullName,omitempty"`
	FirstName        string   `json:"firstName,omitempty"`
	LastName         string   `json:"lastName,omitempty"`
	ScreenName       string   `json:"screenName,omitempty"`
	PhotoURL         string   `json:"photoUrl,omitempty"`
	RawUserInfo      string   `json:"rawUserInfo"`
	OAuthIDToken     string   `json:"oauthIdToken,omitempty"`
	OAuthAccessToken string   `json:"oauthAccessToken"`
	LocalID          string   `json:"localId,omitempty"`
	IsNewUser        bool     `json:"isNewUser,omitempty"`
	EmailRecycled    bool     `json:"emailRecycled,omitempty"`
	NeedConfirmation bool     `json:"needConfirmation,omitempty"`
	VerifiedProvider []string `json:"verifiedProvider,omitempty"`
	ErrorMessage     string   `json:"errorMessage,omitempty"`
	tokens
}

func responseTo(a *assertion) (*idpResponse, error) {
	i := a.identity
	raw, err := a.rawUserInfo()
	return &idpResponse{
		Kind:       "identitytoolkit#VerifyAssertionResponse",
		ProviderID: i.ProviderID, FederatedID: a.federatedID(), Email: i.Email, EmailVerified: a.emailVerified,
		DisplayName: i.DisplayName, FullName: i.DisplayName, FirstName: a.firstName, LastName: a.lastName,
		ScreenName: i.ScreenName, PhotoURL: i.PhotoURL, RawUserInfo: raw, OAuthIDToken: a.idToken,
		// There is always one: SDKs make credentials of most providers from it.
		OAuthAccessToken: cmp.Or(a.accessToken, "FirebaseAuthEmulatorFakeAccessToken_"+i.ProviderID),
	}, err
}

// signInWithIdp signs in the account that has the identity, or links the identity to the account of the
// token. Without either it takes the account of the same email, or makes a new one.
func (e *Emulator) signInWithIdp(c caller, asked *idpRequest) (any, error) {
	a, err := parseAssertion(asked.RequestURI, asked.PostBody)
	if err != nil {
		return nil, err
	}
	told, err := responseTo(&a)
	if err != nil {
		return nil, err
	}
	now := e.options.Now()
	var u user
	if asked.IDToken != "" {
		u, err = e.linked(asked.IDToken, &a)
	} else {
		autoCreate := asked.AutoCreate == nil || *asked.AutoCreate
		u, err = e.signedIn(c.project, &a, told, autoCreate, now)
	}
	if err == nil && !told.NeedConfirmation {
		err = u.enabled()
	}
	if err == nil && !told.NeedConfirmation {
		err = e.enter(&u, &a, told, now)
	}
	if refused := refusal(""); asked.ReturnIDPCredential && errors.As(err, &refused) {
		told.ErrorMessage = refused.Error()
		return told, nil
	}
	if err != nil {
		return nil, err
	}
	return told, nil
}

// enter links the identity to u, or brings it up to date, and signs u in.
func (e *Emulator) enter(u *user, a *assertion, told *idpResponse, now time.Time) error {
	if err := u.link(a.identity); err != nil {
		return err
	}
	signed, err := e.signIn(u, a.identity.ProviderID, now)
	if err != nil {
		return err
	}
	told.LocalID, told.tokens = u.UID, signed
	if u.Email == a.identity.Email {
		told.EmailVerified = u.EmailVerified
	}
	return nil
}

// linked is the account of the token as it is with the identity, whose email it takes if it has none. That
// the identity is an account's already, if only the same one's, is an error.
func (e *Emulator) linked(token string, a *assertion) (user, error) {
	u, _, err := e.userOfToken(token)
	if err != nil {
		return user{}, err
	}
	i := a.identity
	if _, ok := e.users.findByIdentity(u.Project, i.ProviderID, i.RawID); ok {
		return user{}, refusal("FEDERATED_USER_ID_ALREADY_LINKED")
	}
	if i.Email == "" {
		return u, nil
	}
	if other, ok := e.users.findByEmail(u.Project, i.Email); ok && other.UID != u.UID {
		return user{}, refusal("EMAIL_EXISTS")
	}
	if u.Email == "" {
		u.Email, u.EmailVerified = i.Email, false
	}
	if u.Email == i.Email {
		u.EmailVerified = u.EmailVerified || a.emailVerified
	}
	return u, nil
}

// signedIn is the account to sign in. told hears whether it is new, or whether the user must show first
// that the account with the same email is theirs: then nobody is signed in.
func (e *Emulator) signedIn(
	project string, a *assertion, told *idpResponse, autoCreate bool, now time.Time,
) (user, error) {
	i := a.identity
	if u, ok := e.users.findByIdentity(project, i.ProviderID, i.RawID); ok {
		return u, nil
	}
	if u, ok := e.users.findByEmail(project, i.Email); ok {
		if a.emailVerified {
			takeOver(&u, a, told, now)
		} else {
			told.NeedConfirmation, told.LocalID, told.VerifiedProvider = true, u.UID, u.providers()
		}
		return u, nil
	}
	if !autoCreate {
		return user{}, refusal("USER_NOT_FOUND")
	}
	u, err := e.newUser(project, now)
	if err != nil {
		return user{}, err
	}
	told.IsNewUser = true
	u.Email, u.EmailVerified = i.Email, i.Email != "" && a.emailVerified
	u.DisplayName, u.PhotoURL = i.DisplayName, i.PhotoURL
	return u, nil
}

// takeOver gives the account of an email to whom the identity provider says the email is verified for. If
// the account had not verified it, whoever made the account is locked out.
func takeOver(u *user, a *assertion, told *idpResponse, now time.Time) {
	for _, old := range u.Identities {
		if old.ProviderID == a.identity.ProviderID {
			told.EmailRecycled = true // the provider gave the address to somebody else
		}
	}
	if !u.EmailVerified {
		u.Identities = nil
		u.revoke(now)
	}
	u.EmailVerified = true
	u.DisplayName, u.PhotoURL = a.identity.DisplayName, a.identity.PhotoURL
}
