package firestorestore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/signaling"
)

const googleAddr = "firestore.googleapis.com:443"

// defaultTimeout bounds one call, and the wait for a watch's first answer.
const defaultTimeout = 10 * time.Second

// Options say which database, and as whom.
type Options struct {
	// Project is the Firebase project; required.
	Project string
	// Token gives the ID token of the user, for each call. nil sends none: the rules see nobody. It is called by
	// several goroutines at once.
	Token func(context.Context) (string, error)
	// EmulatorAddr is host:port of a Firestore emulator; empty means Google.
	EmulatorAddr string
	// Timeout bounds one call and the wait for a watch's first answer; 0 means 10 s.
	Timeout time.Duration
}

// Store is a database. It is safe for concurrent use.
type Store struct {
	client  *firestore.Client
	conn    *grpc.ClientConn
	timeout time.Duration
	counter *counter
}

var _ signaling.Store = (*Store)(nil)

// Open prepares the connection; it is made with the first call. The caller closes the store.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{timeout: o.Timeout, counter: &counter{}}
	if s.timeout == 0 {
		s.timeout = defaultTimeout
	}
	target, transport := "dns:///"+googleAddr, credentials.NewTLS(nil)
	if o.EmulatorAddr != "" {
		target, transport = "passthrough:///"+o.EmulatorAddr, insecure.NewCredentials()
	}
	dial := []grpc.DialOption{grpc.WithTransportCredentials(transport), grpc.WithStatsHandler(s.counter)}
	if o.Token != nil {
		dial = append(dial, grpc.WithPerRPCCredentials(bearer{token: o.Token, plain: o.EmulatorAddr != ""}))
	}
	var err error
	if s.conn, err = grpc.NewClient(target, dial...); err != nil {
		return nil, fmt.Errorf("firestorestore: connect: %w", err)
	}
	if s.client, err = firestore.NewClient(ctx, o.Project, option.WithGRPCConn(s.conn)); err != nil {
		_ = s.conn.Close() // the first error is the one to tell
		return nil, fmt.Errorf("firestorestore: open: %w", err)
	}
	return s, nil
}

// Close ends the connection. Watches must have ended before.
func (s *Store) Close() error { return s.client.Close() }

// Counts tells what Firestore has billed so far.
func (s *Store) Counts() Counts { return s.counter.counts() }

// bearer puts the user's token on every call.
type bearer struct {
	token func(context.Context) (string, error)
	plain bool // to an emulator, over loopback
}

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (b bearer) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	token, err := b.token(ctx)
	if err != nil {
		// Unavailable, and so tried again: a token that cannot be renewed now may be soon.
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	return map[string]string{"authorization": "Bearer " + token}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (b bearer) RequireTransportSecurity() bool { return !b.plain }

// Get implements [signaling.Store].
func (s *Store) Get(ctx context.Context, path string) (signaling.Document, error) {
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	snapshot, err := s.client.Doc(path).Get(limited)
	if err != nil && status.Code(err) != codes.NotFound {
		return signaling.Document{}, fail(ctx, "get", err)
	}
	return document(snapshot), nil
}

func document(snapshot *firestore.DocumentSnapshot) signaling.Document {
	return signaling.Document{ID: snapshot.Ref.ID, Fields: snapshot.Data(), ReadAt: snapshot.ReadTime}
}

// Commit implements [signaling.Store].
func (s *Store) Commit(ctx context.Context, writes ...signaling.Write) error {
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if len(writes) == 1 {
		return fail(ctx, "commit", s.write(limited, writes[0]))
	}
	return fail(ctx, "commit", s.client.RunTransaction(limited, func(_ context.Context, tx *firestore.Transaction) error {
		for _, w := range writes {
			if err := s.writeIn(tx, w); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (s *Store) write(ctx context.Context, w signaling.Write) error {
	doc := s.client.Doc(w.Path)
	var err error
	switch w.Op {
	case signaling.Create:
		_, err = doc.Create(ctx, values(w.Fields))
	case signaling.Set:
		_, err = doc.Set(ctx, values(w.Fields))
	case signaling.Update:
		_, err = doc.Update(ctx, updates(w.Fields))
	case signaling.Delete:
		_, err = doc.Delete(ctx)
	}
	return err
}

func (s *Store) writeIn(tx *firestore.Transaction, w signaling.Write) error {
	doc := s.client.Doc(w.Path)
	switch w.Op {
	case signaling.Create:
		return tx.Create(doc, values(w.Fields))
	case signaling.Set:
		return tx.Set(doc, values(w.Fields))
	case signaling.Update:
		return tx.Update(doc, updates(w.Fields))
	case signaling.Delete:
		return tx.Delete(doc)
	}
	return fmt.Errorf("firestorestore: operation %d", w.Op)
}

func value(v any) any {
	if v == signaling.ServerTime {
		return firestore.ServerTimestamp
	}
	return v
}

func values(f signaling.Fields) map[string]any {
	out := make(map[string]any, len(f))
	for name, v := range f {
		out[name] = value(v)
	}
	return out
}

func updates(f signaling.Fields) []firestore.Update {
	out := make([]firestore.Update, 0, len(f))
	for name, v := range f {
		out = append(out, firestore.Update{Path: name, Value: value(v)})
	}
	return out
}

// fail puts Firestore's error into the store's words. ctx is the caller's: its end is not the store's fault.
func fail(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	kind := err
	switch status.Code(err) {
	case codes.NotFound:
		kind = signaling.ErrNotFound
	case codes.AlreadyExists:
		kind = signaling.ErrExists
	case codes.PermissionDenied, codes.Unauthenticated:
		kind = signaling.ErrDenied
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Canceled:
		// Canceled by the server, that is: the official emulator does so now and then.
		kind = signaling.ErrUnavailable
	default: // a bug, here or there
	}
	if errors.Is(err, context.DeadlineExceeded) {
		kind = signaling.ErrUnavailable
	}
	// The text of Firestore's error stays out: it can name documents.
	if kind != err { //nolint:errorlint // the same error, not one like it
		return fmt.Errorf("firestorestore: %s: %w (%s)", doing, kind, status.Code(err))
	}
	return fmt.Errorf("firestorestore: %s: %s", doing, status.Code(err))
}
