package query

import (
	"bytes"
	"maps"
	"math"
	"slices"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// IndexRange is a part of the index of one field: the keys, by [value.AppendKey] of the field's whole value,
// from Low on and before High. A nil High is no end. [value.NameField] stands for the documents' own names.
type IndexRange struct {
	Field     value.FieldPath
	Low, High []byte
	// Elements says that the keys are those of the elements of arrays in the field.
	Elements bool
}

// Single tells whether all keys of the range are of one value.
func (r IndexRange) Single() bool {
	return len(r.Low) > 0 && bytes.Equal(value.KeyAfter(r.Low), r.High)
}

// Index is the part of one field's index that holds every document the query finds, so that the others need
// not be read; false if no filter or cursor narrows a field. It may hold more, which [Query.Matches] sorts
// out. Of several fields it prefers one with an equality, then one with a list, then a range with both ends.
func (q *Query) Index() (IndexRange, bool) {
	narrowed := q.narrows()
	var best IndexRange
	bestRank := 0
	for _, name := range slices.Sorted(maps.Keys(narrowed)) {
		if n := narrowed[name]; n.rank() > bestRank {
			best, bestRank = n.indexRange(), n.rank()
		}
	}
	return best, bestRank > 0
}

// Order is the part of the index of the first field that the query orders by, as in [Query.Index], which may be all of
// it, and whether it is to be read from its end.
func (q *Query) Order() (_ IndexRange, descending bool) {
	first := q.orders[0]
	if n, ok := q.narrows()[first.path.String()]; ok {
		return n.indexRange(), first.descending
	}
	return IndexRange{Field: first.path}, first.descending
}

func (q *Query) narrows() ranges {
	narrowed := make(ranges)
	if q.where != nil {
		narrowed = q.where.narrows()
	}
	if bounds, ok := q.cursorRange(); ok {
		narrowed.intersect(q.orders[0].path, bounds)
	}
	return narrowed
}

// bounds are the ends of a range of keys; both nil is everything.
type bounds struct {
	low, high []byte
	points    bool // made of equalities
	elements  bool // of the elements of arrays
}

func point(key []byte) bounds { return bounds{low: key, high: value.KeyAfter(key), points: true} }

// ranges are bounds by the text of the field's path; those of elements have a name that no path has.
type ranges map[string]narrowedField

type narrowedField struct {
	path value.FieldPath
	bounds
}

func (n narrowedField) name() string {
	if n.elements {
		return n.path.String() + "[]"
	}
	return n.path.String()
}

func (n narrowedField) indexRange() IndexRange {
	return IndexRange{Field: n.path, Low: n.low, High: n.high, Elements: n.elements}
}

// rank is how few documents are expected inside.
func (n narrowedField) rank() int {
	switch {
	case n.high != nil && bytes.Compare(n.low, n.high) >= 0:
		return 5 // none
	case n.points && n.indexRange().Single():
		return 4
	case n.points:
		return 3
	case n.low != nil && n.high != nil && len(n.low) > 1 && len(n.high) > 1:
		return 2
	default:
		return 1
	}
}

func (r ranges) intersect(path value.FieldPath, b bounds) {
	added := narrowedField{path: path, bounds: b}
	if present, ok := r[added.name()]; ok {
		if b.elements {
			return // an array can have elements in both, and none in both at once
		}
		if bytes.Compare(present.low, b.low) > 0 {
			added.low = present.low
		}
		if b.high == nil || present.high != nil && bytes.Compare(present.high, b.high) < 0 {
			added.high = present.high
		}
		added.points = b.points || present.points
	}
	r[added.name()] = added
}

func (c *compositeFilter) narrows() ranges {
	narrowed := make(ranges)
	for i, f := range c.filters {
		inner := f.narrows()
		if c.all {
			for _, n := range inner {
				narrowed.intersect(n.path, n.bounds)
			}
			continue
		}
		if i == 0 {
			narrowed = inner
			continue
		}
		for name, n := range narrowed {
			other, ok := inner[name]
			if !ok {
				delete(narrowed, name) // a branch without bounds finds anything
				continue
			}
			n.bounds = hull(n.bounds, other.bounds)
			narrowed[name] = n
		}
	}
	return narrowed
}

// hull holds both ranges and what is between.
func hull(a, b bounds) bounds {
	if bytes.Compare(b.low, a.low) < 0 {
		a.low = b.low
	}
	if b.high == nil || a.high != nil && bytes.Compare(b.high, a.high) > 0 {
		a.high = b.high
	}
	a.points = a.points && b.points
	return a
}

func (f *fieldFilter) narrows() ranges {
	b, ok := f.bounds()
	if !ok {
		return ranges{}
	}
	n := narrowedField{path: f.path, bounds: b}
	return ranges{n.name(): n}
}

func (f *fieldFilter) bounds() (bounds, bool) {
	switch f.op {
	case opIsNull:
		return point([]byte{byte(value.TypeNull)}), true
	case opIsNaN:
		return point(value.AppendKey(nil, value.Double(math.NaN()))), true
	case opIn:
		return f.list(), true
	case opContains, opContainsAny:
		b := f.list()
		b.elements = true
		return b, true
	case opEqual, opLess, opLessOrEqual, opGreater, opGreaterOrEqual:
		return f.comparison(), true
	default: // negations leave too much
		return bounds{}, false
	}
}

// list are the bounds of all operands.
func (f *fieldFilter) list() bounds {
	b := point(value.AppendKey(nil, f.operands[0]))
	for _, operand := range f.operands[1:] {
		b = hull(b, point(value.AppendKey(nil, operand)))
	}
	return b
}

// comparison are the bounds of an (in)equality. An inequality stays inside its operand's type.
func (f *fieldFilter) comparison() bounds {
	operand := point(value.AppendKey(nil, f.operands[0]))
	ofType := point([]byte{byte(value.TypeOf(f.operands[0]))})
	switch f.op {
	case opLess:
		return bounds{low: ofType.low, high: operand.low}
	case opLessOrEqual:
		return bounds{low: ofType.low, high: operand.high}
	case opGreater:
		return bounds{low: operand.high, high: ofType.high}
	case opGreaterOrEqual:
		return bounds{low: operand.low, high: ofType.high}
	default:
		return operand
	}
}

// cursorRange is what the cursors leave of the first field that the query orders by.
func (q *Query) cursorRange() (bounds, bool) {
	first, last := q.startAt, q.endAt
	if q.orders[0].descending {
		first, last = last, first
	}
	var b bounds
	if key, ok := first.firstKey(); ok {
		b.low = key
	}
	if key, ok := last.firstKey(); ok {
		b.high = value.KeyAfter(key)
	}
	return b, b.low != nil || b.high != nil
}

// firstKey is the key of the cursor's first value. The order cuts long values and the index does not, so the
// bounds hold only for values that are not cut.
func (c *cursor) firstKey() ([]byte, bool) {
	if c == nil || len(c.values) == 0 || value.Size(c.values[0]) >= value.MaxIndexedBytes {
		return nil, false
	}
	return value.AppendKey(nil, c.values[0]), true
}
