package auth_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/parley-chat/parley/emulator/auth"
)

// keep is a Keep in memory, which may refuse.
type keep struct {
	values map[string][]byte
	err    error
}

func (k *keep) Load() ([][]byte, error) { return slices.Collect(maps.Values(k.values)), k.err }

func (k *keep) Put(key string, value []byte) error {
	if k.err == nil {
		k.values[key] = value
	}
	return k.err
}

func (k *keep) Delete(key string) error {
	if k.err == nil {
		delete(k.values, key)
	}
	return k.err
}

func open(t *testing.T, k *keep) harness {
	t.Helper()
	e, err := auth.Open(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	return serveHandler(t, e)
}

func TestAccountsOutliveTheProcess(t *testing.T) {
	k := &keep{values: map[string][]byte{}}
	h := open(t, k)
	stays, goes := h.with(ann), h.signUp()
	h.change(stays.IDToken, map[string]any{"displayName": "Ann II"})
	h.post(deletePath, jsonOf(t, map[string]string{"idToken": goes.IDToken}))

	h = open(t, k)
	got := h.with(ann)
	if got.LocalID != stays.LocalID || got.IsNewUser {
		t.Errorf("signed in as %+v, want %s", got, stays.LocalID)
	}
	if claims := claimsOf(t, h.refresh(refreshForm(stays.RefreshToken)).NewIDToken); claims["name"] != "Ann II" {
		t.Errorf("refreshed in the next process: %v", claims)
	}
	if got := h.refresh(refreshForm(goes.RefreshToken)); got.Error.Message != "USER_NOT_FOUND" {
		t.Errorf("deleted in the process before: %+v", got)
	}

	k.err = errors.New("disk full")
	token := jsonOf(t, map[string]string{"idToken": stays.IDToken})
	if got := h.post(deletePath, token); got.status != http.StatusInternalServerError {
		t.Errorf("deleted what the keep does not delete: %+v", got)
	}
	if got := h.post(signUpPath, `{}`); got.status != http.StatusInternalServerError {
		t.Errorf("made what the keep does not take: %+v", got)
	}
	k.err = nil
	h.own(stays.IDToken)
}

func TestOpenRefusesWhatItDidNotKeep(t *testing.T) {
	twice := []byte(`{"project":"p","uid":"u"}`)
	same := `"email":"a@b.c"}`
	for name, k := range map[string]*keep{
		"an error":         {err: errors.New("no disk")},
		"no JSON":          {values: map[string][]byte{"p/u": []byte(`{`)}},
		"no name":          {values: map[string][]byte{"p/u": []byte(`{}`)}},
		"an account twice": {values: map[string][]byte{"p/u": twice, "p/v": twice}},
		"an email twice": {values: map[string][]byte{
			"p/u": []byte(`{"project":"p","uid":"u",` + same), "p/v": []byte(`{"project":"p","uid":"v",` + same),
		}},
	} {
		if _, err := auth.Open(k, nil); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}
