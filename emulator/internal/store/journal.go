package store

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// maxPending bounds how many commits of a database await the journal. Further ones wait before they are decided.
const maxPending = 1024

// Journal keeps commits where they outlive the process. It is safe for concurrent use.
type Journal interface {
	// Databases are the names of those of which something was kept when the journal was opened.
	Databases() []string
	// Saved gives what was kept of a database when the journal was opened; the zero value if nothing was. It is asked
	// once for each database.
	Saved(database string) Saved
	// Append takes a commit, and calls done when it is kept, or with the reason why it never will be: in the order of the
	// calls, from one goroutine, and not before Append has returned. After an error the commit was not taken and done
	// is not called.
	Append(c Entry, done func(error)) error
}

// Entry is a commit as a journal keeps it.
type Entry struct {
	Database string // its name
	Time     Time
	Changes  []Change
}

// Saved is what a journal has kept of a database: its documents in no particular order, and its newest commit's time.
type Saved struct {
	Time      Time
	Documents []*firestorepb.Document
}

// pending is a commit that was decided and awaits the journal. Nobody sees it yet.
type pending struct {
	commit  Commit
	settled chan struct{} // closed when it is kept, or has failed
	err     error         // written before settled is closed
}

// wait waits until the journal has kept the commit, and all before it. nil has nothing to wait for.
func (p *pending) wait() error {
	if p == nil {
		return nil
	}
	<-p.settled
	return p.err
}

// restore makes the database what the journal has kept. It is used before the store is.
func (s *Store) restore(saved Saved) {
	for _, d := range saved.Documents {
		if path, ok := s.current.path(d.GetName()); ok {
			collection, id := place(path)
			s.current.tree.ReplaceOrInsert(entry{collection: collection, id: id, document: d})
		}
	}
	s.fresh = saved.Time == 0
	s.current.time = max(s.current.time, saved.Time)
}

// record makes a commit the newest, and shows it: at once, or when the journal has kept it. Called with mu held.
func (s *Store) record(c Commit) error {
	if s.options.Journal == nil {
		s.show(&c)
		s.tip = s.current
		return nil
	}
	p := &pending{commit: c, settled: make(chan struct{})}
	e := Entry{Database: s.name, Time: c.After.time, Changes: c.Changes}
	if err := s.options.Journal.Append(e, func(err error) { s.settle(p, err) }); err != nil {
		return notKept(err)
	}
	s.tip = c.After
	s.pending = append(s.pending, p)
	return nil
}

// settle shows the oldest commit that awaits the journal. If that could not keep it, nothing is committed from then on:
// what was decided later was decided by it.
func (s *Store) settle(p *pending, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[0] = nil // its snapshot is not needed any more
	s.pending = s.pending[1:]
	if err != nil && s.broken == nil {
		s.broken = notKept(err)
	}
	if p.err = s.broken; p.err == nil {
		s.show(&p.commit)
	}
	close(p.settled)
}

// show makes a commit visible to all, with its indexes. Called with mu held.
func (s *Store) show(c *Commit) {
	c.After.indexes = s.current.indexes.with(c.Changes, s.root)
	s.indexing.committed(c.Changes)
	s.current = c.After
	if s.first == 0 {
		s.first = c.After.time
	}
	s.feed.publish(*c)
}

// newest is the newest commit that awaits the journal, nil if none does. Called with mu held.
func (s *Store) newest() *pending {
	if len(s.pending) == 0 {
		return nil
	}
	return s.pending[len(s.pending)-1]
}

func notKept(err error) error {
	return status.Errorf(codes.Internal, "The emulator cannot keep what is written: %v", err)
}
