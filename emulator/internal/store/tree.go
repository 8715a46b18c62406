package store

import (
	"iter"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/google/btree"
)

// degree is the width of the trees: wide enough to be shallow, narrow enough for copies of a node to be cheap.
const degree = 32

// entry is a document in its place: all documents of a collection lie side by side, in the order of their ids.
type entry struct {
	collection string // the path from the database's root: rooms, or rooms/a/links
	id         string
	document   *firestorepb.Document
}

func lessEntry(a, b entry) bool {
	if a.collection != b.collection {
		return a.collection < b.collection
	}
	return a.id < b.id
}

// place splits a document's path (rooms/a/links/b) into its collection and its id.
func place(path string) (collection, id string) {
	cut := strings.LastIndexByte(path, '/')
	return path[:cut], path[cut+1:]
}

// Snapshot is the database as of one commit. It never changes and is safe for concurrent use. The documents in it
// must not be changed by those who read them. The zero value is an empty database at no time.
type Snapshot struct {
	tree *btree.BTreeG[entry]
	root string // the prefix of every name: projects/p/databases/d/documents
	time Time

	owner   *Store   // nil for the zero value
	indexes *indexes // nil: none
}

// Time is the time of the newest commit that the snapshot shows.
func (s Snapshot) Time() Time { return s.time }

// Root is the prefix of every document's name.
func (s Snapshot) Root() string { return s.root }

// Get gives the document with this full name, nil if there is none: whatever the name is.
func (s Snapshot) Get(name string) *firestorepb.Document {
	path, ok := s.path(name)
	if !ok || s.tree == nil || !strings.Contains(path, "/") {
		return nil
	}
	collection, id := place(path)
	found, _ := s.tree.Get(entry{collection: collection, id: id})
	return found.document
}

// Collection gives the documents of one collection in the order of their ids' bytes. parent is a full name: of the
// root, or of a document, which need not exist.
func (s Snapshot) Collection(parent, collectionID string) iter.Seq[*firestorepb.Document] {
	prefix, ok := s.prefix(parent)
	if !ok {
		return func(func(*firestorepb.Document) bool) {}
	}
	collection := prefix + collectionID
	return func(yield func(*firestorepb.Document) bool) {
		s.from(entry{collection: collection}, func(e entry) bool {
			return e.collection == collection && yield(e.document)
		})
	}
}

// Below gives all documents below parent, at any depth, whose collection has this id; any if collectionID is empty.
// They come in no particular order. parent is as in [Snapshot.Collection].
func (s Snapshot) Below(parent, collectionID string) iter.Seq[*firestorepb.Document] {
	prefix, ok := s.prefix(parent)
	if !ok {
		return func(func(*firestorepb.Document) bool) {}
	}
	return func(yield func(*firestorepb.Document) bool) {
		s.from(entry{collection: prefix}, func(e entry) bool {
			if !strings.HasPrefix(e.collection, prefix) {
				return false
			}
			last := e.collection[strings.LastIndexByte(e.collection, '/')+1:]
			return (collectionID != "" && collectionID != last) || yield(e.document)
		})
	}
}

// Len is the number of documents.
func (s Snapshot) Len() int {
	if s.tree == nil {
		return 0
	}
	return s.tree.Len()
}

func (s Snapshot) from(first entry, each func(entry) bool) {
	if s.tree != nil {
		s.tree.AscendGreaterOrEqual(first, each)
	}
}

// prefix is what the paths of all collections below parent begin with: empty for the root. It is false for what cannot
// have any.
func (s Snapshot) prefix(parent string) (string, bool) {
	if parent == s.root {
		return "", true
	}
	path, ok := s.path(parent)
	return path + "/", ok
}

// path cuts the root off a document's full name; false if the name lies elsewhere, or is the root's or that of a
// collection at the top.
func (s Snapshot) path(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, s.root)
	if !ok || strings.Count(rest, "/") < 2 || rest[0] != '/' {
		return "", false
	}
	return rest[1:], true
}
