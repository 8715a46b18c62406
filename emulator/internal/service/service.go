package service

import (
	"context"
	"maps"
	"slices"
	"sync"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// maxDatabases bounds how many databases strangers can make by naming them. Each test may have a project of its own.
const maxDatabases = 10_000

// Options of [New]. nil, and every zero field, means the default.
type Options struct {
	// Guard is asked about callers who are no administrators. nil lets strangers do nothing.
	Guard Guard
	// Store are the options of every database's store.
	Store *store.Options
}

// Service is the API. It is safe for concurrent use.
type Service struct {
	firestorepb.UnimplementedFirestoreServer

	options Options

	mu        sync.Mutex
	databases map[string]*store.Store // guarded by mu, by name
	closed    bool                    // guarded by mu
}

var _ firestorepb.FirestoreServer = (*Service)(nil)

// New makes a service of what the stores' journal has kept, and without a journal one without any documents. The caller
// closes it.
func New(o *Options) *Service {
	s := &Service{databases: map[string]*store.Store{}}
	if o != nil {
		s.options = *o
	}
	if s.options.Store != nil && s.options.Store.Journal != nil {
		for _, name := range s.options.Store.Journal.Databases() {
			s.databases[name] = store.New(name, s.options.Store)
		}
	}
	return s
}

// Close closes all databases. It is idempotent. Calls that are under way fail.
func (s *Service) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, one := range s.databases {
		one.Close()
	}
}

// Clear deletes all documents of a database, as an administrator, and gives up its past.
func (s *Service) Clear(ctx context.Context, name string) error {
	db, err := s.database(name)
	if err != nil {
		return err
	}
	var writes []store.Write
	for d := range db.Snapshot().Below(db.Root(), "") {
		remove := &firestorepb.Write_Delete{Delete: d.GetName()}
		writes = append(writes, store.Write{Proto: &firestorepb.Write{Operation: remove}})
	}
	if _, err = db.Commit(ctx, store.Request{Writes: writes}); err != nil {
		return err
	}
	db.ForgetPast()
	return nil
}

// Databases are all databases that there are.
func (s *Service) Databases() []*store.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.databases))
}

// database gives the database of that name; it exists from the first time that somebody names it.
func (s *Service) database(name string) (*store.Store, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, status.Error(codes.Unavailable, "The emulator is closing.")
	}
	db := s.databases[name]
	if db == nil {
		if len(s.databases) == maxDatabases {
			return nil, status.Errorf(codes.ResourceExhausted, "There are %d databases already.", maxDatabases)
		}
		db = store.New(name, s.options.Store)
		s.databases[name] = db
	}
	return db, nil
}
