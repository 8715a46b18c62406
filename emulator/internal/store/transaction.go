package store

import (
	"slices"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// transaction is one that has begun and not ended. Its store's mu guards all fields.
type transaction struct {
	id    string
	began time.Time
	used  time.Time
	ended chan struct{} // closed at its end

	reads *Snapshot // what a read-only transaction sees; nil for one that may write

	names    map[string]struct{}                // the documents that it has read, existing or not
	queries  []func(*firestorepb.Document) bool // the queries that it has run: whether they select a document
	awaiting []*transaction                     // whom its commit waits for
}

// Reads says what a transaction is about to read, and holds from then on.
type Reads struct {
	// Names are full names of documents, existing or not.
	Names []string
	// Selects tells whether a query selects a document by its filters, whatever its limit. nil: no query. It must be
	// pure.
	Selects func(*firestorepb.Document) bool
}

// Begin starts a transaction that may write.
func (s *Store) Begin() ([]byte, error) { return s.begin(nil) }

// BeginReadOnly starts a transaction that reads the database as it was at the time; zero means now. It holds nothing.
func (s *Store) BeginReadOnly(at Time) ([]byte, error) {
	snapshot := s.Snapshot()
	if at != 0 {
		var err error
		if snapshot, err = s.AsOf(at); err != nil {
			return nil, err
		}
	}
	return s.begin(&snapshot)
}

func (s *Store) begin(reads *Snapshot) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	id, err := s.newID()
	if err != nil {
		return nil, err
	}
	now := s.options.Now()
	s.transactions[id] = &transaction{
		id: id, began: now, used: now, ended: make(chan struct{}), reads: reads, names: map[string]struct{}{},
	}
	return []byte(id), nil
}

// Look gives what a transaction sees, and holds what it is about to read there. It waits until what it sees is kept.
// Errors: INVALID_ARGUMENT for an id that never was or has ended, INTERNAL when the journal failed.
func (s *Store) Look(id []byte, r Reads) (Snapshot, error) {
	seen, by, err := s.hold(id, r)
	if err != nil || by == nil {
		return seen, err
	}
	err = by.wait()
	return by.commit.After, err
}

// hold gives what a transaction sees, or the newest commit in it if that awaits the journal. What it reads is held
// before the wait: no commit that is decided meanwhile can change it.
func (s *Store) hold(id []byte, r Reads) (Snapshot, *pending, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.use(id)
	if err != nil {
		return Snapshot{}, nil, err
	}
	if t.reads != nil {
		return *t.reads, nil, nil
	}
	for _, name := range r.Names {
		t.names[name] = struct{}{}
	}
	if r.Selects != nil {
		t.queries = append(t.queries, r.Selects)
	}
	return s.current, s.newest(), nil
}

// Rollback ends a transaction without writing. One that has ended already is as it should be. Errors: INVALID_ARGUMENT
// for what is no id.
func (s *Store) Rollback(id []byte) error {
	if len(id) != idBytes {
		return errNoID()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.transactions[string(id)]; t != nil {
		s.end(t)
	}
	return nil
}

// use finds a transaction that is to be used now. Called with mu held.
func (s *Store) use(id []byte) (*transaction, error) {
	if len(id) != idBytes {
		return nil, errNoID()
	}
	t := s.transactions[string(id)]
	if t != nil && s.over(t) {
		s.end(t)
		t = nil
	}
	if t == nil {
		return nil, status.Error(codes.InvalidArgument, "The referenced transaction has expired or is no longer valid.")
	}
	t.used = s.options.Now()
	return t, nil
}

func errNoID() error { return status.Error(codes.InvalidArgument, "Invalid transaction.") }

// over tells whether a transaction has outlived its time. Called with mu held.
func (s *Store) over(t *transaction) bool { return s.left(t) <= 0 }

// left is how long a transaction has, if nobody uses it. One that waits with its commit is not idle. Called with mu
// held.
func (s *Store) left(t *transaction) time.Duration {
	now := s.options.Now()
	left := t.began.Add(s.options.Life).Sub(now)
	if t.awaiting == nil {
		left = min(left, t.used.Add(s.options.Idle).Sub(now))
	}
	return left
}

// end forgets a transaction and wakes who waits for it. Called with mu held.
func (s *Store) end(t *transaction) {
	if s.transactions[t.id] == t {
		delete(s.transactions, t.id)
		close(t.ended)
	}
}

// holders are the transactions, other than t, that have read what the changes would change. Called with mu held.
func (s *Store) holders(t *transaction, changes []Change) []*transaction {
	var found []*transaction
	for _, other := range s.transactions {
		switch {
		case other == t || !other.holds(changes):
		case s.over(other):
			s.end(other)
		default:
			found = append(found, other)
		}
	}
	return found
}

// holds tells whether the transaction has read something that the changes would change.
func (t *transaction) holds(changes []Change) bool {
	return slices.ContainsFunc(changes, func(c Change) bool {
		if _, read := t.names[c.Name]; read {
			return true
		}
		return slices.ContainsFunc(t.queries, func(selects func(*firestorepb.Document) bool) bool {
			return (c.Before != nil && selects(c.Before)) || (c.After != nil && selects(c.After))
		})
	})
}

// waitsFor tells whether t waits for other, or for somebody who does, and so on.
func (t *transaction) waitsFor(other *transaction) bool {
	seen := map[*transaction]bool{}
	var search func(*transaction) bool
	search = func(from *transaction) bool {
		if from == other {
			return true
		}
		if seen[from] {
			return false
		}
		seen[from] = true
		return slices.ContainsFunc(from.awaiting, search)
	}
	return search(t)
}
