package rules

// primary reads a literal, a name, a call or something in brackets.
func (p *parser) primary(level int) (expr, int, error) {
	t := p.peek()
	switch t.kind {
	case integer, decimal:
		p.next()
		e, err := number(t)
		return e, 1, err
	case text, byteText:
		p.next()
		s, err := unquote(t)
		if t.kind == byteText {
			return &literal{t.position, Bytes(s)}, 1, err
		}
		return &literal{t.position, String(s)}, 1, err
	case pathText, pathExpr, pathWild:
		return p.path(level)
	case name:
		return p.named(level)
	case punctuator:
		return p.bracket(level)
	case end:
	}
	return nil, 0, p.unexpected("an expression")
}

func (p *parser) named(level int) (expr, int, error) {
	t := p.peek()
	switch t.of {
	case "true", "false":
		p.next()
		return &literal{t.position, Bool(t.of == "true")}, 1, nil
	case "null":
		p.next()
		return &literal{t.position, Null{}}, 1, nil
	}
	if _, err := p.name("an expression"); err != nil {
		return nil, 0, err
	}
	c := &call{position: t.position, name: t.of}
	if isNamespace(t.of) && p.takes(".") {
		f, err := p.name("a function of " + t.of)
		if err != nil {
			return nil, 0, err
		}
		c.space, c.name = t.of, f.of
	}
	if p.takes("(") {
		depth, err := p.args(c, level)
		return c, depth + 1, err
	}
	if isNamespace(t.of) {
		return nil, 0, t.errorf("%s is a package, not a variable", t.of)
	}
	return &variable{position: t.position, name: t.of}, 1, nil
}

func (p *parser) bracket(level int) (expr, int, error) {
	at := p.peek().position
	switch {
	case p.takes("("):
		e, depth, err := p.ternary(level + 1)
		if err != nil {
			return nil, 0, err
		}
		return &group{position: at, of: e}, depth + 1, p.expect(")", "after the expression")
	case p.takes("["):
		items, depth, err := p.items(level, "]", "after the list")
		return &listLiteral{position: at, items: items}, depth + 1, err
	case p.takes("{"):
		return p.mapLiteral(level, at)
	default:
		return nil, 0, p.unexpected("an expression")
	}
}

func (p *parser) mapLiteral(level int, at position) (expr, int, error) {
	m := &mapLiteral{position: at}
	depth := 0
	for !p.sees("}") {
		key, d, err := p.ternary(level + 1)
		if err != nil {
			return nil, 0, err
		}
		depth = max(depth, d)
		if err := p.expect(":", "after the key"); err != nil {
			return nil, 0, err
		}
		value, d, err := p.ternary(level + 1)
		if err != nil {
			return nil, 0, err
		}
		depth = max(depth, d)
		m.keys, m.values = append(m.keys, key), append(m.values, value)
		if !p.takes(",") {
			break
		}
	}
	return m, depth + 1, p.expect("}", "after the map")
}

// path reads /a/$(b). A {wildcard} in an expression is a segment for bind to fill.
func (p *parser) path(level int) (expr, int, error) {
	l := &pathLiteral{position: p.peek().position}
	depth := 0
	for {
		t := p.peek()
		switch t.kind {
		case pathText:
			p.next()
			s, err := unescapeSegment(t)
			if err != nil {
				return nil, 0, err
			}
			l.segments = append(l.segments, pathPart{text: s})
		case pathExpr:
			p.next()
			e, d, err := p.ternary(level + 1)
			if err != nil {
				return nil, 0, err
			}
			depth = max(depth, d)
			if err := p.expect(")", "after the segment's value"); err != nil {
				return nil, 0, err
			}
			l.segments = append(l.segments, pathPart{of: e})
		case pathWild:
			s, err := p.wildcard()
			if err != nil {
				return nil, 0, err
			}
			l.segments = append(l.segments, pathPart{text: "{" + s.name + "}"})
		default:
			return l, depth + 1, nil
		}
	}
}

// compilePattern compiles the regular expression of x.matches('…') and its like once and for all, and so
// refuses a wrong one in the source instead of in a request.
func compilePattern(c *call) error {
	if c.name != "matches" && c.name != "split" && c.name != "replace" || len(c.args) == 0 {
		return nil
	}
	constant, ok := c.args[0].(*literal)
	if !ok {
		return nil
	}
	pattern, ok := constant.value.(String)
	if !ok {
		return nil
	}
	compiled, err := compile(c.name, string(pattern))
	if err != nil {
		return constant.errorf("this is no regular expression: %v", err)
	}
	c.pattern = compiled
	return nil
}
