package rules

import (
	"context"
	"math"
)

func (ev *evaluation) unary(ctx context.Context, e *unary, s *scope) (Value, error) {
	v, err := ev.eval(ctx, e.of, s)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case Bool:
		if e.op == "!" {
			return !v, nil
		}
	case Int:
		if e.op == "-" && v != math.MinInt64 {
			return -v, nil
		}
		if e.op == "-" {
			return nil, errOverflow()
		}
	case Float:
		if e.op == "-" {
			return -v, nil
		}
	case Duration:
		if e.op == "-" {
			return Duration{-v.seconds, -v.nanos}, nil
		}
	}
	return nil, fault("there is no %s%s", e.op, v.typeName())
}

func errOverflow() error { return fault("the number leaves the range of 64 bits") }

func (ev *evaluation) binary(ctx context.Context, e *infix, s *scope) (Value, error) {
	if e.op == "||" || e.op == "&&" {
		return ev.logical(ctx, e, s)
	}
	left, err := ev.eval(ctx, e.left, s)
	if err != nil {
		return nil, err
	}
	right, err := ev.eval(ctx, e.right, s)
	if err != nil {
		return nil, err
	}
	switch e.op {
	case "==", "!=", "<", "<=", ">", ">=":
		return ev.comparison(e.op, left, right)
	case "in":
		return ev.contains(left, right)
	default:
		return arithmetic(e.op, left, right)
	}
}

// logical decides && and || from either side: what settles it wins over an error on the other side.
func (ev *evaluation) logical(ctx context.Context, e *infix, s *scope) (Value, error) {
	settles := Bool(e.op == "||")
	left, first := ev.condition(ctx, e.left, s)
	if fatal(first) || first == nil && left == settles {
		return left, first
	}
	if err := ev.expression(1); err != nil {
		return nil, err
	}
	right, second := ev.condition(ctx, e.right, s)
	if fatal(second) || second == nil && right == settles {
		return right, second
	}
	if first != nil {
		return nil, first
	}
	return right, second
}

// condition evaluates an expression that must be a bool.
func (ev *evaluation) condition(ctx context.Context, e expr, s *scope) (Bool, error) {
	v, err := ev.eval(ctx, e, s)
	if err != nil {
		return false, err
	}
	b, ok := v.(Bool)
	if !ok {
		return false, e.where().at(fault("this is %s, not bool", v.typeName()))
	}
	return b, nil
}

func (ev *evaluation) comparison(op string, left, right Value) (Value, error) {
	if c, ok := left.(constraint); ok {
		return ev.proves(c, op, right)
	}
	if c, ok := right.(constraint); ok {
		return ev.proves(c, mirrored(op), left)
	}
	if isOpen(left) || isOpen(right) {
		return nil, fault("the query leaves the path open")
	}
	if op == "==" || op == "!=" {
		same, err := ev.equal(left, right)
		return Bool(same == (op == "==")), err
	}
	order, ordered, err := compare(op, left, right)
	return Bool(ordered && holds(op, order)), err
}

func isOpen(v Value) bool {
	_, open := v.(openPath)
	return open
}

// holds tells whether an order of -1, 0 or 1 satisfies op.
func holds(op string, order int) bool {
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "==":
		return order == 0
	default:
		return order != 0
	}
}

// contains answers left in right.
func (ev *evaluation) contains(left, right Value) (Value, error) {
	switch right := right.(type) {
	case List:
		members, err := ev.keys(right)
		if err != nil {
			return nil, err
		}
		key, err := ev.key(left, false)
		return Bool(members[key]), err
	case set:
		key, err := ev.key(left, true)
		return Bool(right.has(key)), err
	case Map:
		name, ok := left.(String)
		if !ok {
			return nil, fault("a key of a map is a string, not %s", left.typeName())
		}
		_, has := right.Get(string(name))
		return Bool(has), nil
	case constraint:
		return ev.provesContains(right, left)
	default:
		return nil, fault("there is no in %s", right.typeName())
	}
}

func arithmetic(op string, left, right Value) (Value, error) {
	if a, b, ok := ints(left, right); ok {
		return integers(op, a, b)
	}
	if a, b, ok := floats(left, right); ok {
		return numbers(op, a, b)
	}
	switch a := left.(type) {
	case String:
		if b, ok := right.(String); ok && op == "+" {
			return a + b, fits(len(a) + len(b))
		}
	case Duration, Timestamp:
		if v, err := times(op, left, right); v != nil || err != nil {
			return v, err
		}
	}
	return nil, fault("there is no %s %s %s", left.typeName(), op, right.typeName())
}

func numbers(op string, a, b float64) (Value, error) {
	switch op {
	case "+":
		return Float(a + b), nil
	case "-":
		return Float(a - b), nil
	case "*":
		return Float(a * b), nil
	case "/":
		return Float(a / b), nil
	default:
		return Float(math.Mod(a, b)), nil
	}
}

// integers computes with 64 bits. The smallest number divided by -1 is itself, as on the JVM.
func integers(op string, a, b int64) (Value, error) {
	switch op {
	case "+":
		if sum := a + b; (sum > a) == (b > 0) {
			return Int(sum), nil
		}
	case "-":
		if difference := a - b; (difference < a) == (b > 0) {
			return Int(difference), nil
		}
	case "*":
		product := a * b
		if a == 0 || product/a == b && (a != -1 || b != math.MinInt64) {
			return Int(product), nil
		}
	case "/", "%":
		if b == 0 {
			return nil, fault("division by zero")
		}
		if op == "/" {
			return Int(a / b), nil
		}
		return Int(a % b), nil
	}
	return nil, errOverflow()
}

// times computes with instants and durations; neither value nor error means that there is no such operation.
func times(op string, left, right Value) (Value, error) {
	var sign int64 = 1
	if op == "-" {
		sign = -1
	} else if op != "+" {
		return nil, nil
	}
	switch a := left.(type) {
	case Duration:
		switch b := right.(type) {
		case Duration:
			return makeDuration(a.seconds+sign*b.seconds, a.nanos+sign*b.nanos)
		case Timestamp:
			if sign > 0 {
				return makeTimestamp(a.seconds+b.seconds, a.nanos+b.nanos)
			}
		}
	case Timestamp:
		switch b := right.(type) {
		case Duration:
			return makeTimestamp(a.seconds+sign*b.seconds, a.nanos+sign*b.nanos)
		case Timestamp:
			if sign < 0 {
				return makeDuration(a.seconds-b.seconds, a.nanos-b.nanos)
			}
		}
	}
	return nil, nil
}
