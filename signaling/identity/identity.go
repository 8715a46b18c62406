// Package identity signs a Go peer in as an anonymous Firebase user, as a browser's SDK does, and keeps
// its ID token fresh. The token is what firestore.rules and the function know a person by.
//
// It speaks the public REST API of Identity Toolkit (accounts:signUp) and of the secure token service
// (grant_type=refresh_token), or the same paths of an Auth emulator.
//
// # Trust
//
// Tokens are secrets of this process: they are sent to Google, the store and the function, and never
// logged or put into an error. An API key is public.
package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// ErrSignIn is returned when the user could not be signed in or its token not be renewed: the failure sign_in_failed.
var ErrSignIn = errors.New("identity: sign-in was refused or could not be reached")

// ErrRefused is returned, in an [ErrSignIn], when the service answered and said no.
var ErrRefused = errors.New("identity: refused")

const (
	signUpHost = "https://identitytoolkit.googleapis.com"
	tokenHost  = "https://securetoken.googleapis.com" //nolint:gosec // an address, not a credential

	// fresh is how long a token must still be good for to be handed out: time to travel, and for clocks that differ.
	fresh       = 5 * time.Minute
	callTimeout = 10 * time.Second
	maxAnswer   = 64 << 10
)

// Options say where and how to sign in. nil is Google, with http.DefaultClient.
type Options struct {
	// EmulatorURL is the Auth emulator's address, such as http://127.0.0.1:9099; empty means Google.
	EmulatorURL string
	// Client sends the requests; nil means http.DefaultClient.
	Client *http.Client
}

// User is a signed-in user. It is safe for concurrent use.
type User struct {
	options Options
	apiKey  string
	uid     string

	mu      sync.Mutex
	idToken string    // guarded by mu
	refresh string    // guarded by mu
	until   time.Time // guarded by mu: when idToken ends
}

// SignIn makes an anonymous user of the project that apiKey belongs to. Errors wrap [ErrSignIn], or are ctx's.
func SignIn(ctx context.Context, apiKey string, o *Options) (*User, error) {
	u := &User{apiKey: apiKey}
	if o != nil {
		u.options = *o
	}
	var answer struct {
		LocalID      string `json:"localId"`
		IDToken      string `json:"idToken"`
		RefreshToken string `json:"refreshToken"`
		ExpiresIn    string `json:"expiresIn"`
	}
	body := strings.NewReader(`{"returnSecureToken":true}`)
	err := u.call(ctx, signUpHost, "/v1/accounts:signUp", "application/json", body, &answer)
	if err != nil {
		return nil, err
	}
	if u.uid, err = protocol.ParseUID(answer.LocalID); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignIn, err)
	}
	return u, u.keep(answer.IDToken, answer.RefreshToken, answer.ExpiresIn)
}

// UID is the user's id (SPEC V5).
func (u *User) UID() string { return u.uid }

// Token is an ID token that is good for some minutes more; it is renewed when it is not. Errors wrap
// [ErrSignIn], or are ctx's.
func (u *User) Token(ctx context.Context) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if time.Until(u.until) > fresh {
		return u.idToken, nil
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {u.refresh}}
	var answer struct {
		IDToken      string `json:"id_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    string `json:"expires_in"`
	}
	body := strings.NewReader(form.Encode())
	if err := u.call(ctx, tokenHost, "/v1/token", "application/x-www-form-urlencoded", body, &answer); err != nil {
		return "", err
	}
	if err := u.keep(answer.IDToken, answer.RefreshToken, answer.ExpiresIn); err != nil {
		return "", err
	}
	return u.idToken, nil
}

// keep is called with mu held, or before anybody else knows u.
func (u *User) keep(idToken, refresh, expiresIn string) error {
	seconds, err := strconv.Atoi(expiresIn)
	if err != nil || idToken == "" || refresh == "" || seconds < 1 {
		return fmt.Errorf("%w: an answer without a token", ErrSignIn)
	}
	u.idToken, u.refresh, u.until = idToken, refresh, time.Now().Add(time.Duration(seconds)*time.Second)
	return nil
}

func (u *User) call(ctx context.Context, host, path, contentType string, body io.Reader, answer any) error {
	address := host + path
	if u.options.EmulatorURL != "" {
		address = strings.TrimSuffix(u.options.EmulatorURL, "/") + strings.TrimPrefix(host, "https:/") + path
	}
	limited, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodPost, address+"?key="+url.QueryEscape(u.apiKey), body)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSignIn, err)
	}
	request.Header.Set("Content-Type", contentType)
	client := u.options.Client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %w", ErrSignIn, withoutURL(err))
	}
	defer response.Body.Close() //nolint:errcheck // only read
	switch {
	case response.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("%w: status %d", ErrSignIn, response.StatusCode)
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("%w: %w: status %d", ErrSignIn, ErrRefused, response.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(answer); err != nil {
		return fmt.Errorf("%w: not an answer of Identity Toolkit", ErrSignIn)
	}
	return nil
}

// withoutURL leaves out the address, which has the key in it.
func withoutURL(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}
