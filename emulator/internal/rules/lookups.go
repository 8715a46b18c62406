package rules

import (
	"context"
	"strings"
)

const (
	maxLookups       = 10 // of one operation
	maxSharedLookups = 20 // of all operations of a batch
)

// Lookups counts the documents that the operations of one batch, transaction or multi-document read have
// looked up, and remembers them, so that each is read and counted once. The zero value is ready. It is for
// one request and not safe for concurrent use.
type Lookups struct {
	seen map[string]*Map // by «after» or not, and path; nil is a document that does not exist
}

// lookups are those of one operation. A document that was looked up before is free, also where it does not
// exist, and get() and exists() share.
type lookups struct {
	reader   Reader
	shared   *Lookups
	database string
	count    int // of this operation
}

// readerError is an error of the [Reader].
type readerError struct{ err error }

func (e *readerError) Error() string { return e.err.Error() }
func (e *readerError) Unwrap() error { return e.err }

func newLookups(r *Request) *lookups {
	l := &lookups{reader: r.Reader, shared: r.Lookups}
	if l.shared == nil {
		l.shared = &Lookups{}
	}
	if len(r.Path) > 1 {
		l.database = r.Path[1]
	}
	return l
}

// document is get(path) and its like.
func (ev *evaluation) document(ctx context.Context, in *invocation) (Value, error) {
	path, err := argument[Path](in, 0, 1)
	if err != nil {
		return nil, err
	}
	data, err := ev.lookups.find(ctx, path, strings.HasSuffix(in.name, "After"))
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(in.name, "exists") {
		return Bool(data != nil), nil
	}
	if data == nil {
		return nil, fault("there is no document /%s", strings.Join(path, "/"))
	}
	return document(path, *data), nil
}

func (l *lookups) find(ctx context.Context, path Path, after bool) (*Map, error) {
	if err := l.check(path); err != nil {
		return nil, err
	}
	key := strings.Join(path, "/")
	if after {
		key = "after " + key
	}
	if data, seen := l.shared.seen[key]; seen {
		return data, nil
	}
	if l.count == maxLookups {
		return nil, fault("an operation looks up at most %d documents", maxLookups)
	}
	if len(l.shared.seen) == maxSharedLookups {
		return nil, fault("a request looks up at most %d documents", maxSharedLookups)
	}
	l.count++
	data, err := l.read(ctx, path, after)
	if err != nil {
		return nil, &readerError{err}
	}
	if l.shared.seen == nil {
		l.shared.seen = map[string]*Map{}
	}
	l.shared.seen[key] = data
	return data, nil
}

// check demands the full path of a document of the request's own database.
func (l *lookups) check(path Path) error {
	if len(path) < 5 || len(path)%2 == 0 || path[0] != "databases" || path[2] != "documents" {
		return fault("/%s is no document; a path starts with /databases/$(database)/documents", strings.Join(path, "/"))
	}
	if path[1] != l.database {
		return fault("the database %s is another than the request's", path[1])
	}
	for _, segment := range path {
		if segment == "" || strings.Contains(segment, "/") {
			return fault("a segment of a document's path is not empty and has no slash")
		}
	}
	return nil
}

func (l *lookups) read(ctx context.Context, path Path, after bool) (*Map, error) {
	switch {
	case l.reader == nil:
		return nil, nil
	case after:
		return l.reader.ReadAfter(ctx, path)
	default:
		return l.reader.Read(ctx, path)
	}
}
