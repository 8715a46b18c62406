package functions

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	firebase "firebase.google.com/go/v4"
	"firebase.google.com/go/v4/auth"

	"github.com/parley-chat/parley/matchmaker"
	"github.com/parley-chat/parley/matchmaker/firestorequeue"
	"github.com/parley-chat/parley/protocol"
)

// clients reaches Firestore and Firebase Authentication, from the first request that needs them on. What
// fails to be made is tried again with the next request. It is safe for concurrent use.
type clients struct {
	environment Environment  // read-only
	refused     error        // read-only: why the environment is of no use; nil: it is
	log         *slog.Logger // read-only

	mu    sync.Mutex            // guards the following
	auth  *auth.Client          // nil: not needed yet
	queue *firestorequeue.Queue // nil: not needed yet
}

var (
	_ Verifier = (*clients)(nil)
	_ Matcher  = (*clients)(nil)
)

// UID implements [Verifier].
func (c *clients) UID(ctx context.Context, idToken string) (string, error) {
	client, err := c.authClient(ctx)
	if err != nil {
		return "", err
	}
	return verify(ctx, client, idToken)
}

// Match implements [Matcher].
func (c *clients) Match(ctx context.Context, r matchmaker.Request) (protocol.QuickMatchAnswer, error) {
	queue, err := c.openQueue(ctx)
	if err != nil {
		return protocol.QuickMatchAnswer{}, err
	}
	return queue.Match(ctx, r)
}

// Cancel implements [Matcher].
func (c *clients) Cancel(ctx context.Context, cancelled matchmaker.Cancelled) error {
	queue, err := c.openQueue(ctx)
	if err != nil {
		return err
	}
	return queue.Cancel(ctx, cancelled)
}

// authClient makes the client once. It outlives the request, and so must its context.
func (c *clients) authClient(ctx context.Context) (*auth.Client, error) {
	ctx = context.WithoutCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.auth != nil || c.refused != nil {
		return c.auth, c.refused
	}
	app, err := firebase.NewApp(ctx, &firebase.Config{ProjectID: c.environment.Project})
	if err != nil {
		return nil, fmt.Errorf("functions: Firebase: %w", err)
	}
	client, err := app.Auth(ctx)
	if err != nil {
		return nil, fmt.Errorf("functions: Firebase Authentication: %w", err)
	}
	c.auth = client
	return client, nil
}

// openQueue opens the queue once; see authClient.
func (c *clients) openQueue(ctx context.Context) (*firestorequeue.Queue, error) {
	ctx = context.WithoutCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.queue != nil || c.refused != nil {
		return c.queue, c.refused
	}
	queue, err := firestorequeue.New(ctx, c.environment.Project, &firestorequeue.Options{
		EmulatorHost: c.environment.FirestoreEmulator, Log: c.log,
	})
	if err != nil {
		return nil, fmt.Errorf("functions: Firestore: %w", err)
	}
	c.queue = queue
	return queue, nil
}

// close ends what was opened. An instance on Cloud Run never does; tests do.
func (c *clients) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	if c.queue != nil {
		errs = append(errs, c.queue.Close())
		c.queue = nil
	}
	c.auth = nil
	return errors.Join(errs...)
}
