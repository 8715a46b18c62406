package rules

import (
	"context"
	"fmt"
	"strings"
)

// Operator is how a filter compares.
type Operator string

// The operators of filters. IS_NULL is Equal with [Null], IS_NAN is Equal with a NaN.
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
	Field      string // the field's path with points, as the query has it
	Descending bool
}

// Query is what a list asks for.
type Query struct {
	Where   *Filter // nil: everything
	Limit   int64   // 0: none
	Offset  int64
	OrderBy []Order // only what the query says, not what Firestore adds
}

const maxAlternatives = 100 // Firestore itself allows 30

// alternatives takes OR, in and array-contains-any apart: the query finds what one of the results finds, each
// of which is filters that hold together.
func (q *Query) alternatives() ([][]Filter, error) {
	if q == nil || q.Where == nil {
		return [][]Filter{nil}, nil
	}
	return q.Where.alternatives()
}

func (f *Filter) alternatives() ([][]Filter, error) {
	switch f.Op {
	case And:
		out := [][]Filter{nil}
		for i := range f.Filters {
			inner, err := f.Filters[i].alternatives()
			if err != nil {
				return nil, err
			}
			if out, err = product(out, inner); err != nil {
				return nil, err
			}
		}
		return out, nil
	case Or:
		var out [][]Filter
		for i := range f.Filters {
			inner, err := f.Filters[i].alternatives()
			if err != nil {
				return nil, err
			}
			if out = append(out, inner...); len(out) > maxAlternatives {
				return nil, fmt.Errorf("%w: more than %d", ErrQuery, maxAlternatives)
			}
		}
		return out, nil
	case In:
		return f.each(Equal)
	case ArrayContainsAny:
		return f.each(ArrayContains)
	case NotIn:
		values, _ := f.Value.(List)
		together := make([]Filter, 0, len(values))
		for _, v := range values {
			together = append(together, Filter{Op: NotEqual, Field: f.Field, Value: v})
		}
		return [][]Filter{together}, nil
	default:
		return [][]Filter{{*f}}, nil
	}
}

// each is one alternative for each value of a list.
func (f *Filter) each(op Operator) ([][]Filter, error) {
	values, _ := f.Value.(List)
	if len(values) > maxAlternatives {
		return nil, fmt.Errorf("%w: more than %d", ErrQuery, maxAlternatives)
	}
	out := make([][]Filter, 0, len(values))
	for _, v := range values {
		out = append(out, []Filter{{Op: op, Field: f.Field, Value: v}})
	}
	return out, nil
}

func product(a, b [][]Filter) ([][]Filter, error) {
	if len(a)*len(b) > maxAlternatives {
		return nil, fmt.Errorf("%w: more than %d", ErrQuery, maxAlternatives)
	}
	var out [][]Filter
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(append([]Filter{}, x...), y...))
		}
	}
	return out, nil
}

// assume is what filters tell about every document that a list finds: its path and its resource.
func (ev *evaluation) assume(ctx context.Context, r *Request, filters []Filter) ([]step, result) {
	facts := &knowledge{}
	for _, f := range filters {
		name, isName := f.Value.(Path)
		switch {
		case len(f.Field) == 1 && f.Field[0] == NameField && isName && f.Op == Equal:
			return ev.named(ctx, name)
		case len(f.Field) == 0 || f.Field[0] == NameField:
		default:
			facts.add(f.Field, f)
		}
	}
	var m Map
	m.put("data", facts.data())
	return r.steps(), known(m)
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
