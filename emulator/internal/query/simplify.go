package query

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// simplify takes away what is written twice side by side, then nested composites of one kind, as production
// does before it looks at a query's limits.
func simplify(f filter) filter {
	composite, ok := f.(*compositeFilter)
	if !ok {
		return f
	}
	simple := &compositeFilter{all: composite.all}
	seen := make(map[string]bool)
	for _, f := range composite.filters {
		f = simplify(f)
		text := f.text(exactText)
		if seen[text] {
			continue
		}
		seen[text] = true
		if same, ok := f.(*compositeFilter); ok && same.all == composite.all {
			simple.filters = append(simple.filters, same.filters...)
		} else {
			simple.filters = append(simple.filters, f)
		}
	}
	if len(simple.filters) == 1 {
		return simple.filters[0]
	}
	return simple
}

// never tells whether null or NaN alone keep the filter from ever finding anything. Such a filter is not
// ordered by. A not-in of null and others is, though it finds nothing either.
func (f *fieldFilter) never() bool {
	switch f.op {
	case opNotEqual, opNotIn:
		return !slices.ContainsFunc(f.operands, func(v *pb.Value) bool { return !value.IsNull(v) })
	case opIn, opContainsAny, opEqual, opContains, opLess, opLessOrEqual, opGreater, opGreaterOrEqual:
		return !slices.ContainsFunc(f.operands, canEqual)
	default:
		return false
	}
}

func canEqual(v *pb.Value) bool { return !value.IsNull(v) && !value.IsNaN(v) }

// isInequality tells whether the query is ordered by the filter's field.
func (f *fieldFilter) isInequality() bool { return f.op.orders() && !f.never() }
