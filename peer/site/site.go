// Package site opens what a Go peer needs of one deployment, from the one address that a person knows: it asks
// there for the Firebase project, as the web app does, signs in, and connects to Firestore and the API.
//
//	GET /__/firebase/init.json   project and API key, as Firebase Hosting serves them
//	GET /__/parley.json          where the emulators are; only local deployments have it
//
// # Trust
//
// Who serves the address decides which project is used, as for the web app. As there, emulators are obeyed only
// when the project's name begins with demo-, which no real project's can; a real project's traffic is always
// encrypted.
package site

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/apiclient"
	"github.com/parley-chat/parley/signaling/firestorestore"
	"github.com/parley-chat/parley/signaling/identity"
)

// DefaultAPI is where `parley run` serves the API.
const DefaultAPI = "http://localhost:4000/api"

const (
	askTimeout = 10 * time.Second
	maxAnswer  = 64 << 10
	demoPrefix = "demo-"
)

// ErrUnreachable is returned when the address does not answer, or not like a deployment of Parley.
var ErrUnreachable = errors.New("site: no Parley at this address")

// ErrNoFirestore is returned when a local deployment does not say where Firestore's gRPC is.
var ErrNoFirestore = errors.New("site: the deployment is local and does not say where its Firestore emulator is")

// Options change how a deployment is opened; nil and the zero value are the defaults.
type Options struct {
	// FirestoreAddr and AuthAddr are host:port of emulators, as FIRESTORE_EMULATOR_HOST and
	// FIREBASE_AUTH_EMULATOR_HOST name them; they come before what the deployment says. Empty: as it says.
	FirestoreAddr, AuthAddr string
	// HTTP sends the requests; nil means a client of the site's own, whose connections Close ends.
	HTTP *http.Client
}

// Site is an open deployment and one anonymous user of it. It is safe for concurrent use.
type Site struct {
	user  *identity.User
	store *firestorestore.Store
	api   *apiclient.Client
	http  *http.Client
	own   bool // http is the site's own
}

// Places is what a deployment says about itself.
type Places struct {
	// Project and APIKey are the Firebase project's.
	Project, APIKey string
	// FirestoreAddr and AuthURL are those of a local deployment's emulators; empty means Google.
	FirestoreAddr, AuthURL string
}

// IsLocal tells whether the deployment whose API is at api is on this machine: then others may be too, and need its
// loopback addresses ([peer.Options]).
func IsLocal(api string) bool {
	u, err := url.Parse(api)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// Look asks the deployment whose API is at api where everything is, and opens nothing. Errors are [ErrUnreachable],
// which wraps why, [ErrNoFirestore], and ctx's.
func Look(ctx context.Context, api string, o *Options) (Places, error) {
	if o == nil {
		o = &Options{}
	}
	s := &Site{http: o.HTTP}
	if s.http == nil {
		s.http = http.DefaultClient
	}
	return s.look(ctx, strings.TrimSuffix(api, "/"), *o)
}

// Open asks the deployment whose API is at api, such as [DefaultAPI], and signs in. Errors are [ErrUnreachable],
// [ErrNoFirestore], identity.ErrSignIn, and ctx's. The caller closes the Site after its connections.
func Open(ctx context.Context, api string, o *Options) (*Site, error) {
	if o == nil {
		o = &Options{}
	}
	s := &Site{http: o.HTTP}
	if s.http == nil {
		s.http, s.own = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}, true
	}
	if err := s.open(ctx, strings.TrimSuffix(api, "/"), *o); err != nil {
		s.closeHTTP()
		return nil, err
	}
	return s, nil
}

func (s *Site) open(ctx context.Context, api string, o Options) error {
	p, err := s.look(ctx, api, o)
	if err != nil {
		return err
	}
	s.user, err = identity.SignIn(ctx, p.APIKey, &identity.Options{EmulatorURL: p.AuthURL, Client: s.http})
	if err != nil {
		return err
	}
	s.api = &apiclient.Client{URL: api, Token: s.user.Token, HTTP: s.http}
	s.store, err = firestorestore.Open(ctx, firestorestore.Options{
		Project: p.Project, Token: s.user.Token, EmulatorAddr: p.FirestoreAddr,
	})
	return err
}

// look asks the deployment where everything is.
func (s *Site) look(ctx context.Context, api string, o Options) (Places, error) {
	base, err := url.Parse(api)
	if err != nil || base.Host == "" {
		return Places{}, fmt.Errorf("%w: not an address", ErrUnreachable)
	}
	var project struct {
		ProjectID string `json:"projectId"`
		APIKey    string `json:"apiKey"`
	}
	if err := s.ask(ctx, base, "/__/firebase/init.json", &project); err != nil {
		return Places{}, err
	}
	if project.ProjectID == "" {
		return Places{}, ErrUnreachable
	}
	p := Places{Project: project.ProjectID, APIKey: project.APIKey}
	if !strings.HasPrefix(p.Project, demoPrefix) {
		return p, nil
	}
	var local struct {
		Firestore struct {
			GRPC string `json:"grpc"`
		} `json:"firestore"`
		Auth struct {
			URL string `json:"url"`
		} `json:"auth"`
	}
	if err := s.ask(ctx, base, "/__/parley.json", &local); err != nil && (o.FirestoreAddr == "" || o.AuthAddr == "") {
		return Places{}, err
	}
	p.FirestoreAddr, p.AuthURL = local.Firestore.GRPC, local.Auth.URL
	if o.FirestoreAddr != "" {
		p.FirestoreAddr = o.FirestoreAddr
	}
	if o.AuthAddr != "" {
		p.AuthURL = "http://" + o.AuthAddr
	}
	if p.FirestoreAddr == "" || p.AuthURL == "" {
		return Places{}, ErrNoFirestore
	}
	return p, nil
}

func (s *Site) ask(ctx context.Context, base *url.URL, path string, answer any) error {
	limited, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	at := url.URL{Scheme: base.Scheme, Host: base.Host, Path: path}
	request, err := http.NewRequestWithContext(limited, http.MethodGet, at.String(), nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	response, err := s.http.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	if response.StatusCode != http.StatusOK ||
		json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(answer) != nil {
		return fmt.Errorf("%w: %s is not there", ErrUnreachable, path)
	}
	return nil
}

// Services are what package peer needs.
func (s *Site) Services() peer.Services {
	return peer.Services{Store: s.store, API: s.api, UID: s.user.UID()}
}

// Counts tells what Firestore has billed this user so far, besides what the function and the rules read.
func (s *Site) Counts() firestorestore.Counts { return s.store.Counts() }

// Close ends the connections to the deployment.
func (s *Site) Close() error {
	err := s.store.Close()
	s.closeHTTP()
	return err
}

func (s *Site) closeHTTP() {
	if s.own {
		s.http.CloseIdleConnections()
	}
}
