package store

import (
	"errors"
	"sync"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
)

// feedLength is how many commits are kept for those who read the feed slowly.
const feedLength = 1024

// ErrBehind is returned by [Reader.Next] to a reader that has fallen behind by more than the feed keeps: it has to
// begin anew with a snapshot.
var ErrBehind = errors.New("store: reader of the feed is too far behind")

// ErrClosed is returned after the store was closed.
var ErrClosed = errors.New("store: closed")

// Change is what a commit did to one document. Before is nil if it did not exist, After if it was deleted. A commit
// that writes a document several times makes one change of it.
type Change struct {
	Name          string
	Before, After *firestorepb.Document
}

// Commit is one entry of the feed.
type Commit struct {
	// Changes has one entry for each document, in the order of their first writes.
	Changes []Change
	// After is the database with this commit, and no later one.
	After Snapshot
}

// feed keeps the newest commits in a ring, and wakes who waits for the next one.
type feed struct {
	mu     sync.Mutex
	ring   [feedLength]Commit // guarded by mu; commit n is at n modulo its length
	next   uint64             // guarded by mu: the number of the commit to come
	more   chan struct{}      // guarded by mu: closed when that commit has come
	closed bool               // guarded by mu
}

func newFeed() *feed { return &feed{more: make(chan struct{})} }

func (f *feed) publish(c Commit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return // all readers were told that they have heard the last one
	}
	f.ring[f.next%feedLength] = c
	f.next++
	close(f.more)
	f.more = make(chan struct{})
}

func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.closed = true
		close(f.more)
	}
}

// Reader reads the feed from one moment on. It is owned by one goroutine. It holds nothing that has to be released.
type Reader struct {
	feed *feed
	at   uint64
}

// Next gives the next commit if it has come, and else nil and what is closed when it has. It returns [ErrBehind] if
// that commit was dropped already, and [ErrClosed] after the last one.
func (r *Reader) Next() (*Commit, <-chan struct{}, error) {
	commit, more, err := r.feed.read(r.at)
	if err != nil || more != nil {
		return nil, more, err
	}
	r.at++
	return &commit, nil, nil
}

// read gives commit n, or what to wait for.
func (f *feed) read(n uint64) (_ Commit, more <-chan struct{}, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case n < f.next && f.next-n > feedLength:
		return Commit{}, nil, ErrBehind
	case n < f.next:
		return f.ring[n%feedLength], nil, nil
	case f.closed:
		return Commit{}, nil, ErrClosed
	}
	return Commit{}, f.more, nil
}

// from gives a reader of all commits to come.
func (f *feed) from() *Reader {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &Reader{feed: f, at: f.next}
}

// asOf gives the newest snapshot that is not after t; false if the feed does not reach back so far.
func (f *feed) asOf(t Time) (Snapshot, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := min(f.next, feedLength)
	for n := f.next; n > f.next-kept; n-- {
		if after := f.ring[(n-1)%feedLength].After; after.time <= t {
			return after, true
		}
	}
	return Snapshot{}, false
}
