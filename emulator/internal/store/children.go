package store

import (
	"iter"
	"strings"
)

// CollectionIDs gives the ids of the collections directly below parent that have documents, or documents below those.
// They come in no particular order, and one can come twice. It takes as long as there are collections, however many
// documents are in them. parent is as in [Snapshot.Collection].
func (s Snapshot) CollectionIDs(parent string) iter.Seq[string] {
	prefix, ok := s.prefix(parent)
	if !ok {
		return func(func(string) bool) {}
	}
	return s.children(prefix)
}

// ParentIDs gives the ids of documents in a collection that have documents below them, be they there themselves or
// not: in no particular order, each once. parent is as in [Snapshot.Collection].
func (s Snapshot) ParentIDs(parent, collectionID string) iter.Seq[string] {
	prefix, ok := s.prefix(parent)
	if !ok {
		return func(func(string) bool) {}
	}
	return s.children(prefix + collectionID + "/")
}

// children gives the ids that follow a prefix in the paths of collections.
func (s Snapshot) children(prefix string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for from := prefix; ; {
			path, found := s.firstCollection(from)
			if !found || !strings.HasPrefix(path, prefix) {
				return
			}
			id, _, more := strings.Cut(path[len(prefix):], "/")
			if !yield(id) {
				return
			}
			if more {
				from = prefix + id + "0" // follows «/», and so all that lies deeper
			} else {
				from = path + "\x00" // the next path of all
			}
		}
	}
}

// firstCollection is the path of the first collection at or after a path.
func (s Snapshot) firstCollection(at string) (path string, found bool) {
	s.from(entry{collection: at}, func(e entry) bool {
		path, found = e.collection, true
		return false
	})
	return path, found
}
