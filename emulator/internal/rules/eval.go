package rules

import (
	"context"
	"errors"
)

// evaluation is the evaluation of one request. One goroutine owns it.
type evaluation struct {
	work
	lookups *lookups
}

// scope is a chain of names. Scopes are not changed once something was evaluated in them.
type scope struct {
	parent *scope
	block  *block            // whose functions are declared here; nil for a function's own names
	names  map[string]result // wildcards, parameters, lets, request and resource
}

// result is a value, or the error that whoever uses it gets.
type result struct {
	value Value
	err   error
}

func known(v Value) result      { return result{value: v} }
func unknown(why string) result { return result{err: fault("%s", why)} }

func (ev *evaluation) result(ctx context.Context, e expr, s *scope) result {
	v, err := ev.eval(ctx, e, s)
	return result{v, err}
}

func (s *scope) find(name string) (result, bool) {
	for ; s != nil; s = s.parent {
		if r, ok := s.names[name]; ok {
			return r, true
		}
	}
	return result{}, false
}

// function is the nearest function of that name, and the scope that its body sees.
func (s *scope) function(name string) (*function, *scope) {
	for ; s != nil; s = s.parent {
		if s.block == nil {
			continue
		}
		if f := s.block.functions[name]; f != nil {
			return f, s
		}
	}
	return nil, nil
}

// fatal tells whether an error ends the evaluation of the request instead of one operand.
func fatal(err error) bool {
	var w *WorkError
	var failed *readerError
	return errors.As(err, &w) || errors.As(err, &failed)
}

// cost is how many of a request's 1 000 expressions e counts for, without what is inside of it and without
// what logical and ternary add. It was measured with the official emulator.
func cost(e expr) int {
	n := 1
	if path, ok := e.(*pathLiteral); ok {
		for _, part := range path.segments {
			if part.of == nil {
				n++
			}
		}
	}
	return n
}

// eval computes e in s.
func (ev *evaluation) eval(ctx context.Context, e expr, s *scope) (Value, error) {
	if err := ev.expression(cost(e)); err != nil {
		return nil, err
	}
	v, err := ev.compute(ctx, e, s)
	if err != nil {
		return nil, e.where().at(err)
	}
	return v, nil
}

func (ev *evaluation) compute(ctx context.Context, e expr, s *scope) (Value, error) {
	switch e := e.(type) {
	case *literal:
		return e.value, nil
	case *group:
		return ev.compute(ctx, e.of, s)
	case *variable:
		r, ok := s.find(e.name)
		if !ok {
			return nil, fault("there is no variable %s", e.name)
		}
		return r.value, r.err
	case *unary:
		return ev.unary(ctx, e, s)
	case *infix:
		return ev.binary(ctx, e, s)
	case *ternary:
		return ev.ternary(ctx, e, s)
	case *typeTest:
		v, err := ev.eval(ctx, e.of, s)
		if err != nil {
			return nil, err
		}
		return Bool(isType(v, e.name)), nil
	case *call:
		return ev.call(ctx, e, s)
	case *member:
		of, err := ev.eval(ctx, e.of, s)
		if err != nil {
			return nil, err
		}
		return property(of, e.name)
	case *index:
		return ev.index(ctx, e, s)
	case *slice:
		return ev.slice(ctx, e, s)
	default:
		return ev.literalOf(ctx, e, s)
	}
}

// literalOf computes the literals that have expressions inside.
func (ev *evaluation) literalOf(ctx context.Context, e expr, s *scope) (Value, error) {
	switch e := e.(type) {
	case *listLiteral:
		items, err := ev.all(ctx, e.items, s)
		return List(items), err
	case *mapLiteral:
		keys, err := ev.all(ctx, e.keys, s)
		if err != nil {
			return nil, err
		}
		values, err := ev.all(ctx, e.values, s)
		if err != nil {
			return nil, err
		}
		var m Map
		for i, key := range keys {
			name, ok := key.(String)
			if !ok {
				return nil, fault("a key of a map is a string, not %s", key.typeName())
			}
			m.put(string(name), values[i])
		}
		return m, nil
	case *pathLiteral:
		return ev.path(ctx, e, s)
	default:
		return nil, fault("this expression has no value")
	}
}

func (ev *evaluation) all(ctx context.Context, items []expr, s *scope) ([]Value, error) {
	out := make([]Value, 0, len(items))
	for _, item := range items {
		v, err := ev.eval(ctx, item, s)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// path puts segments together. A path in $() brings all of its segments, anything else becomes one.
func (ev *evaluation) path(ctx context.Context, e *pathLiteral, s *scope) (Value, error) {
	var out Path
	for _, part := range e.segments {
		if part.of == nil {
			out = append(out, part.text)
			continue
		}
		v, err := ev.eval(ctx, part.of, s)
		if err != nil {
			return nil, err
		}
		if inner, ok := v.(Path); ok {
			out = append(out, inner...)
			continue
		}
		text, err := toString(v)
		if err != nil {
			return nil, err
		}
		out = append(out, string(text))
	}
	return out, fits(len(out))
}

func (ev *evaluation) ternary(ctx context.Context, e *ternary, s *scope) (Value, error) {
	v, err := ev.eval(ctx, e.condition, s)
	if err != nil {
		return nil, err
	}
	condition, ok := v.(Bool)
	if !ok {
		return nil, fault("the condition is %s, not bool", v.typeName())
	}
	branch, extra := e.then, 1
	if !condition {
		branch, extra = e.otherwise, 3
	}
	if err := ev.expression(extra); err != nil {
		return nil, err
	}
	return ev.eval(ctx, branch, s)
}
