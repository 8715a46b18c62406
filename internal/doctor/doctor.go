package doctor

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/parley-chat/parley/peer/apiclient"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/diagnosis"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/firestorestore"
	"github.com/parley-chat/parley/signaling/identity"
)

// DefaultLimit is how long one probe may take.
const DefaultLimit = 5 * time.Second

// Options say what to examine. API is required.
type Options struct {
	// API is where the deployment's API is, such as site.DefaultAPI.
	API string
	// FirestoreAddr and AuthAddr are as in site.Options.
	FirestoreAddr, AuthAddr string
	// RelayOnly is whether the person hides their address.
	RelayOnly bool
	// Limit bounds each probe. Default [DefaultLimit].
	Limit time.Duration
	// RootCAs are whom the relays' certificates, and the deployment's, are believed by. Default: the system's.
	RootCAs *x509.CertPool
	// Now is this machine's clock, which is compared with the deployment's. Default time.Now.
	Now func() time.Time
	// OnFound is told each finding as it is known, one at a time. Default: nobody.
	OnFound func(Found)
}

// Found is one finding, and how long it took.
type Found struct {
	Finding diagnosis.Finding
	State   diagnosis.State
	Took    time.Duration
}

// Report is what an examination found.
type Report struct {
	Findings diagnosis.Findings
	Took     map[diagnosis.Finding]time.Duration
}

// Examine looks at everything and returns when all is known. Its error is ctx's: what does not work is a finding.
func Examine(ctx context.Context, o Options) (Report, error) {
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	transport.TLSClientConfig = &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12}
	defer transport.CloseIdleConnections()
	clock := &clock{next: transport, now: o.Now}
	e := &examination{
		Options: o, clock: clock, http: &http.Client{Transport: clock},
		report: Report{Findings: make(diagnosis.Findings), Took: make(map[diagnosis.Finding]time.Duration)},
	}
	e.run(ctx)
	return e.report, ctx.Err()
}

// examination is one Examine.
type examination struct {
	Options
	clock *clock
	http  *http.Client // its answers set the clock

	mu     sync.Mutex
	report Report // guarded by mu until run returns
}

func (e *examination) run(ctx context.Context) {
	e.probe(ctx, diagnosis.Network, func(context.Context) diagnosis.State { return network(e.API) })
	e.found(diagnosis.RelayOnly, yesIf(e.RelayOnly), 0)
	places, found := e.site(ctx)
	if !found {
		return
	}
	e.found(diagnosis.Clock, e.clock.state(), 0)
	user, found := e.signIn(ctx, places)
	if !found {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { e.store(ctx, places, user) })
	both.Go(func() {
		if servers, found := e.iceServers(ctx, user); found {
			e.paths(ctx, servers)
		}
	})
	both.Wait()
}

// probe looks at one thing within the limit, and notes what it finds. When ctx ends nothing was found.
func (e *examination) probe(
	ctx context.Context, name diagnosis.Finding, look func(context.Context) diagnosis.State,
) diagnosis.State {
	limited, cancel := context.WithTimeout(ctx, e.Limit)
	defer cancel()
	began := time.Now()
	state := look(limited)
	if ctx.Err() != nil {
		return diagnosis.Unlooked
	}
	e.found(name, state, time.Since(began))
	return state
}

func (e *examination) found(name diagnosis.Finding, state diagnosis.State, took time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.report.Findings[name], e.report.Took[name] = state, took
	if e.OnFound != nil {
		e.OnFound(Found{name, state, took})
	}
}

func (e *examination) site(ctx context.Context) (places site.Places, found bool) {
	state := e.probe(ctx, diagnosis.Site, func(ctx context.Context) diagnosis.State {
		var err error
		places, err = site.Look(ctx, e.API, &site.Options{
			FirestoreAddr: e.FirestoreAddr, AuthAddr: e.AuthAddr, HTTP: e.http,
		})
		return reached(err)
	})
	return places, state == diagnosis.Yes
}

func (e *examination) signIn(ctx context.Context, places site.Places) (user *identity.User, found bool) {
	state := e.probe(ctx, diagnosis.SignIn, func(ctx context.Context) diagnosis.State {
		var err error
		user, err = identity.SignIn(ctx, places.APIKey, &identity.Options{EmulatorURL: places.AuthURL, Client: e.http})
		switch {
		case err == nil:
			return diagnosis.Yes
		case errors.Is(err, identity.ErrRefused):
			return diagnosis.Refused
		}
		return diagnosis.Silent
	})
	return user, state == diagnosis.Yes
}

// store reads a room that nobody made, which everybody may (SPEC D9).
func (e *examination) store(ctx context.Context, places site.Places, user *identity.User) {
	e.probe(ctx, diagnosis.Store, func(ctx context.Context) diagnosis.State {
		store, err := firestorestore.Open(ctx, firestorestore.Options{
			Project: places.Project, Token: user.Token, EmulatorAddr: places.FirestoreAddr, Timeout: e.Limit,
		})
		if err != nil {
			return diagnosis.Silent
		}
		defer store.Close() //nolint:errcheck // it was only read
		room, err := protocol.NewRoomID(rand.Reader)
		if err == nil {
			_, err = store.Get(ctx, "rooms/"+string(room))
		}
		switch {
		case err == nil:
			return diagnosis.Yes
		case errors.Is(err, signaling.ErrDenied):
			return diagnosis.Refused
		}
		return diagnosis.Silent
	})
}

func (e *examination) iceServers(ctx context.Context, user *identity.User) (servers protocol.ICEServers, found bool) {
	state := e.probe(ctx, diagnosis.Function, func(ctx context.Context) diagnosis.State {
		var err error
		api := &apiclient.Client{URL: e.API, Token: user.Token, HTTP: e.http}
		servers, err = api.ICEServers(ctx)
		problem, told := errors.AsType[*protocol.Problem](err)
		switch {
		case err == nil:
			return diagnosis.Yes
		case told && !problem.Code.Retryable():
			return diagnosis.Refused
		}
		return diagnosis.Silent
	})
	if state != diagnosis.Yes {
		return servers, false
	}
	e.found(diagnosis.Relay, yesIf(servers.Relay != protocol.RelayUnavailable), 0)
	return servers, true
}
