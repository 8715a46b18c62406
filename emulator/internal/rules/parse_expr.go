package rules

import (
	"math"
	"strconv"
)

// The precedence, from loose to tight:
//
//	c ? a : b    ||    &&    in    is    == !=    < <= > >=    + -    * / %    ! -    x.y x[y] x(y)
//
// Operators of one level group to the left, ?: to the right.

// expression reads a whole expression and bounds its depth.
func (p *parser) expression() (expr, error) {
	e, depth, err := p.ternary(1)
	if err == nil && depth > maxExprDepth {
		return nil, tooDeep(e.where())
	}
	return e, err
}

func tooDeep(at position) error {
	return at.errorf("this expression is more than %d levels deep", maxExprDepth)
}

// Every reader below is told how deep its expression lies and tells how deep its tree goes, so that
// neither the stack here nor the evaluation's can be made to grow without bound.

func (p *parser) ternary(level int) (expr, int, error) {
	if level > maxExprDepth {
		return nil, 0, tooDeep(p.peek().position)
	}
	condition, depth, err := p.binary(level, 1)
	if err != nil || !p.sees("?") {
		return condition, depth, err
	}
	t := &ternary{position: p.next().position, condition: condition}
	var d int
	if t.then, d, err = p.ternary(level + 1); err != nil {
		return nil, 0, err
	}
	depth = max(depth, d)
	if err := p.expect(":", "of the condition"); err != nil {
		return nil, 0, err
	}
	if t.otherwise, d, err = p.ternary(level + 1); err != nil {
		return nil, 0, err
	}
	return t, max(depth, d) + 1, nil
}

// precedence of an operator, 0 for what is none.
func precedence(t token) int {
	if t.kind != punctuator && t.kind != name {
		return 0
	}
	switch t.of {
	case "||":
		return 1
	case "&&":
		return 2
	case "in":
		return 3
	case "is":
		return 4
	case "==", "!=":
		return 5
	case "<", "<=", ">", ">=":
		return 6
	case "+", "-":
		return 7
	case "*", "/", "%":
		return 8
	default:
		return 0
	}
}

// binary reads operators that bind at least as tight as least, by precedence climbing. After a type any
// operator may follow: x is int == true is (x is int) == true.
func (p *parser) binary(level, least int) (expr, int, error) {
	left, depth, err := p.unary(level)
	for err == nil {
		op := p.peek()
		binds := precedence(op)
		if binds < least {
			return left, depth, nil
		}
		p.next()
		if op.of == "is" {
			left, depth, err = p.typeTest(left, depth+1, op.position)
		} else {
			var right expr
			var d int
			right, d, err = p.binary(level+1, binds+1)
			left, depth = &infix{position: op.position, op: op.of, left: left, right: right}, max(depth, d)+1
		}
		if err == nil && depth > maxExprDepth {
			return nil, 0, tooDeep(op.position)
		}
	}
	return nil, 0, err
}

func (p *parser) typeTest(of expr, depth int, at position) (expr, int, error) {
	t := p.peek()
	if t.kind != name || !isTypeName(t.of) {
		return nil, 0, p.unexpected("a type, such as string or map")
	}
	p.next()
	return &typeTest{position: at, of: of, name: t.of}, depth, nil
}

func (p *parser) unary(level int) (expr, int, error) {
	if level > maxExprDepth {
		return nil, 0, tooDeep(p.peek().position)
	}
	if !p.sees("!") && !p.sees("-") {
		return p.postfix(level)
	}
	op := p.next()
	if t := p.peek(); op.of == "-" && t.kind == integer && t.of == "9223372036854775808" {
		p.next()
		return &literal{position: op.position, value: Int(math.MinInt64)}, 1, nil
	}
	of, depth, err := p.unary(level + 1)
	return &unary{position: op.position, op: op.of, of: of}, depth + 1, err
}

func (p *parser) postfix(level int) (expr, int, error) {
	e, depth, err := p.primary(level)
	for err == nil {
		at := p.peek().position
		var d int
		switch {
		case p.takes("."):
			e, d, err = p.member(e, level)
		case p.takes("["):
			e, d, err = p.index(e, level, at)
		default:
			return e, depth, nil
		}
		if depth = max(depth, d) + 1; err == nil && depth > maxExprDepth {
			return nil, 0, tooDeep(at)
		}
	}
	return nil, 0, err
}

// member reads what follows the point: a name, or a call of a method.
func (p *parser) member(of expr, level int) (expr, int, error) {
	t := p.next()
	if t.kind != name {
		p.at--
		return nil, 0, p.unexpected("a name after the point")
	}
	if !p.takes("(") {
		return &member{position: t.position, of: of, name: t.of}, 0, nil
	}
	c := &call{position: t.position, receiver: of, name: t.of}
	depth, err := p.args(c, level)
	if err != nil {
		return nil, 0, err
	}
	return c, depth, compilePattern(c)
}

// index reads i] or from:to] after the bracket.
func (p *parser) index(of expr, level int, at position) (expr, int, error) {
	var from, to expr
	var depth, d int
	var err error
	if !p.sees(":") {
		if from, depth, err = p.ternary(level + 1); err != nil {
			return nil, 0, err
		}
	}
	if !p.takes(":") {
		return &index{position: at, of: of, at: from}, depth, p.expect("]", "after the index")
	}
	if !p.sees("]") {
		if to, d, err = p.ternary(level + 1); err != nil {
			return nil, 0, err
		}
	}
	return &slice{position: at, of: of, from: from, to: to}, max(depth, d), p.expect("]", "after the range")
}

// args reads arguments and the closing bracket.
func (p *parser) args(c *call, level int) (int, error) {
	items, depth, err := p.items(level, ")", "after the arguments")
	c.args = items
	return depth, err
}

// items reads expressions up to a closing bracket; a comma after the last is fine.
func (p *parser) items(level int, closing, where string) ([]expr, int, error) {
	var items []expr
	depth := 0
	for !p.sees(closing) {
		e, d, err := p.ternary(level + 1)
		if err != nil {
			return nil, 0, err
		}
		items, depth = append(items, e), max(depth, d)
		if !p.takes(",") {
			break
		}
	}
	return items, depth, p.expect(closing, where)
}

func number(t token) (expr, error) {
	if t.kind == decimal {
		f, err := strconv.ParseFloat(t.of, 64)
		if err != nil {
			return nil, t.errorf("the number %s is too large", t.of)
		}
		return &literal{t.position, Float(f)}, nil
	}
	n, err := strconv.ParseInt(t.of, 10, 64)
	if err != nil {
		return nil, t.errorf("the number %s does not fit 64 bits", t.of)
	}
	return &literal{t.position, Int(n)}, nil
}
