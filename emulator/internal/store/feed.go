package store

import (
	"errors"
	"strings"
	"sync"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// feedLength is how many commits are kept: for reads in the past, and for a reader who is slow.
const feedLength = 1024

// ErrBehind is returned by [Reader.Take] to a reader that has let more commits pile up than the feed keeps: it has to
// begin anew with a snapshot.
var ErrBehind = errors.New("store: reader of the feed is too far behind")

// ErrClosed is returned after the store was closed. As a gRPC status it is UNAVAILABLE.
var ErrClosed = status.Error(codes.Unavailable, "The emulator is closing.")

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

// feed keeps the newest commits in a ring, and gives each to the readers whom it concerns.
type feed struct {
	root string // of every name

	mu       sync.Mutex
	ring     [feedLength]Snapshot              // guarded by mu; that of commit n is at n modulo its length
	next     uint64                            // guarded by mu: the number of the commit to come
	newest   Snapshot                          // guarded by mu
	readers  map[*Reader]struct{}              // guarded by mu
	watchers map[Interest]map[*Reader]struct{} // guarded by mu
	closed   bool                              // guarded by mu
}

func newFeed(first Snapshot) *feed {
	return &feed{
		root: first.root, newest: first,
		readers: map[*Reader]struct{}{}, watchers: map[Interest]map[*Reader]struct{}{},
	}
}

// publish gives a commit to the readers whom it concerns. Now and then it wakes all others too, so that they can tell
// their clients a moment to which the feed still reaches back.
func (f *feed) publish(c Commit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return // all readers were told that they have heard the last one
	}
	f.newest = c.After
	f.ring[f.next%feedLength] = c.After.withoutIndexes()
	f.next++
	for _, change := range c.Changes {
		for _, interest := range f.concerned(change.Name) {
			for r := range f.watchers[interest] {
				r.give(&c)
			}
		}
	}
	if f.next%(feedLength/2) == 0 {
		for r := range f.readers {
			r.late = true
			r.wake()
		}
	}
}

// concerned are all interests in a document.
func (f *feed) concerned(name string) [4]Interest {
	collection, _ := place(strings.TrimPrefix(name, f.root+"/"))
	group := collection[strings.LastIndexByte(collection, '/')+1:]
	return [4]Interest{InDocument(name), inCollection(collection), inGroup(group), inAll()}
}

func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for r := range f.readers {
		r.wake()
	}
}

// asOf gives the newest snapshot that is not after t; false if the feed does not reach back so far.
func (f *feed) asOf(t Time) (Snapshot, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := min(f.next, feedLength)
	for n := f.next; n > f.next-kept; n-- {
		if after := f.ring[(n-1)%feedLength]; after.time <= t {
			return after, true
		}
	}
	return Snapshot{}, false
}
