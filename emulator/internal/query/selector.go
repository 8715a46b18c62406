package query

import (
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// selector says which collections a query looks at.
type selector struct {
	database   string // projects/{project}/databases/{database}
	below      bool   // the parent is a document, not the root
	prefix     string // of the names of all documents below the parent, with the slash at its end
	collection string // id; empty: any
	group      bool   // at any depth below the parent, not only directly
}

func compileFrom(parent string, from []*pb.StructuredQuery_CollectionSelector) (selector, error) {
	name, err := value.ParseParent(parent)
	if err != nil {
		return selector{}, err
	}
	s := selector{database: name.Database, below: len(name.IDs) > 0, prefix: name.String() + "/"}
	switch {
	case len(from) > 1:
		return selector{}, invalidf("StructuredQuery.from cannot have more than one collection selector.")
	case len(from) == 0:
		return s, nil
	}
	s.collection, s.group = from[0].GetCollectionId(), from[0].GetAllDescendants()
	if s.collection == "" {
		return s, nil
	}
	return s, value.ValidateCollectionID(s.collection)
}

// selects takes the name of a document that exists.
func (s selector) selects(name string) bool {
	path, below := strings.CutPrefix(name, s.prefix)
	if !below {
		return false
	}
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 {
		return false
	}
	collection := path[:slash]
	if parent := strings.LastIndexByte(collection, '/'); parent >= 0 {
		if !s.group {
			return false
		}
		collection = collection[parent+1:]
	}
	return s.collection == "" || s.collection == collection
}

// Collection is the id of the collection that the query looks at, empty if it is any, and whether it looks
// at all collections of that id below the parent (a collection group) or only at the parent's own.
func (q *Query) Collection() (id string, group bool) { return q.from.collection, q.from.group }

// Parent is the name of the document, or the database's root, below which the query looks.
func (q *Query) Parent() string { return strings.TrimSuffix(q.from.prefix, "/") }
