package query

import (
	"slices"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// The limits of a whole query (https://firebase.google.com/docs/firestore/quotas#queries).
const (
	maxParts        = 100 // filters, each value of a list as one, and fields in order_by, and a parent document
	maxInequalities = 10  // fields
)

// checkParts checks a simplified query's size, before anything is done that takes longer than the query is.
func (q *Query) checkParts(orders int) error {
	filters := 0
	var inequalities []value.FieldPath
	q.visitFields(func(f *fieldFilter) {
		filters += f.parts()
		if f.isInequality() {
			inequalities = append(inequalities, f.path)
		}
	})
	parents := 0
	if q.from.below {
		parents = 1
	}
	if filters+orders+parents > maxParts {
		return invalidf("The query may not have more than %d filters + sort orders + ancestor total. "+
			"Currently there are %d filters, %d sort orders and %d ancestors.", maxParts, filters, orders, parents)
	}
	slices.SortFunc(inequalities, value.FieldPath.Compare)
	if n := len(slices.CompactFunc(inequalities, value.FieldPath.Equal)); n > maxInequalities {
		return invalidf("The query contains %d distinct inequality fields. A query may not have more than %d "+
			"distinct inequality fields.", n, maxInequalities)
	}
	return nil
}

// parts is how many filters the filter counts as: its different values if it is a list.
func (f *fieldFilter) parts() int {
	texts := make([]string, len(f.operands))
	for i, operand := range f.operands {
		texts[i] = exactText(operand)
	}
	slices.Sort(texts)
	return max(1, len(slices.Compact(texts)))
}
