package store

import (
	"iter"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/query"
)

// Source is where a query finds its documents in this snapshot: a part of an index if there is one that helps, and
// else the whole collection. A query that looks at many documents in vain leaves an index behind for those after it,
// which takes it about as long again; snapshots that are older go without.
func (s Snapshot) Source(q *query.Query) query.Source {
	of, can := s.indexable(q)
	if !can {
		return query.Source{Documents: s.scan(q)}
	}
	filter, narrowed := q.Index()
	order, descending := q.Order()
	var byFilter, byOrder *index
	if narrowed {
		byFilter = s.use(of.on(filter))
	}
	alike := narrowed && of.on(filter) == of.on(order)
	switch {
	case byFilter != nil && filter.Single() && order.Field.IsName() && !byFilter.hasLong():
		return query.Source{Documents: byFilter.sorted(filter, descending), Sorted: true}
	case byFilter != nil && q.Limited() && alike:
		return query.Source{Documents: byFilter.sorted(order, descending), Sorted: true}
	case byFilter != nil && (!q.Limited() || byFilter.few(filter, s.owner.indexing.from)):
		return query.Source{Documents: byFilter.find(filter)}
	}
	if q.Limited() {
		byOrder = s.use(of.on(order))
	}
	switch {
	case byOrder != nil:
		return query.Source{Documents: byOrder.sorted(order, descending), Sorted: true}
	case byFilter != nil:
		return query.Source{Documents: s.leaving(byFilter.find(filter), of.on(order), order)}
	case narrowed:
		return query.Source{Documents: s.leaving(s.scan(q), of.on(filter), filter)}
	case q.Limited():
		return query.Source{Documents: s.leaving(s.scan(q), of.on(order), order)}
	}
	return query.Source{Documents: s.scan(q)}
}

// scan gives all documents that a query can find, and perhaps others.
func (s Snapshot) scan(q *query.Query) iter.Seq[*firestorepb.Document] {
	id, deep := q.Collection()
	if deep || id == "" {
		return s.Below(q.Parent(), id)
	}
	return s.Collection(q.Parent(), id)
}

// leaving is what a query looks at; if that is much, it leaves an index.
func (s Snapshot) leaving(
	documents iter.Seq[*firestorepb.Document], key indexKey, r query.IndexRange,
) iter.Seq[*firestorepb.Document] {
	return func(yield func(*firestorepb.Document) bool) {
		n := 0
		for d := range documents {
			n++
			if !yield(d) {
				break
			}
		}
		if n >= s.owner.indexing.from {
			s.owner.index(key, r)
		}
	}
}

// use gives an index, nil if there is none.
func (s Snapshot) use(key indexKey) *index {
	x := s.indexes.get(key)
	if x != nil {
		x.used.Store(s.owner.indexing.count.Add(1))
	}
	return x
}

// indexable says of which documents an index would help a query; false if none does: only one collection, or all of
// one id, can have one.
func (s Snapshot) indexable(q *query.Query) (indexKey, bool) {
	id, deep := q.Collection()
	path, below := s.path(q.Parent())
	switch {
	case s.owner == nil || id == "" || deep && below:
		return indexKey{}, false
	case below:
		return indexKey{collection: path + "/" + id}, true
	default:
		return indexKey{collection: id, group: deep}, true
	}
}

// on is the index of a field of the same documents.
func (k indexKey) on(r query.IndexRange) indexKey {
	k.field, k.elements = r.Field.String(), r.Elements
	return k
}

// within gives the documents that an index is of.
func (s Snapshot) within(k indexKey) iter.Seq[*firestorepb.Document] {
	if k.group {
		return s.Below(s.root, k.collection)
	}
	return s.Collection(s.root, k.collection)
}
