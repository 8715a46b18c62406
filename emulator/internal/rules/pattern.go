package rules

import (
	"regexp"
	"regexp/syntax"
)

// pattern is a regular expression with the number of its instructions: RE2 takes time in proportion to that
// and to the text.
type pattern struct {
	*regexp.Regexp
	instructions int
}

// compile makes a regular expression of a method: matches is about the whole string.
func compile(method, source string) (*pattern, error) {
	parsed, err := syntax.Parse(source, syntax.Perl) // so that «a)|(b» stays wrong
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	if method == "matches" {
		source = `^(?:` + source + `)$`
	}
	compiled, err := regexp.Compile(source)
	return &pattern{compiled, len(program.Inst)}, err
}
