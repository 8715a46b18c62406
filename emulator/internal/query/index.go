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
}

// Index is the part of one field's index that holds every document the query finds, so that the others need
// not be read; false if no filter or cursor narrows a field. It may hold more, which [Query.Matches] sorts
// out. Of several fields it prefers one with an equality, then one with a list, then a range with both ends.
func (q *Query) Index() (IndexRange, bool) {
	narrowed := make(ranges)
	if q.where != nil {
		narrowed = q.where.narrows()
	}
	if bounds, ok := q.cursorRange(); ok {
		narrowed.intersect(q.orders[0].path, bounds)
	}
	var best IndexRange
	bestRank := 0
	for _, name := range slices.Sorted(maps.Keys(narrowed)) {
		if n := narrowed[name]; n.rank() > bestRank {
			best, bestRank = IndexRange{Field: n.path, Low: n.low, High: n.high}, n.rank()
		}
	}
	return best, bestRank > 0
}

// bounds are the ends of a range of keys; both nil is everything.
type bounds struct {
	low, high []byte
	points    bool // made of equalities
}

func point(key []byte) bounds { return bounds{low: key, high: value.KeyAfter(key), points: true} }

// ranges are bounds by the text of the field's path.
type ranges map[string]narrowedField

type narrowedField struct {
	path value.FieldPath
	bounds
}

// rank is how few documents are expected inside.
func (n narrowedField) rank() int {
	switch {
	case n.high != nil && bytes.Compare(n.low, n.high) >= 0:
		return 5 // none
	case n.points && bytes.Equal(value.KeyAfter(n.low), n.high):
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
	name := path.String()
	if present, ok := r[name]; ok {
		if bytes.Compare(present.low, b.low) > 0 {
			b.low = present.low
		}
		if b.high == nil || present.high != nil && bytes.Compare(present.high, b.high) < 0 {
			b.high = present.high
		}
		b.points = b.points || present.points
	}
	r[name] = narrowedField{path: path, bounds: b}
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
	return ranges{f.path.String(): {path: f.path, bounds: b}}
}

func (f *fieldFilter) bounds() (bounds, bool) {
	switch f.op {
	case opIsNull:
		return point([]byte{byte(value.TypeNull)}), true
	case opIsNaN:
		return point(value.AppendKey(nil, value.Double(math.NaN()))), true
	case opIn:
		b := point(value.AppendKey(nil, f.operands[0]))
		for _, operand := range f.operands[1:] {
			b = hull(b, point(value.AppendKey(nil, operand)))
		}
		return b, true
	case opEqual, opLess, opLessOrEqual, opGreater, opGreaterOrEqual:
		return f.comparison(), true
	default: // negations leave too much, and elements of arrays are in no index of the field
		return bounds{}, false
	}
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
