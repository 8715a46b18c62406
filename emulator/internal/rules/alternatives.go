package rules

import (
	"fmt"
	"math"
)

const maxAlternatives = 100 // Firestore itself allows 30

// alternatives takes OR, in and array-contains-any apart: the query finds what one of the results finds, each
// of which is filters that hold together, none of them twice.
func (ev *evaluation) alternatives(q *Query) ([][]Filter, error) {
	if q == nil || q.Where == nil {
		return [][]Filter{nil}, nil
	}
	where, err := ev.simplify(*q.Where)
	if err != nil {
		return nil, err
	}
	all, err := where.alternatives()
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i], err = ev.distinct(all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// simplify takes away what stands twice side by side, and composites inside of others of their kind. That a field has
// one filter and not two decides whether rules see a value; and a choice that is there twice is no choice of pairs.
func (ev *evaluation) simplify(f Filter) (Filter, error) {
	if f.Op != And && f.Op != Or {
		return f, nil
	}
	var inner []Filter
	for _, one := range f.Filters {
		one, err := ev.simplify(one)
		if err != nil {
			return Filter{}, err
		}
		if one.Op == f.Op {
			inner = append(inner, one.Filters...)
		} else {
			inner = append(inner, one)
		}
	}
	inner, err := ev.distinct(inner)
	if len(inner) == 1 {
		return inner[0], err
	}
	return Filter{Op: f.Op, Filters: inner}, err
}

// distinct is filters without repetition.
func (ev *evaluation) distinct(filters []Filter) ([]Filter, error) {
	seen := make(map[string]bool, len(filters))
	var out []Filter
	for _, f := range filters {
		key, err := ev.filterKey(nil, f)
		if err != nil {
			return nil, err
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, f)
		}
	}
	return out, nil
}

// filterKey appends what two filters share if they are the same.
func (ev *evaluation) filterKey(out []byte, f Filter) ([]byte, error) {
	m := &keyMaker{work: &ev.work}
	out, err := m.text(out, 'o', string(f.Op))
	if err != nil {
		return nil, err
	}
	out = m.length(out, 'f', len(f.Field))
	for _, name := range f.Field {
		if out, err = m.text(out, 's', name); err != nil {
			return nil, err
		}
	}
	switch {
	case f.Value == nil:
	case isNaN(f.Value): // which has a key of its own each time
		out = append(out, "NaN"...)
	default:
		if out, err = m.append(out, f.Value); err != nil {
			return nil, err
		}
	}
	out = m.length(out, 'c', len(f.Filters))
	for _, inner := range f.Filters {
		if out, err = ev.filterKey(out, inner); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (f *Filter) alternatives() ([][]Filter, error) {
	values, _ := f.Value.(List)
	switch f.Op {
	case And:
		return f.every()
	case Or:
		return f.some()
	case In:
		return f.each(Equal, values)
	case ArrayContainsAny:
		return f.each(ArrayContains, values)
	case NotIn:
		var together []Filter
		for _, v := range values {
			together = append(together, f.single(NotEqual, v)...)
		}
		return [][]Filter{together}, nil
	case IsNull:
		return [][]Filter{{{Op: Equal, Field: f.Field, Value: Null{}}}}, nil
	case IsNotNull:
		return [][]Filter{{{Op: NotEqual, Field: f.Field, Value: Null{}}}}, nil
	case IsNaN:
		return [][]Filter{{{Op: Equal, Field: f.Field, Value: Float(math.NaN())}}}, nil
	case IsNotNaN:
		return [][]Filter{{{Op: NotEqual, Field: f.Field, Value: Float(math.NaN())}}}, nil
	default:
		return [][]Filter{f.single(f.Op, f.Value)}, nil
	}
}

// single is a comparison with one value. With null or NaN most find nothing at all. What that tells rules is, as the
// official emulator has it, that the field is true and false at once.
func (f *Filter) single(op Operator, v Value) []Filter {
	if op != ArrayContains && (isNull(v) || isNaN(v) && op != NotEqual) {
		return []Filter{
			{Op: Equal, Field: f.Field, Value: Bool(true)}, {Op: Equal, Field: f.Field, Value: Bool(false)},
		}
	}
	return []Filter{{Op: op, Field: f.Field, Value: v}}
}

// every is the alternatives of an AND: one of each filter's, in all combinations.
func (f *Filter) every() ([][]Filter, error) {
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
}

// some is the alternatives of an OR: those of every filter.
func (f *Filter) some() ([][]Filter, error) {
	var out [][]Filter
	for i := range f.Filters {
		inner, err := f.Filters[i].alternatives()
		if err != nil {
			return nil, err
		}
		if out = append(out, inner...); len(out) > maxAlternatives {
			return nil, errTooMany()
		}
	}
	return out, nil
}

// each is one alternative for each value of a list.
func (f *Filter) each(op Operator, values List) ([][]Filter, error) {
	if len(values) > maxAlternatives {
		return nil, errTooMany()
	}
	out := make([][]Filter, 0, len(values))
	for _, v := range values {
		out = append(out, f.single(op, v))
	}
	return out, nil
}

func product(a, b [][]Filter) ([][]Filter, error) {
	if len(a)*len(b) > maxAlternatives {
		return nil, errTooMany()
	}
	var out [][]Filter
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(append([]Filter{}, x...), y...))
		}
	}
	return out, nil
}

func errTooMany() error { return fmt.Errorf("%w: more than %d", ErrQuery, maxAlternatives) }
