package firestorequeue

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"time"

	"google.golang.org/grpc"

	"github.com/parley-chat/parley/matchmaker"
)

// Options of [New]. Nil, and every zero field, means the default.
type Options struct {
	// EmulatorHost is host:port of a Firestore emulator. Default: production, with the credentials that the
	// environment gives.
	EmulatorHost string
	// Limits are the durations of the rules. Default: matchmaker.DefaultLimits.
	Limits matchmaker.Limits
	// RPCTimeout bounds one read or commit. Default 3 s.
	RPCTimeout time.Duration
	// Patience bounds a whole call, with all its attempts. Default 6 s.
	Patience time.Duration
	// Now is the clock. It must be safe for concurrent use. Default time.Now.
	Now func() time.Time
	// Random is a cryptographic source of room ids, and of the dice between attempts. It must be safe for
	// concurrent use. Default crypto/rand.Reader.
	Random io.Reader
	// Pause returns after d, or with ctx's error if that ends first. Default: a timer.
	Pause func(ctx context.Context, d time.Duration) error
	// Log is told of broken documents. Default: nobody.
	Log *slog.Logger
	// DialOptions are added to those of the connection, such as interceptors. Default: none.
	DialOptions []grpc.DialOption
}

func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Limits == (matchmaker.Limits{}) {
		c.Limits = matchmaker.DefaultLimits()
	}
	if c.RPCTimeout == 0 {
		c.RPCTimeout = 3 * time.Second
	}
	if c.Patience == 0 {
		c.Patience = 6 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Pause == nil {
		c.Pause = pause
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func (o Options) validate() error {
	l := o.Limits
	switch {
	case l.Lease < time.Second || l.Lease > time.Hour || l.Lease%time.Second != 0:
		return errors.New("firestorequeue: options: Lease must be whole seconds, 1 s to 1 h")
	case l.RoomLife < time.Minute:
		return errors.New("firestorequeue: options: RoomLife must be at least a minute")
	case l.TicketLife < 4*l.RoomLife || l.TicketLife < 4*l.Lease:
		return errors.New("firestorequeue: options: TicketLife must be at least four times RoomLife and Lease")
	case o.RPCTimeout < 0 || o.Patience < 0:
		return errors.New("firestorequeue: options: a timeout is negative")
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
