package rules

import (
	"maps"
	"slices"
)

// step is a segment of the path that is asked for. In a list, the document's id is unknown, and in a list
// of a collection group so is what lies between.
type step struct {
	text    string
	unknown bool
	many    bool // any number of segments, also none
}

// steps of a request's path.
func (r *Request) steps() []step {
	out := make([]step, 0, len(r.Path)+2)
	for _, s := range r.Path {
		out = append(out, step{text: s})
	}
	if r.Method != ListDocuments {
		return out
	}
	if r.Descendants && len(out) > 0 {
		out = slices.Insert(out, len(out)-1, step{unknown: true, many: true})
	}
	return append(out, step{unknown: true})
}

// candidate is an allow statement whose block's path fits, with the scope of that block.
type candidate struct {
	allow *allow
	scope *scope
}

// matcher collects the candidates of a request.
type matcher struct {
	method  Method
	version int
	work    *work
	found   []candidate
}

// blocks tries every block below b on the rest of the path.
func (m *matcher) blocks(b *block, rest []step, s *scope) error {
	for _, inner := range b.blocks {
		if len(inner.path) == 0 {
			continue // another service
		}
		if err := m.path(inner, inner.path, rest, &scope{parent: s, block: inner}); err != nil {
			return err
		}
	}
	return nil
}

// path fits pattern to the start of rest. s is the block's scope as far as its wildcards are known.
func (m *matcher) path(b *block, pattern []segment, rest []step, s *scope) error {
	if err := m.work.spend(64); err != nil { // nested globs can be tried in very many ways
		return err
	}
	if len(pattern) == 0 {
		if len(rest) == 0 {
			m.collect(b, s)
		}
		return m.blocks(b, rest, s)
	}
	first := pattern[0]
	if first.glob {
		return m.glob(b, pattern, rest, s)
	}
	if len(rest) == 0 || rest[0].many {
		return nil
	}
	if first.name == "" {
		if rest[0].unknown || rest[0].text != first.text {
			return nil
		}
		return m.path(b, pattern[1:], rest[1:], s)
	}
	value := unknown("the query leaves the wildcard " + first.name + " open")
	if !rest[0].unknown {
		value = known(String(rest[0].text))
	}
	return m.path(b, pattern[1:], rest[1:], s.bind(first.name, value))
}

// glob tries {name=**} on every number of segments. In version 1 it takes all that are left, at least one.
func (m *matcher) glob(b *block, pattern []segment, rest []step, s *scope) error {
	least := 0
	if m.version == 1 {
		least = max(1, len(rest))
	}
	for n := least; n <= len(rest); n++ {
		taken := Path{}
		open := false
		for _, e := range rest[:n] {
			taken = append(taken, e.text)
			open = open || e.unknown
		}
		value := known(taken)
		if open {
			value = known(openPath{})
		}
		if err := m.path(b, pattern[1:], rest[n:], s.bind(pattern[0].name, value)); err != nil {
			return err
		}
	}
	return nil
}

// bind is s with one more wildcard. The scope that has the functions stays the innermost, so that they see
// every wildcard of their block.
func (s *scope) bind(name string, r result) *scope {
	names := make(map[string]result, len(s.names)+1)
	maps.Copy(names, s.names)
	names[name] = r
	return &scope{parent: s.parent, block: s.block, names: names}
}

func (m *matcher) collect(b *block, s *scope) {
	for _, a := range b.allows {
		if slices.ContainsFunc(a.methods, m.covers) {
			m.found = append(m.found, candidate{a, s})
		}
	}
}

// covers tells whether a method of a statement is that of the request.
func (m *matcher) covers(method string) bool {
	switch method {
	case "read":
		return m.method == Get || m.method == ListDocuments
	case "write":
		return m.method == Create || m.method == Update || m.method == Delete
	default:
		return method == string(m.method)
	}
}
