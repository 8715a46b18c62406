package rules

import "strings"

const maxExprDepth = 99 // levels of an expression's tree

// parser reads tokens by recursive descent. The first error ends it.
type parser struct {
	tokens  []token
	at      int
	version int
}

// Parse reads a ruleset. The error is a [*ParseError], the first one found. A ruleset for another service
// only is parsed, and denies everything in Firestore.
func Parse(source []byte) (*Ruleset, error) {
	tokens, err := scan(string(source))
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, version: 1}
	r, err := p.ruleset()
	if err != nil {
		return nil, err
	}
	if err := checkCalls(r.file); err != nil {
		return nil, err
	}
	return r, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// sees tells whether the next token is this operator, bracket or word.
func (p *parser) sees(word string) bool {
	t := p.peek()
	return (t.kind == punctuator || t.kind == name) && t.of == word
}

// takes consumes the next token if it is word.
func (p *parser) takes(word string) bool {
	if !p.sees(word) {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(word, where string) error {
	if p.takes(word) {
		return nil
	}
	return p.unexpected("«" + word + "» " + where)
}

func (p *parser) unexpected(wanted string) error {
	t := p.peek()
	if t.kind == pathText && p.at > 0 {
		return t.errorf("expected %s, found the path %s; a division needs a space after its slash", wanted, t)
	}
	return t.errorf("expected %s, found %s", wanted, t)
}

// name reads an identifier that is no keyword.
func (p *parser) name(what string) (token, error) {
	t := p.peek()
	if t.kind != name || isKeyword(t.of) {
		return t, p.unexpected(what)
	}
	return p.next(), nil
}

func isKeyword(word string) bool {
	switch word {
	case "rules_version", "service", "match", "allow", "if", "function", "let", "return", "true", "false", "null",
		"in", "is", "import":
		return true
	default:
		return false
	}
}

// isNamespace tells whether word is a package of the language, and so no variable.
func isNamespace(word string) bool {
	switch word {
	case "math", "hashing", "duration", "timestamp", "latlng":
		return true
	default:
		return false
	}
}

func (p *parser) ruleset() (*Ruleset, error) {
	r := &Ruleset{file: &block{position: position{1, 1}}}
	if err := p.rulesVersion(); err != nil {
		return nil, err
	}
	r.version = p.version
	services := map[string]bool{}
	for p.peek().kind != end {
		if p.sees("function") {
			if err := p.function(r.file); err != nil {
				return nil, err
			}
			continue
		}
		at := p.peek()
		if err := p.expect("service", "or «function»"); err != nil {
			return nil, err
		}
		called, b, err := p.service(r.file)
		if err != nil {
			return nil, err
		}
		if services[called] {
			return nil, at.errorf("the service %s is there twice", called)
		}
		services[called] = true
		if called == "cloud.firestore" {
			r.service = b
		}
	}
	if len(services) == 0 && len(r.file.functions) == 0 {
		return nil, p.unexpected("a service")
	}
	return r, nil
}

func (p *parser) rulesVersion() error {
	if !p.takes("rules_version") {
		return nil
	}
	if err := p.expect("=", "after rules_version"); err != nil {
		return err
	}
	t := p.peek()
	if t.kind != text {
		return p.unexpected("the version as a string, such as '2'")
	}
	p.next()
	switch version, err := unquote(t); {
	case err != nil:
		return err
	case version == "1":
	case version == "2":
		p.version = 2
	default:
		return t.errorf("the rules versions are '1' and '2'")
	}
	p.takes(";")
	return nil
}

// service reads what follows the word service.
func (p *parser) service(file *block) (called string, b *block, err error) {
	first, err := p.name("the name of a service")
	if err != nil {
		return "", nil, err
	}
	names := []string{first.of}
	for p.takes(".") {
		t, err := p.name("the name of a service")
		if err != nil {
			return "", nil, err
		}
		names = append(names, t.of)
	}
	called = strings.Join(names, ".")
	b = &block{position: first.position, parent: file}
	file.blocks = append(file.blocks, b)
	return called, b, p.body(b, nesting{})
}
