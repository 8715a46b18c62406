package query

import (
	"slices"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// filter is a *fieldFilter or a *compositeFilter.
type filter interface {
	matches(doc *pb.Document) bool
	// text is equal for two filters only if they are the same but for the order and repetition of their parts.
	text(of valueText) string
	// narrows are the ranges of keys, by field, outside which the filter finds nothing.
	narrows() ranges
	// conjunctions is the filter's disjunctive normal form; false if it is too large to write down.
	conjunctions() ([]conjunction, bool)
	// visit calls f for every filter on a field.
	visit(f func(*fieldFilter))
}

// compositeFilter joins filters. With none, it finds everything (all) or nothing.
type compositeFilter struct {
	all     bool // AND, else OR
	filters []filter
}

func (c *compositeFilter) matches(doc *pb.Document) bool {
	for _, f := range c.filters {
		if f.matches(doc) != c.all {
			return !c.all
		}
	}
	return c.all
}

func (c *compositeFilter) visit(f func(*fieldFilter)) {
	for _, inner := range c.filters {
		inner.visit(f)
	}
}

// fieldFilter compares one field.
type fieldFilter struct {
	path     value.FieldPath
	op       operator
	operands []*pb.Value // one, or those of a list; none if the operator is unary
}

func (f *fieldFilter) visit(visit func(*fieldFilter)) { visit(f) }

func (f *fieldFilter) matches(doc *pb.Document) bool {
	v := fieldOf(doc, f.path)
	if v == nil {
		return false
	}
	switch f.op {
	case opIsNull:
		return value.IsNull(v)
	case opIsNaN:
		return value.IsNaN(v)
	case opIsNotNull:
		return !value.IsNull(v)
	case opIsNotNaN:
		return !value.IsNull(v) && !value.IsNaN(v)
	case opEqual, opIn:
		return f.finds(v)
	case opNotEqual, opNotIn:
		return !value.IsNull(v) && !slices.ContainsFunc(f.operands, value.IsNull) && !f.finds(v)
	case opContains, opContainsAny:
		return slices.ContainsFunc(v.GetArrayValue().GetValues(), f.finds)
	default:
		return f.inRange(v)
	}
}

// finds tells whether v equals one of the operands. Null and NaN equal nothing here, not even themselves.
func (f *fieldFilter) finds(v *pb.Value) bool {
	if value.IsNull(v) || value.IsNaN(v) {
		return false
	}
	return slices.ContainsFunc(f.operands, func(operand *pb.Value) bool { return value.Equal(v, operand) })
}

func (f *fieldFilter) inRange(v *pb.Value) bool {
	operand := f.operands[0]
	if value.TypeOf(v) != value.TypeOf(operand) || value.IsNull(v) || value.IsNaN(v) || value.IsNaN(operand) {
		return false
	}
	c := value.Compare(v, operand)
	switch f.op {
	case opLess:
		return c < 0
	case opLessOrEqual:
		return c <= 0
	case opGreater:
		return c > 0
	default:
		return c >= 0
	}
}
