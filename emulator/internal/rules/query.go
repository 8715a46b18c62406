package rules

import (
	"context"
	"strings"
)

// Operator is how a filter compares.
type Operator string

// The operators of filters. The Is… have no Value.
const (
	Equal            Operator = "=="
	NotEqual         Operator = "!="
	Less             Operator = "<"
	LessOrEqual      Operator = "<="
	Greater          Operator = ">"
	GreaterOrEqual   Operator = ">="
	In               Operator = "in"
	NotIn            Operator = "not-in"
	ArrayContains    Operator = "array-contains"
	ArrayContainsAny Operator = "array-contains-any"
	IsNull           Operator = "is-null"
	IsNotNull        Operator = "is-not-null"
	IsNaN            Operator = "is-nan"
	IsNotNaN         Operator = "is-not-nan"
	And              Operator = "and"
	Or               Operator = "or"
)

// NameField is the field of a filter on the document's name. Its values are a [Path], as in [Request], or a
// [List] of them.
const NameField = "__name__"

// Filter is a condition of a query: a comparison of a field, or And or Or of Filters.
type Filter struct {
	Op      Operator
	Field   []string // the field's path, one name a level
	Value   Value    // a [List] for In, NotIn and ArrayContainsAny
	Filters []Filter // of And and Or
}

// Order is one field that a query sorts by.
type Order struct {
	Field      string // the names of the field's path with points between them, none quoted
	Descending bool
}

// Query is what a list asks for.
type Query struct {
	Where   *Filter // nil: everything
	Limit   *int64  // nil: none
	Offset  int64
	OrderBy []Order // only what the query says, not what Firestore adds
}

// assume is what filters tell about every document that a list finds: its path, its resource, and the request by which
// rules see it.
func (ev *evaluation) assume(ctx context.Context, r *Request, filters []Filter) (*Request, []step, result) {
	facts := &knowledge{}
	var names []Filter
	for _, f := range filters {
		switch {
		case len(f.Field) == 0:
		case f.Field[0] == NameField:
			names = append(names, f)
		default:
			facts.add(f.Field, f)
		}
	}
	if len(names) == 1 && names[0].Op == Equal { // beside another one, it tells nothing
		if name, ok := names[0].Value.(Path); ok {
			one := *r
			one.Path, one.Descendants = name, false
			steps, resource := ev.named(ctx, name)
			return &one, steps, resource
		}
	}
	var m Map
	m.put("data", facts.data())
	return r, r.steps(), known(m)
}

// named is a query for one document, which is looked at.
func (ev *evaluation) named(ctx context.Context, name Path) ([]step, result) {
	out := make([]step, len(name))
	for i, s := range name {
		out[i] = step{text: s}
	}
	if err := ev.lookups.check(name); err != nil {
		return out, result{err: err}
	}
	data, err := ev.lookups.read(ctx, name, false)
	switch {
	case err != nil:
		return out, result{err: &readerError{err}}
	case data == nil:
		return out, unknown("there is no document /" + strings.Join(name, "/"))
	default:
		return out, known(document(name, *data))
	}
}
