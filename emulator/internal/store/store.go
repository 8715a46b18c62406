package store

import (
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/google/btree"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Options of [New]. nil, and every zero field, means the default.
type Options struct {
	// Now is the clock of commit times and of the lives of transactions; safe for concurrent use. Default time.Now.
	Now func() time.Time
	// Random is a cryptographic source of transaction ids; safe for concurrent use. Default crypto/rand.Reader.
	Random io.Reader
	// Wait bounds how long a commit waits for transactions that hold what it would change. Default 5 s.
	Wait time.Duration
	// Idle and Life bound a transaction: since it was last used, and in all. Defaults 60 s and 270 s, as in production.
	Idle, Life time.Duration
	// IndexFrom is how many documents a query has to look at for it to leave an index behind. Default 1000.
	IndexFrom int
	// Journal keeps every commit before anybody sees it, and what it has kept is there from the beginning. Default: none,
	// and everything is gone at the end.
	Journal Journal
}

func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Wait == 0 {
		c.Wait = 5 * time.Second
	}
	if c.Idle == 0 {
		c.Idle = 60 * time.Second
	}
	if c.Life == 0 {
		c.Life = 270 * time.Second
	}
	if c.IndexFrom == 0 {
		c.IndexFrom = 1000
	}
	return c
}

// Store is one database. It is safe for concurrent use.
type Store struct {
	options Options
	name    string
	root    string // of every name
	opened  Time
	fresh   bool // there was no commit before it was opened
	feed    *feed

	indexing indexing

	mu           sync.Mutex
	current      Snapshot                // guarded by mu; what everybody sees, and what it shows never changes
	first        Time                    // guarded by mu; of the first commit since the opening; zero before
	tip          Snapshot                // guarded by mu; current, and all commits that await the journal; no indexes
	pending      []*pending              // guarded by mu; those commits, oldest first
	broken       error                   // guarded by mu; why the journal keeps nothing any more
	transactions map[string]*transaction // guarded by mu, by id
	closed       bool                    // guarded by mu
}

// New makes a database: what the journal has kept of it, and without one an empty database. name is
// projects/P/databases/D. Its first moment is now, or the newest commit's.
func New(name string, o *Options) *Store {
	s := &Store{
		options: o.withDefaults(), name: name, root: name + "/documents",
		transactions: map[string]*transaction{},
	}
	s.indexing = indexing{from: s.options.IndexFrom, building: map[indexKey][]Change{}}
	s.current, s.fresh = s.empty(At(s.options.Now())), true
	if s.options.Journal != nil {
		s.restore(s.options.Journal.Saved(name))
	}
	s.tip, s.opened = s.current, s.current.time
	s.feed = newFeed(s.current)
	return s
}

// empty is the database with nothing in it.
func (s *Store) empty(at Time) Snapshot {
	return Snapshot{owner: s, tree: btree.NewG(degree, lessEntry), root: s.root, time: at, indexes: &indexes{}}
}

// OpenedAt is the database's first moment in this process. It is the same in two processes only if nothing was
// committed in the earlier one.
func (s *Store) OpenedAt() Time { return s.opened }

// Name is projects/P/databases/D.
func (s *Store) Name() string { return s.name }

// Root is the prefix of every document's name: projects/P/databases/D/documents.
func (s *Store) Root() string { return s.root }

// Close ends all transactions and tells all readers of the feed [ErrClosed]. Commits fail from then on; those that
// await the journal come to their end. It is idempotent.
func (s *Store) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, t := range s.transactions {
		s.end(t)
	}
	s.feed.close()
}

// Snapshot is the database as it is now.
func (s *Store) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// AsOf is the database as it was at t, with all commits of that time and before: it waits for those that await the
// journal. Before its first commit, and at most an hour ago, a database is empty. It fails with FAILED_PRECONDITION
// when t is longer ago than the feed reaches, and with INVALID_ARGUMENT when t is to come.
func (s *Store) AsOf(t Time) (Snapshot, error) {
	if err := s.awaited(t).wait(); err != nil {
		return Snapshot{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case t >= s.current.time && t <= At(s.options.Now()):
		return s.current, nil
	case t > s.current.time:
		return Snapshot{}, status.Error(codes.InvalidArgument, "read_time cannot be in the future.")
	}
	if s.fresh && (s.first == 0 || t < s.first) && t >= At(s.options.Now().Add(-emptyFor)) {
		return s.empty(t), nil
	}
	snapshot, ok := s.feed.asOf(t)
	if !ok {
		return Snapshot{}, status.Error(codes.FailedPrecondition, "The requested read_time is too old.")
	}
	return snapshot, nil
}

// ForgetPast gives up the past that is kept for [Store.AsOf] and for listeners who resume: these begin anew.
func (s *Store) ForgetPast() { s.feed.forgetPast() }

// emptyFor is how long ago a database can have been empty: production tells nothing that is older than an hour.
const emptyFor = time.Hour

// idBytes is how long the ids of transactions are.
const idBytes = 16

// awaited is the newest commit, of time t or before, that awaits the journal; nil if none does.
func (s *Store) awaited(t Time) *pending {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range slices.Backward(s.pending) {
		if p.commit.After.time <= t {
			return p
		}
	}
	return nil
}

// newID makes an id for a transaction. Called with mu held.
func (s *Store) newID() (string, error) {
	var id [idBytes]byte
	if _, err := io.ReadFull(s.options.Random, id[:]); err != nil {
		return "", fmt.Errorf("store: transaction id: %w", err)
	}
	return string(id[:]), nil
}
