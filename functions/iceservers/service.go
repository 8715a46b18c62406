package iceservers

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// askTimeout is how long a provider may take: a browser waits 5 s for the list, and then connects without.
	askTimeout = 3 * time.Second
	// retryTTL is how long a list without the relay that should be in it is good: a client asks again after half.
	retryTTL = time.Minute
)

// Provider makes credentials for a relay. It is safe for concurrent use.
type Provider interface {
	// Name is what the log calls it.
	Name() string
	// Remote tells whether Grant asks somebody over the network: then what it gave is kept for the person.
	Remote() bool
	// Grant makes new credentials. Its error says nothing secret.
	Grant(ctx context.Context, ask Ask) (Grant, error)
}

// Ask is what credentials are asked for.
type Ask struct {
	// TTL is how long they should be good: whole seconds, 1 minute to 1 day.
	TTL time.Duration
	// Now is when.
	Now time.Time
	// Random is a cryptographic source.
	Random io.Reader
}

// Grant is a relay, with credentials.
type Grant struct {
	// Relays are entries with TURN URLs, at least one.
	Relays []protocol.ICEServer
	// TTL is how long they are good: at most what was asked for.
	TTL time.Duration
}

// Config is what the list is made of. The zero value is valid and names no server.
type Config struct {
	// STUN are stun and stuns URLs (RFC 7064).
	STUN []string
	// Provider makes credentials for a relay; nil: there is none.
	Provider Provider
	// TTL is how long a list is good: whole seconds, 1 minute to 1 day. Default 1 hour.
	TTL time.Duration
}

// DefaultTTL is that of Config.TTL.
const DefaultTTL = time.Hour

// Options are what a [Service] needs of its surroundings. All are required.
type Options struct {
	// Now is the clock, safe for concurrent use.
	Now func() time.Time
	// Random is a cryptographic source, safe for concurrent use.
	Random io.Reader
	// Log is told when a provider fails, and why; never credentials.
	Log *slog.Logger
}

// Service makes lists. It is safe for concurrent use.
type Service struct {
	config  Config  // read-only
	options Options // read-only
	kept    *kept
	health  *health
}

// New makes a Service. It does no I/O and starts nothing.
func New(c Config, o Options) *Service {
	if c.TTL == 0 {
		c.TTL = DefaultTTL
	}
	return &Service{config: c, options: o, kept: newKept(), health: &health{}}
}

// Servers makes the list for uid. It always gives one: without the relay, and saying so, if that is what there is.
func (s *Service) Servers(ctx context.Context, uid string) protocol.ICEServers {
	list := protocol.ICEServers{ICEServers: []protocol.ICEServer{}, TTLSeconds: seconds(s.config.TTL)}
	if len(s.config.STUN) > 0 {
		list.ICEServers = append(list.ICEServers, protocol.ICEServer{URLs: s.config.STUN})
	}
	if s.config.Provider == nil {
		return list
	}
	grant, err := s.grant(ctx, uid)
	if err != nil {
		list.Relay, list.TTLSeconds = protocol.RelayUnavailable, seconds(retryTTL)
		return list
	}
	list.ICEServers = append(list.ICEServers, grant.Relays...)
	list.TTLSeconds = seconds(grant.TTL)
	return list
}

// errResting is why nobody was asked.
var errResting = errors.New("iceservers: the provider failed just now")

// grant gives what is kept for uid while half of its time is left, else something new, else what is kept after all.
func (s *Service) grant(ctx context.Context, uid string) (Grant, error) {
	provider, now := s.config.Provider, s.options.Now()
	ask := Ask{TTL: s.config.TTL, Now: now, Random: s.options.Random}
	if !provider.Remote() {
		grant, err := provider.Grant(ctx, ask)
		s.logFailure(ctx, err)
		return grant, err
	}
	old, found := s.kept.get(uid, now)
	if found && old.TTL > s.config.TTL/2 {
		return old, nil
	}
	grant, err := s.ask(ctx, ask)
	switch {
	case err == nil:
		s.kept.put(uid, grant, now)
	case found:
		return old, nil
	}
	return grant, err
}

// ask asks the provider, unless it failed again and again just now.
func (s *Service) ask(ctx context.Context, ask Ask) (Grant, error) {
	if s.health.rests(ask.Now) {
		return Grant{}, errResting
	}
	limited, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	grant, err := s.config.Provider.Grant(limited, ask)
	if err != nil && ctx.Err() != nil {
		return grant, err // the client went; the provider may be well
	}
	s.health.learn(err == nil, s.options.Now())
	s.logFailure(ctx, err)
	return grant, err
}

func (s *Service) logFailure(ctx context.Context, err error) {
	if err != nil {
		s.options.Log.ErrorContext(ctx, "no TURN credentials", "provider", s.config.Provider.Name(), "reason", err.Error())
	}
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
