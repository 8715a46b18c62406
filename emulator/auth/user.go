package auth

import (
	"slices"
	"time"
)

// Limits of an account, in bytes where not said otherwise. Those of uid and custom claims are
// production's; the others keep memory bounded.
const (
	maxUID         = 128
	maxEmail       = 254
	maxDisplayName = 1 << 10
	maxPhotoURL    = 2 << 10
	maxRawID       = 256
	maxProviderID  = 128
	maxIdentities  = 16 // identities of an account
	maxClaims      = 1000
)

// user is one account, and what a [Keep] keeps of it as JSON. It is a value: whoever changes an account
// changes a copy and puts it into the directory; its slices are never written to.
type user struct {
	Project       string     `json:"project"`
	UID           string     `json:"uid"`
	Email         string     `json:"email,omitempty"` // lower case; one account of a project at most has it
	EmailVerified bool       `json:"emailVerified,omitempty"`
	DisplayName   string     `json:"displayName,omitempty"`
	PhotoURL      string     `json:"photoUrl,omitempty"`
	Disabled      bool       `json:"disabled,omitempty"`
	CustomClaims  string     `json:"customClaims,omitempty"` // a JSON object, as the administrator gave it
	Identities    []identity `json:"identities,omitempty"`   // at most one of each provider
	CreatedAt     time.Time  `json:"createdAt"`
	LastLogin     time.Time  `json:"lastLogin,omitzero"`
	LastRefresh   time.Time  `json:"lastRefresh,omitzero"`
	ValidSince    time.Time  `json:"validSince,omitzero"` // whole seconds; tokens from before are revoked
}

// identity is an account at an identity provider, as accounts:lookup tells it. FederatedID repeats
// RawID: so does production here, and only here.
type identity struct {
	ProviderID  string `json:"providerId"`
	RawID       string `json:"rawId"`
	FederatedID string `json:"federatedId"`
	Email       string `json:"email,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
	PhotoURL    string `json:"photoUrl,omitempty"`
	ScreenName  string `json:"screenName,omitempty"`
}

// link gives u an identity, instead of the one of the same provider if it has one.
func (u *user) link(i identity) error {
	u.unlink([]string{i.ProviderID})
	if len(u.Identities) >= maxIdentities {
		return refusal("OPERATION_NOT_ALLOWED : An account has no more than 16 identity providers.")
	}
	u.Identities = append(u.Identities, i)
	return nil
}

// unlink takes the identities of these providers from u, whose list is its own then.
func (u *user) unlink(providers []string) {
	u.Identities = slices.DeleteFunc(slices.Clone(u.Identities), func(i identity) bool {
		return slices.Contains(providers, i.ProviderID)
	})
}

func (u *user) providers() []string {
	ids := make([]string, 0, len(u.Identities))
	for _, i := range u.Identities {
		ids = append(ids, i.ProviderID)
	}
	return ids
}

// usable says why a token from the time given is not good for u: the account is disabled, or its tokens
// of that time are revoked, or are an earlier account's of the same uid.
func (u *user) usable(issued int64) error {
	if issued < max(u.ValidSince.Unix(), u.CreatedAt.Unix()) { // without ValidSince, that is long ago
		return refusal("TOKEN_EXPIRED")
	}
	return u.enabled()
}

func (u *user) enabled() error {
	if u.Disabled {
		return refusal("USER_DISABLED")
	}
	return nil
}

// revoke makes all tokens from before now useless. Those of the same second stay good.
func (u *user) revoke(now time.Time) { u.ValidSince = now.Truncate(time.Second) }
