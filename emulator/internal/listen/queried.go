package listen

import (
	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/google/btree"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// degree is the width of the trees of rows.
const degree = 32

// queried chooses documents by a query. It holds everything that matches, in three zones that follow each other: what
// the offset leaves out, what is chosen, and what is beyond the limit. A zone has rows only if those before it are
// full, so that a change moves at most one row over each border.
type queried struct {
	query  *query.Query
	zones  [beyond + 1]*btree.BTreeG[row]
	room   [beyond]int                      // how many rows fit; negative: all
	chosen map[string]*firestorepb.Document // those of the zone, by name
}

// The zones.
const (
	skipped = iota
	chosen
	beyond
)

// row is a document with its sort key.
type row struct {
	key      string
	document *firestorepb.Document
}

func lessRow(a, b row) bool { return a.key < b.key }

func newQueried(asked *firestorepb.Target_QueryTarget) (selection, error) {
	compiled, err := query.Compile(asked.GetParent(), asked.GetStructuredQuery())
	if err != nil {
		return nil, err
	}
	q := &queried{query: compiled, chosen: map[string]*firestorepb.Document{}}
	q.room[skipped], q.room[chosen] = compiled.Window()
	for i := range q.zones {
		q.zones[i] = btree.NewG(degree, lessRow)
	}
	return q, nil
}

func (q *queried) interest(db *store.Store) []store.Interest {
	return []store.Interest{db.InQuery(q.query)}
}

func (q *queried) begin(s store.Snapshot) {
	for d := range s.Source(q.query).Documents {
		if key, ok := q.query.Place(d); ok {
			q.add(row{string(key), d}, &touched{})
		}
	}
}

func (q *queried) apply(c store.Change, touched *touched) {
	if key, ok := q.place(c.Before); ok {
		q.remove(row{key: key, document: c.Before}, touched)
	}
	if key, ok := q.place(c.After); ok {
		q.add(row{key: key, document: c.After}, touched)
	}
}

// place is the sort key of a document that the query finds. d may be nil.
func (q *queried) place(d *firestorepb.Document) (string, bool) {
	if d == nil {
		return "", false
	}
	key, ok := q.query.Place(d)
	return string(key), ok
}

// add puts a row into the first zone that has room for it or has later rows, and what is too much then into the next.
func (q *queried) add(r row, touched *touched) {
	for zone := skipped; zone <= beyond; zone++ {
		last, some := q.zones[zone].Max()
		if q.full(zone) && (!some || lessRow(last, r)) {
			continue
		}
		full := q.full(zone)
		q.enter(zone, r, touched)
		if !full {
			return
		}
		q.leave(zone, last, touched)
		r = last
	}
}

// remove takes a row from its zone, and fills that from the next.
func (q *queried) remove(r row, touched *touched) {
	for zone := skipped; zone <= beyond; zone++ {
		if _, has := q.zones[zone].Get(r); !has {
			continue
		}
		q.leave(zone, r, touched)
		if zone == beyond {
			return
		}
		next, some := q.zones[zone+1].Min()
		if !some {
			return
		}
		q.enter(zone, next, touched)
		r = next
	}
}

// full tells whether a row that is added to a zone drives another one out.
func (q *queried) full(zone int) bool {
	return zone < beyond && q.room[zone] >= 0 && q.zones[zone].Len() >= q.room[zone]
}

func (q *queried) enter(zone int, r row, touched *touched) {
	if zone == chosen {
		touched.note(r.document.GetName(), q.chosen[r.document.GetName()])
		q.chosen[r.document.GetName()] = r.document
	}
	q.zones[zone].ReplaceOrInsert(r)
}

func (q *queried) leave(zone int, r row, touched *touched) {
	if zone == chosen {
		touched.note(r.document.GetName(), q.chosen[r.document.GetName()])
		delete(q.chosen, r.document.GetName())
	}
	q.zones[zone].Delete(r)
}

func (q *queried) concerns(c store.Change) bool {
	return c.Before != nil && q.query.Matches(c.Before) || c.After != nil && q.query.Matches(c.After)
}

func (q *queried) get(name string) *firestorepb.Document { return q.chosen[name] }

func (q *queried) names() []string {
	names := make([]string, 0, q.zones[chosen].Len())
	q.zones[chosen].Ascend(func(r row) bool {
		names = append(names, r.document.GetName())
		return true
	})
	return names
}

// shown projects: the selection itself is of whole documents, so that each has one identity.
func (q *queried) shown(d *firestorepb.Document) *firestorepb.Document { return q.query.Project(d) }
