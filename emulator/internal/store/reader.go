package store

import (
	"github.com/parley-chat/parley/emulator/internal/query"
)

// Interest is a kind of change that a reader of the feed wants to hear of. Two are the same if they are equal.
type Interest struct {
	kind interestKind
	of   string
}

type interestKind int

const (
	allDocuments interestKind = iota
	oneDocument
	collectionAt // a path
	groupOf      // an id
)

// InDocument is the interest in a document, by its full name.
func InDocument(name string) Interest { return Interest{oneDocument, name} }

func inCollection(path string) Interest { return Interest{collectionAt, path} }

func inGroup(id string) Interest { return Interest{groupOf, id} }

func inAll() Interest { return Interest{} }

// InQuery is the interest in everything that a query can find, and perhaps more.
func (s *Store) InQuery(q *query.Query) Interest {
	id, deep := q.Collection()
	path, below := Snapshot{root: s.root}.path(q.Parent())
	switch {
	case id == "":
		return inAll()
	case deep:
		return inGroup(id)
	case below:
		return inCollection(path + "/" + id)
	default:
		return inCollection(id)
	}
}

// Reader reads what concerns it. It is owned by one goroutine, which closes it.
type Reader struct {
	feed  *feed
	woken chan struct{}

	watched map[Interest]int // guarded by the feed's mu: how often
	queue   []*Commit        // guarded by the feed's mu: what concerns it and was not taken yet
	behind  bool             // guarded by the feed's mu: it let more pile up than the feed keeps
	late    bool             // guarded by the feed's mu: see News.Late
}

// News is what has come since a reader looked last.
type News struct {
	// Commits are those that concern the reader, in their order. They must not be changed.
	Commits []*Commit
	// Newest is the database as it is now. Nothing that concerns the reader lies between the last of Commits and it.
	Newest Snapshot
	// Late says that half of the commits that the feed keeps have gone by.
	Late bool
}

// Follow gives a reader that nothing concerns yet.
func (s *Store) Follow() *Reader {
	r := &Reader{feed: s.feed, woken: make(chan struct{}, 1), watched: map[Interest]int{}}
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	s.feed.readers[r] = struct{}{}
	return r
}

// Close ends the reader. It is idempotent.
func (r *Reader) Close() {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	delete(r.feed.readers, r)
	for interest := range r.watched {
		r.feed.forget(interest, r)
	}
}

// Woken has something in it when it is time for Take.
func (r *Reader) Woken() <-chan struct{} { return r.woken }

// Watch has the reader hear of what is committed from now on. Interests are counted.
func (r *Reader) Watch(interests ...Interest) {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	for _, interest := range interests {
		if r.feed.watchers[interest] == nil {
			r.feed.watchers[interest] = map[*Reader]struct{}{}
		}
		r.feed.watchers[interest][r] = struct{}{}
		r.watched[interest]++
	}
}

// Unwatch takes back a Watch.
func (r *Reader) Unwatch(interests ...Interest) {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	for _, interest := range interests {
		if r.watched[interest]--; r.watched[interest] <= 0 {
			r.feed.forget(interest, r)
		}
	}
}

// Take gives what has come. It returns [ErrBehind] if that was too much, and [ErrClosed] after the last commit.
func (r *Reader) Take() (News, error) {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	switch {
	case r.behind:
		return News{}, ErrBehind
	case r.feed.closed && len(r.queue) == 0:
		return News{}, ErrClosed
	}
	news := News{Commits: r.queue, Newest: r.feed.newest, Late: r.late}
	r.queue, r.late = nil, false
	return news, nil
}

// give hands a commit to the reader, once. Called with the feed's mu held.
func (r *Reader) give(c *Commit) {
	defer r.wake()
	switch {
	case r.behind || len(r.queue) > 0 && r.queue[len(r.queue)-1] == c:
	case len(r.queue) > 0 && r.queue[0].number < r.feed.reach:
		r.queue, r.behind = nil, true
	default:
		r.queue = append(r.queue, c)
	}
}

func (r *Reader) wake() {
	select {
	case r.woken <- struct{}{}:
	default: // it is about to look anyway
	}
}

// forget takes a reader from those of an interest. Called with mu held.
func (f *feed) forget(interest Interest, r *Reader) {
	delete(r.watched, interest)
	delete(f.watchers[interest], r)
	if len(f.watchers[interest]) == 0 {
		delete(f.watchers, interest)
	}
}
