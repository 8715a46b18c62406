package rules

import (
	"context"
)

// invocation is a call whose arguments are known.
type invocation struct {
	name    string
	args    []Value
	pattern *pattern // of a constant expression, see compilePattern
}

func (ev *evaluation) call(ctx context.Context, c *call, s *scope) (Value, error) {
	if c.receiver == nil && c.space == "" {
		if f, home := s.function(c.name); f != nil {
			return ev.apply(ctx, f, home, c, s)
		}
	}
	var receiver Value
	var err error
	if c.receiver != nil {
		if receiver, err = ev.eval(ctx, c.receiver, s); err != nil {
			return nil, err
		}
	}
	args, err := ev.all(ctx, c.args, s)
	if err != nil {
		return nil, err
	}
	in := &invocation{name: c.name, args: args, pattern: c.pattern}
	switch {
	case c.receiver != nil:
		return ev.method(receiver, in)
	case c.space != "":
		return spaceFunction(c.space, in)
	default:
		return ev.globalFunction(ctx, in)
	}
}

// apply calls a declared function. Arguments and lets are computed first, but their errors wait until they
// are used.
func (ev *evaluation) apply(ctx context.Context, f *function, home *scope, c *call, s *scope) (Value, error) {
	if len(c.args) != len(f.params) {
		return nil, fault("the function %s takes %d arguments, not %d", f.name, len(f.params), len(c.args))
	}
	inner := &scope{parent: home, names: make(map[string]result, len(f.params))}
	for i, param := range f.params {
		r := ev.result(ctx, c.args[i], s)
		if fatal(r.err) {
			return nil, r.err
		}
		inner.names[param] = r
	}
	for _, l := range f.lets {
		r := ev.result(ctx, l.value, inner)
		if err := ev.expression(1); err != nil {
			return nil, err
		}
		if fatal(r.err) {
			return nil, r.err
		}
		inner = &scope{parent: inner, names: map[string]result{l.name: r}}
	}
	return ev.eval(ctx, f.result, inner)
}

// method calls a method of a value.
func (ev *evaluation) method(of Value, in *invocation) (Value, error) {
	switch of := of.(type) {
	case String:
		return ev.stringMethod(of, in)
	case Bytes:
		return bytesMethod(of, in)
	case List:
		return ev.listMethod(of, in)
	case Map:
		return ev.mapMethod(of, in)
	case set:
		return ev.setMethod(of, in)
	case mapDiff:
		return ev.mapDiffMethod(of, in)
	case Timestamp:
		return timestampMethod(of, in)
	case Duration:
		return durationMethod(of, in)
	case LatLng:
		return latlngMethod(of, in)
	case Path:
		return pathMethod(of, in)
	case constraint:
		return ev.constraintMethod(of, in)
	default:
		return nil, in.unknown(of.typeName() + ".")
	}
}

// unknown is the error for a function that does not exist.
func (in *invocation) unknown(prefix string) error {
	return fault("there is no function %s%s", prefix, in.name)
}

// takes checks the number of arguments.
func (in *invocation) takes(n int) error {
	if len(in.args) != n {
		return fault("%s takes %d arguments, not %d", in.name, n, len(in.args))
	}
	return nil
}

// argument is the i-th of n arguments, which has to have the type T. An int will do for a float.
func argument[T Value](in *invocation, i, n int) (T, error) {
	var want T
	if err := in.takes(n); err != nil {
		return want, err
	}
	got := in.args[i]
	if v, ok := got.(T); ok {
		return v, nil
	}
	if whole, ok := got.(Int); ok && want.typeName() == "float" {
		if v, ok := Value(Float(whole)).(T); ok {
			return v, nil
		}
	}
	return want, fault("%s takes %s, not %s", in.name, want.typeName(), got.typeName())
}
