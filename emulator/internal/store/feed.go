package store

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// feedLength is how many commits are kept at most, for reads in the past and for a reader who is slow; feedBytes bounds
// the documents that are kept for that alone, since they have changed or gone. The newest commit is kept always.
const (
	feedLength = 1024
	feedBytes  = 16 << 20
)

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

	number uint64 // among those of the feed
}

// past is the size of the documents that this commit has made history.
func (c *Commit) past() int {
	bytes := 0
	for _, change := range c.Changes {
		bytes += proto.Size(change.Before)
	}
	return bytes
}

// feed keeps the newest commits, and gives each to the readers whom it concerns.
type feed struct {
	root string // of every name

	mu       sync.Mutex
	kept     []moment                          // guarded by mu; that of commit n is at n − oldest
	oldest   uint64                            // guarded by mu: the number of the first commit that is kept
	reach    uint64                            // guarded by mu: a reader who waits for one before it is behind
	next     uint64                            // guarded by mu: the number of the commit to come
	bytes    int                               // guarded by mu: of what is kept alive by that alone
	passed   int                               // guarded by mu: the same, of commits since all readers were woken
	woken    uint64                            // guarded by mu: the commit at which they were
	newest   Snapshot                          // guarded by mu
	readers  map[*Reader]struct{}              // guarded by mu
	watchers map[Interest]map[*Reader]struct{} // guarded by mu
	closed   bool                              // guarded by mu
}

// moment is a commit that is kept.
type moment struct {
	after Snapshot
	past  int // bytes that are kept for the moment before this one
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
	c.number = f.next
	f.keep(moment{after: c.After.withoutIndexes(), past: c.past()})
	for _, change := range c.Changes {
		for _, interest := range f.concerned(change.Name) {
			for r := range f.watchers[interest] {
				r.give(&c)
			}
		}
	}
	if f.next-f.woken < feedLength/2 && f.passed < feedBytes/2 {
		return
	}
	f.woken, f.passed = f.next, 0
	for r := range f.readers {
		r.late = true
		r.wake()
	}
}

// keep adds a moment, and forgets the oldest ones when they are too many or too large.
func (f *feed) keep(m moment) {
	if f.next > f.oldest { // else nothing is kept that it is the past of
		f.bytes += m.past
	}
	f.passed += m.past
	f.kept = append(f.kept, m)
	f.next++
	for len(f.kept) > feedLength || f.bytes > feedBytes {
		f.forgetOldest()
		f.reach = f.oldest
	}
}

// forgetOldest leaves out a moment, and with it what is kept for it alone: what the one after it has made history.
func (f *feed) forgetOldest() {
	f.kept[0] = moment{}
	f.kept = f.kept[1:]
	f.oldest++
	if len(f.kept) > 0 {
		f.bytes -= f.kept[0].past
	}
}

// forgetPast leaves the newest moment alone. Readers keep what they were given.
func (f *feed) forgetPast() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.kept) > 1 {
		f.forgetOldest()
	}
	f.kept = slices.Clone(f.kept) // to let go of the room for the others
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
	for _, m := range slices.Backward(f.kept) {
		if m.after.time <= t {
			return m.after, true
		}
	}
	return Snapshot{}, false
}
