package signaling

import (
	"context"
	"errors"
	"time"
)

// Store keeps documents and tells who asks about every change. All methods are safe for concurrent use.
// signalingtest.Run is the contract that an implementation keeps.
type Store interface {
	// Get reads one document as it is now. A document that does not exist is no error: its Fields are nil.
	Get(ctx context.Context, path string) (Document, error)

	// Watch calls each with the document as it is now, existing or not, and again after every change. Changes
	// that follow each other quickly may arrive as one, and a state may be told again (SPEC D12). Calls come
	// one after the other, and none after Watch has returned. It returns when ctx ends, with its error; when
	// the store refuses, with [ErrDenied]; or when the store cannot be reached before the first call, with
	// [ErrUnavailable]. Later outages are waited out in silence.
	Watch(ctx context.Context, path string, each func(Document)) error

	// WatchQuery does for the documents that q selects what Watch does for one: each gets all of them, in
	// no order, and the time at which they were so.
	WatchQuery(ctx context.Context, q Query, each func([]Document, time.Time)) error

	// Commit makes all writes or none. Errors are [ErrExists], [ErrNotFound], [ErrDenied], [ErrUnavailable]
	// (then it may have happened all the same), or others.
	Commit(ctx context.Context, writes ...Write) error
}

// Errors of a store, to be told apart with errors.Is.
var (
	// ErrNotFound is returned by Commit for an Update of a document that does not exist.
	ErrNotFound = errors.New("signaling: document does not exist")
	// ErrExists is returned by Commit for a Create of a document that exists.
	ErrExists = errors.New("signaling: document exists")
	// ErrDenied is returned when the store's rules do not allow it. Rules that look into a document deny
	// also where it does not exist.
	ErrDenied = errors.New("signaling: denied by the store's rules")
	// ErrUnavailable is returned when the store cannot be reached in time.
	ErrUnavailable = errors.New("signaling: the store cannot be reached")
)

// Fields are a document's fields as the store has them: string, []byte, time.Time, bool, int64, float64,
// nil, or anything else a forger put there. In a Write, [ServerTime] stands for the store's clock.
type Fields map[string]any

// ServerTime as the value of a field in a Write becomes the time of the commit by the store's clock.
var ServerTime any = serverTime{} //nolint:gochecknoglobals // a mark, compared with and never changed

type serverTime struct{}

// Document is a document as it was at one time.
type Document struct {
	// ID is the last part of the path.
	ID string
	// Fields are nil if the document does not exist.
	Fields Fields
	// ReadAt is that time by the store's clock.
	ReadAt time.Time
}

// Query selects the documents of one collection, at most Limit of them.
type Query struct {
	// Collection is the path of the collection.
	Collection string
	// Field and Equals select those whose Field is Equals; with an empty Field all are selected.
	Field, Equals string
	// Latest is a field that is a time: the documents in which it is greatest are selected first. Empty: any are.
	Latest string
	// Limit is at least 1.
	Limit int
}

// Op is what a Write does.
type Op int

// The operations.
const (
	// Create makes a document that does not exist.
	Create Op = iota
	// Set makes or replaces a document.
	Set
	// Update changes the named fields of a document that exists.
	Update
	// Delete removes a document; where there is none it does nothing.
	Delete
)

// Write is one change of one document.
type Write struct {
	Op     Op
	Path   string
	Fields Fields // nil with Delete
}
