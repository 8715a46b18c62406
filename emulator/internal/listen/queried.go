package listen

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// queried chooses documents by a query.
type queried struct{ query *query.Query }

func newQueried(asked *firestorepb.Target_QueryTarget) (selection, error) {
	compiled, err := query.Compile(asked.GetParent(), asked.GetStructuredQuery())
	if err != nil {
		return nil, err
	}
	return queried{query: compiled}, nil
}

// in gives the documents whole: a projection is for the client alone, and would make each answer a new document.
func (q queried) in(s store.Snapshot) map[string]*firestorepb.Document {
	found := map[string]*firestorepb.Document{}
	for _, d := range q.query.Find(s.Source(q.query)).Documents {
		found[d.GetName()] = s.Get(d.GetName())
	}
	return found
}

func (q queried) concerns(c store.Change) bool {
	return (c.Before != nil && q.query.Matches(c.Before)) || (c.After != nil && q.query.Matches(c.After))
}

func (q queried) shown(d *firestorepb.Document) *firestorepb.Document { return q.query.Project(d) }
