package rules

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
)

const (
	maxParams    = 7
	maxLets      = 10
	maxCallDepth = 20
)

// function reads a declaration: function name(params) { let a = …; return …; }.
func (p *parser) function(home *block) error {
	p.next()
	t, err := p.name("the name of a function")
	if err != nil {
		return err
	}
	f := &function{position: t.position, name: t.of, home: home}
	if _, exists := home.functions[f.name]; exists {
		return t.errorf("the function %s is already declared in this block", f.name)
	}
	if err := p.params(f); err != nil {
		return err
	}
	if err := p.expect("{", "before the function's body"); err != nil {
		return err
	}
	if err := p.lets(f); err != nil {
		return err
	}
	if err := p.expect("return", "in a function"); err != nil {
		return err
	}
	if f.result, err = p.expression(); err != nil {
		return err
	}
	p.takes(";")
	if home.functions == nil {
		home.functions = map[string]*function{}
	}
	home.functions[f.name] = f
	return p.expect("}", "after what the function returns")
}

func (p *parser) params(f *function) error {
	if err := p.expect("(", "after the function's name"); err != nil {
		return err
	}
	for !p.sees(")") {
		t, err := p.name("a parameter")
		if err != nil {
			return err
		}
		if slices.Contains(f.params, t.of) {
			return t.errorf("the parameter %s is there twice", t.of)
		}
		if len(f.params) == maxParams {
			return t.errorf("a function has at most %d parameters", maxParams)
		}
		f.params = append(f.params, t.of)
		if !p.takes(",") {
			break
		}
	}
	return p.expect(")", "after the parameters")
}

func (p *parser) lets(f *function) error {
	taken := slices.Clone(f.params)
	for p.takes("let") {
		t, err := p.name("the name of a variable")
		if err != nil {
			return err
		}
		if slices.Contains(taken, t.of) {
			return t.errorf("the name %s is already taken in this function", t.of)
		}
		if len(f.lets) == maxLets {
			return t.errorf("a function has at most %d lets", maxLets)
		}
		taken = append(taken, t.of)
		if err := p.expect("=", "after the variable"); err != nil {
			return err
		}
		value, err := p.expression()
		if err != nil {
			return err
		}
		if err := p.expect(";", "after the variable's value"); err != nil {
			return err
		}
		f.lets = append(f.lets, let{position: t.position, name: t.of, value: value})
	}
	return nil
}

// unescapeSegment is a segment's text without its %XX.
func unescapeSegment(t token) (string, error) {
	s, err := url.PathUnescape(t.of)
	if err != nil {
		return "", t.errorf("in a path, %% is followed by two hexadecimal digits")
	}
	return s, nil
}

// checkCalls refuses functions that call themselves, however indirectly, and chains of calls that are too
// long. What a call means is known before anything runs: the nearest function of that name around it.
func checkCalls(b *block) error {
	depths := map[*function]int{} // -1 while being visited
	return checkBlock(b, depths)
}

func checkBlock(b *block, depths map[*function]int) error {
	inOrder := func(f, g *function) int { return cmp.Or(cmp.Compare(f.line, g.line), cmp.Compare(f.column, g.column)) }
	for _, f := range slices.SortedFunc(maps.Values(b.functions), inOrder) {
		if _, err := callDepth(f, depths); err != nil {
			return err
		}
	}
	for _, inner := range b.blocks {
		if err := checkBlock(inner, depths); err != nil {
			return err
		}
	}
	return nil
}

// callDepth is how many calls are below f.
func callDepth(f *function, depths map[*function]int) (int, error) {
	if depth, seen := depths[f]; seen {
		if depth < 0 {
			return 0, f.errorf("the function %s calls itself; recursion is not allowed", f.name)
		}
		return depth, nil
	}
	depths[f] = -1
	deepest := 0
	var failed error
	visit := func(e expr) {
		c, ok := e.(*call)
		if !ok || c.receiver != nil || c.space != "" || failed != nil {
			return
		}
		if target := f.home.lookup(c.name); target != nil {
			depth, err := callDepth(target, depths)
			deepest, failed = max(deepest, depth+1), err
		}
	}
	for _, l := range f.lets {
		walk(l.value, visit)
	}
	walk(f.result, visit)
	if failed == nil && deepest > maxCallDepth {
		failed = f.errorf("calls are nested more than %d deep below the function %s", maxCallDepth, f.name)
	}
	depths[f] = deepest
	return deepest, failed
}

// lookup is the nearest function of that name, nil if there is none.
func (b *block) lookup(name string) *function {
	for ; b != nil; b = b.parent {
		if f := b.functions[name]; f != nil {
			return f
		}
	}
	return nil
}

// walk visits every expression below e, and e.
func walk(e expr, visit func(expr)) {
	if e == nil {
		return
	}
	visit(e)
	for _, inner := range children(e) {
		walk(inner, visit)
	}
}

func children(e expr) []expr {
	switch e := e.(type) {
	case *member:
		return []expr{e.of}
	case *index:
		return []expr{e.of, e.at}
	case *slice:
		return []expr{e.of, e.from, e.to}
	case *call:
		return append([]expr{e.receiver}, e.args...)
	case *unary:
		return []expr{e.of}
	case *infix:
		return []expr{e.left, e.right}
	case *typeTest:
		return []expr{e.of}
	case *ternary:
		return []expr{e.condition, e.then, e.otherwise}
	case *group:
		return []expr{e.of}
	case *listLiteral:
		return e.items
	case *mapLiteral:
		return append(append([]expr{}, e.keys...), e.values...)
	case *pathLiteral:
		var out []expr
		for _, s := range e.segments {
			out = append(out, s.of)
		}
		return out
	default:
		return nil
	}
}
