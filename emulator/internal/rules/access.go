package rules

import (
	"context"
	"unicode/utf16"
)

// property is x.name.
func property(of Value, name string) (Value, error) {
	switch of := of.(type) {
	case Map:
		if v, ok := of.Get(name); ok {
			return v, nil
		}
		return nil, fault("there is no field %s", name)
	default:
		return nil, fault("%s has no field %s", of.typeName(), name)
	}
}

// index is x[i].
func (ev *evaluation) index(ctx context.Context, e *index, s *scope) (Value, error) {
	of, err := ev.eval(ctx, e.of, s)
	if err != nil {
		return nil, err
	}
	at, err := ev.eval(ctx, e.at, s)
	if err != nil {
		return nil, err
	}
	if m, ok := of.(Map); ok {
		name, ok := at.(String)
		if !ok {
			return nil, fault("a key of a map is a string, not %s", at.typeName())
		}
		return property(m, string(name))
	}
	i, ok := at.(Int)
	if !ok {
		return nil, fault("there is no %s[%s]", of.typeName(), at.typeName())
	}
	switch of := of.(type) {
	case List:
		return element(of, i)
	case Path:
		segment, err := element(of, i)
		return String(segment), err
	case String:
		unit, err := element(units(of), i)
		return String(utf16.Decode([]uint16{unit})), err
	default:
		return nil, fault("there is no %s[int]", of.typeName())
	}
}

func element[T any](items []T, i Int) (T, error) {
	if i < 0 || i >= Int(len(items)) {
		var none T
		return none, fault("there is no index %d in a size of %d", i, len(items))
	}
	return items[i], nil
}

// slice is x[from:to].
func (ev *evaluation) slice(ctx context.Context, e *slice, s *scope) (Value, error) {
	of, err := ev.eval(ctx, e.of, s)
	if err != nil {
		return nil, err
	}
	from, err := ev.bound(ctx, e.from, s)
	if err != nil {
		return nil, err
	}
	to, err := ev.bound(ctx, e.to, s)
	if err != nil {
		return nil, err
	}
	switch of := of.(type) {
	case List:
		return cut(of, from, to)
	case Path:
		return cut(of, from, to)
	case String:
		part, err := cut(units(of), from, to)
		return String(utf16.Decode(part)), err
	default:
		return nil, fault("there is no %s[from:to]", of.typeName())
	}
}

// bound is an end of a range, nil if it was left out.
func (ev *evaluation) bound(ctx context.Context, e expr, s *scope) (*Int, error) {
	if e == nil {
		return nil, nil
	}
	v, err := ev.eval(ctx, e, s)
	if err != nil {
		return nil, err
	}
	i, ok := v.(Int)
	if !ok {
		return nil, fault("a range is from int to int, not %s", v.typeName())
	}
	return &i, nil
}

// cut demands of an end that it is there, even where the range is empty: the official emulator takes [1:1] of
// two items, and neither [0:0] nor [2:2].
func cut[S ~[]T, T any](items S, from, to *Int) (S, error) {
	size := Int(len(items))
	first, last := Int(0), size
	if from != nil {
		first = *from
	}
	if to != nil {
		last = *to
	}
	if first > last {
		return nil, fault("the range goes from %d back to %d", first, last)
	}
	if first < 0 || first >= size && from != nil || to != nil && last < 1 || last > size {
		return nil, fault("the range from %d to %d leaves a size of %d", first, last, size)
	}
	return items[first:last], nil
}

func units(s String) []uint16 { return utf16.Encode([]rune(string(s))) }
