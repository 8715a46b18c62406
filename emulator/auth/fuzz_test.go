package auth

import (
	"encoding/json"
	"net/url"
	"testing"
)

func FuzzAssertion(f *testing.F) {
	google := func(token string) string {
		return url.Values{"id_token": {token}, "providerId": {"google.com"}}.Encode()
	}
	f.Add("http://localhost", google(`{"sub":"1","email":"a@b.c","email_verified":true}`))
	f.Add("http://localhost", google("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."))
	f.Add("http://localhost?providerId=x&access_token={}#id_token=1", "")
	f.Fuzz(func(t *testing.T, uri, postBody string) {
		a, err := parseAssertion(uri, postBody)
		if err != nil {
			return
		}
		u := user{Project: "p", UID: "u"}
		if a.identity.RawID == "" || a.identity.ProviderID == "" || u.link(a.identity) != nil {
			t.Fatalf("nobody's identity: %+v", a)
		}
		told, err := responseTo(&a)
		if err != nil || !json.Valid([]byte(told.RawUserInfo)) {
			t.Fatalf("raw user info %q, %v", told.RawUserInfo, err)
		}
	})
}

func FuzzTokens(f *testing.F) {
	f.Add("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")
	f.Add("eyJwcm9qZWN0IjoicCIsInVpZCI6InUiLCJwcm92aWRlciI6ImEifQ")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseIDToken(text); err == nil && (c.Subject == "" || c.Audience == "") {
			t.Fatalf("nobody's token: %+v", c)
		}
		if s, err := parseRefreshToken(text); err == nil && s.UID == "" {
			t.Fatalf("nobody's session: %+v", s)
		}
	})
}

func FuzzCustomClaims(f *testing.F) {
	f.Add(`{"role":"mod","name":1e999}`)
	f.Add(`{"a":1,"a":2} `)
	f.Fuzz(func(t *testing.T, text string) {
		if checkCustomClaims(text) != nil {
			return
		}
		u := user{Project: "p", UID: "u", CustomClaims: text}
		token, err := idToken(&u, session{Provider: anonymous}, u.CreatedAt)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := parseIDToken(token); err != nil || c.Subject != "u" || c.Issuer != issuerPrefix+"p" {
			t.Fatalf("read back as %+v, %v", c, err)
		}
	})
}
