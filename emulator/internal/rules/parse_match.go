package rules

import "slices"

const (
	maxBlockDepth = 10  // match in match
	maxPathLength = 100 // segments from the outermost match on
)

// nesting is what lies around a block.
type nesting struct {
	depth  int  // matches
	length int  // segments of their paths
	glob   bool // one of them is {name=**}
}

// body reads the braces of a block.
func (p *parser) body(b *block, around nesting) error {
	if err := p.expect("{", "before the body"); err != nil {
		return err
	}
	if p.sees("}") {
		return p.peek().errorf("there is nothing between these braces")
	}
	for !p.takes("}") {
		var err error
		switch {
		case p.sees("function"):
			err = p.function(b)
		case p.takes("match"):
			err = p.match(b, around)
		case len(b.path) > 0 && p.sees("allow"):
			err = p.allow(b)
		default:
			err = p.unexpected(wantedIn(b))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func wantedIn(b *block) string {
	if len(b.path) == 0 {
		return "match, function or «}»"
	}
	return "match, allow, function or «}»"
}

// match reads what follows the word match.
func (p *parser) match(parent *block, around nesting) error {
	b := &block{position: p.tokens[p.at-1].position, parent: parent}
	if around.depth++; around.depth > maxBlockDepth {
		return b.errorf("match blocks are nested more than %d deep", maxBlockDepth)
	}
	if err := p.matchPath(b, &around); err != nil {
		return err
	}
	if around.length += len(b.path); around.length > maxPathLength {
		return b.errorf("this path has more than %d segments", maxPathLength)
	}
	parent.blocks = append(parent.blocks, b)
	return p.body(b, around)
}

// matchPath reads /a/{b}/{c=**}.
func (p *parser) matchPath(b *block, around *nesting) error {
	for {
		t := p.peek()
		switch t.kind {
		case pathText:
			p.next()
			s, err := unescapeSegment(t)
			if err != nil {
				return err
			}
			b.path = append(b.path, segment{position: t.position, text: s})
		case pathWild:
			s, err := p.wildcard()
			if err != nil {
				return err
			}
			b.path = append(b.path, s)
			if s.glob && around.glob {
				return s.errorf("a path, with those of the matches around it, has at most one {name=**}")
			}
			around.glob = around.glob || s.glob
		default:
			if len(b.path) == 0 {
				return p.unexpected("a path, such as /rooms/{id}")
			}
			isGlob := func(s segment) bool { return s.glob }
			if i := slices.IndexFunc(b.path, isGlob); p.version == 1 && i >= 0 && i < len(b.path)-1 {
				return b.errorf("in rules version 1, {name=**} is the last segment")
			}
			return nil
		}
	}
}

func (p *parser) wildcard() (segment, error) {
	at := p.next().position
	t, err := p.name("the name of a wildcard")
	if err != nil {
		return segment{}, err
	}
	s := segment{position: at, name: t.of}
	if p.takes("=") {
		s.glob = p.sees("**")
		if !p.takes("**") && !p.takes("*") {
			return s, p.unexpected("* or **")
		}
	}
	return s, p.expect("}", "after the wildcard")
}

// allow reads one allow statement. The condition and the last semicolon may be missing.
func (p *parser) allow(b *block) error {
	a := &allow{position: p.next().position}
	for {
		t, err := p.name("a method, such as read")
		if err != nil {
			return err
		}
		a.methods = append(a.methods, t.of)
		if !p.takes(",") {
			break
		}
	}
	if p.takes(":") {
		if err := p.expect("if", "after the colon"); err != nil {
			return err
		}
		var err error
		if a.condition, err = p.expression(); err != nil {
			return err
		}
	}
	p.takes(";")
	b.allows = append(b.allows, a)
	return nil
}
