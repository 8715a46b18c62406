package rules

import (
	"slices"
	"strings"
)

func (ev *evaluation) listMethod(l List, in *invocation) (Value, error) {
	switch in.name {
	case "size":
		return Int(len(l)), in.takes(0)
	case "toSet":
		return ev.toSet(l, in)
	case "join":
		return join(l, in)
	case "concat", "removeAll", "hasAll", "hasAny", "hasOnly":
	default:
		return nil, in.unknown("list.")
	}
	other, err := argument[List](in, 0, 1)
	if err != nil {
		return nil, err
	}
	switch in.name {
	case "concat":
		if err := fits(len(l) + len(other)); err != nil {
			return nil, err
		}
		return slices.Concat(l, other), nil
	case "removeAll":
		return ev.removeAll(l, other)
	case "hasAll":
		return ev.within(other, l)
	case "hasOnly":
		return ev.within(l, other)
	default:
		return ev.overlaps(l, other)
	}
}

func (ev *evaluation) removeAll(l, other List) (Value, error) {
	drop, err := ev.keys(other)
	if err != nil {
		return nil, err
	}
	out := List{}
	for _, item := range l {
		key, err := ev.key(item, false)
		if err != nil {
			return nil, err
		}
		if !drop[key] {
			out = append(out, item)
		}
	}
	return out, nil
}

// within tells whether every item of l is in other.
func (ev *evaluation) within(l, other List) (Value, error) {
	inner, err := ev.keys(l)
	if err != nil {
		return nil, err
	}
	outer, err := ev.keys(other)
	if err != nil {
		return nil, err
	}
	for key := range inner {
		if !outer[key] {
			return Bool(false), nil
		}
	}
	return Bool(true), nil
}

// overlaps tells whether some item of l is in other.
func (ev *evaluation) overlaps(l, other List) (Value, error) {
	mine, err := ev.keys(l)
	if err != nil {
		return nil, err
	}
	theirs, err := ev.keys(other)
	if err != nil {
		return nil, err
	}
	for key := range mine {
		if theirs[key] {
			return Bool(true), nil
		}
	}
	return Bool(false), nil
}

func (ev *evaluation) toSet(l List, in *invocation) (Value, error) {
	if err := in.takes(0); err != nil {
		return nil, err
	}
	return ev.setOf(l)
}

func (ev *evaluation) setOf(l List) (set, error) {
	var out set
	for _, item := range l {
		key, err := ev.key(item, true)
		if err != nil {
			return set{}, err
		}
		out.add(key, item)
	}
	return out, nil
}

func join(l List, in *invocation) (Value, error) {
	with, err := argument[String](in, 0, 1)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	for i, item := range l {
		if i > 0 {
			out.WriteString(string(with))
		}
		s, err := toString(item)
		if err != nil {
			return nil, err
		}
		out.WriteString(string(s))
		if err := fits(out.Len()); err != nil {
			return nil, err
		}
	}
	return String(out.String()), nil
}
