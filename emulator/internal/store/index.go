package store

import (
	"iter"
	"strings"
	"sync/atomic"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/google/btree"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/value"
)

// indexKey says what an index is of.
type indexKey struct {
	collection string // a path from the root, or the id of a collection group
	group      bool
	field      string // the text of its path
	elements   bool   // of the arrays in the field
}

// index is one field of the documents of a collection, in the order of its values and then of names. It never changes
// once it is in a snapshot.
type index struct {
	indexKey

	path value.FieldPath
	tree *btree.BTreeG[indexed]
	used *atomic.Uint64 // when it was last of use, by the count of its store; the same for all versions
}

// indexed is a place in an index.
//
// Values that are longer than what Firestore indexes are ordered by their beginnings and filtered by all of them. So
// such a document has two places: one in the order, and one before all others, where every filter looks.
type indexed struct {
	key      string
	long     bool // in the order, and of no use to a filter
	document *firestorepb.Document
}

// longKey is before the keys of all values.
const longKey = ""

func lessIndexed(a, b indexed) bool {
	if a.key != b.key {
		return a.key < b.key
	}
	return value.CompareNames(a.document.GetName(), b.document.GetName()) < 0
}

func newIndex(key indexKey, path value.FieldPath) *index {
	return &index{indexKey: key, path: path, tree: btree.NewG(degree, lessIndexed), used: &atomic.Uint64{}}
}

// with is the index after changes; itself if they do not concern it.
func (x *index) with(changes []Change, root string) *index {
	after := x
	for _, c := range changes {
		if !x.covers(strings.TrimPrefix(c.Name, root+"/")) {
			continue
		}
		if after == x {
			after = &index{indexKey: x.indexKey, path: x.path, tree: x.tree.Clone(), used: x.used}
		}
		after.remove(c.Before)
		after.add(c.After)
	}
	return after
}

// covers tells whether a document belongs to what is indexed, by its path from the root.
func (x *index) covers(path string) bool {
	collection, _ := place(path)
	return collection == x.collection || x.group && strings.HasSuffix(collection, "/"+x.collection)
}

func (x *index) add(d *firestorepb.Document) {
	for _, place := range x.places(d) {
		x.tree.ReplaceOrInsert(place)
	}
}

func (x *index) remove(d *firestorepb.Document) {
	for _, place := range x.places(d) {
		x.tree.Delete(place)
	}
}

// places are those of a document, which may be nil.
func (x *index) places(d *firestorepb.Document) []indexed {
	v := x.path.Get(d.GetFields())
	switch {
	case d != nil && x.path.IsName():
		name := value.AppendNameKey([]byte{byte(value.TypeReference)}, d.GetName())
		return []indexed{{key: string(name), document: d}}
	case v == nil:
		return nil
	case !x.elements && value.Size(v) > value.MaxIndexedBytes:
		inOrder := string(value.AppendKey(nil, value.Indexed(v)))
		return []indexed{{key: longKey, document: d}, {key: inOrder, long: true, document: d}}
	case !x.elements:
		return []indexed{{key: string(value.AppendKey(nil, v)), document: d}}
	}
	var places []indexed
	for _, element := range v.GetArrayValue().GetValues() {
		key := longKey
		if value.Size(element) <= value.MaxIndexedBytes {
			key = string(value.AppendKey(nil, element))
		}
		places = append(places, indexed{key: key, document: d})
	}
	return places
}

// find gives the documents of a range, each once, in any order, and all with long values.
func (x *index) find(r query.IndexRange) iter.Seq[*firestorepb.Document] {
	return func(yield func(*firestorepb.Document) bool) {
		var seen map[*firestorepb.Document]bool
		if x.elements && (x.hasLong() || !r.Single()) {
			seen = map[*firestorepb.Document]bool{}
		}
		each := func(p indexed) bool {
			if p.long || seen[p.document] {
				return true
			}
			if seen != nil {
				seen[p.document] = true
			}
			return yield(p.document)
		}
		going := true
		x.tree.AscendLessThan(indexed{key: afterLong}, func(p indexed) bool {
			going = each(p)
			return going
		})
		if going {
			x.walk(r, false, each)
		}
	}
}

// sorted gives the documents of a range in the order of the field's values and of names, and perhaps others. Of
// elements, the range must be of a single one, and none must be long.
func (x *index) sorted(r query.IndexRange, descending bool) iter.Seq[*firestorepb.Document] {
	if x.hasLong() {
		r.Low, r.High = nil, nil
	}
	return func(yield func(*firestorepb.Document) bool) {
		x.walk(r, descending, func(p indexed) bool { return yield(p.document) })
	}
}

// afterLong is after longKey and before the keys of all values.
const afterLong = "\x00"

func (x *index) hasLong() bool {
	first, ok := x.tree.Min()
	return ok && first.key == longKey
}

// walk goes through a range. Places without a document come before all others of their key.
func (x *index) walk(r query.IndexRange, descending bool, each func(indexed) bool) {
	low, high := indexed{key: max(afterLong, string(r.Low))}, indexed{key: string(r.High)}
	switch {
	case descending && r.High == nil:
		x.tree.DescendGreaterThan(low, each)
	case descending:
		x.tree.DescendRange(high, low, each)
	case r.High == nil:
		x.tree.AscendGreaterOrEqual(low, each)
	default:
		x.tree.AscendRange(low, high, each)
	}
}

// few tells whether a range has less than n places.
func (x *index) few(r query.IndexRange, n int) bool {
	x.walk(r, false, func(indexed) bool {
		n--
		return n > 0
	})
	return n > 0
}
