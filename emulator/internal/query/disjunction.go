package query

import (
	"maps"
	"slices"
	"strings"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
)

// The limits of filters together (https://firebase.google.com/docs/firestore/query-data/queries#limitations).
const (
	maxDisjunctions = 30
	// maxExpanded is where counting stops, since a filter can be short and its normal form beyond measure.
	maxExpanded = 512
)

// conjunction is one branch of a filter's disjunctive normal form: filters of which each has one value, by
// their text, so that a branch that is there twice counts once.
type conjunction map[string]literal

// literal is a filter in a branch.
type literal struct {
	onArray bool
	times   int // how often it stands there: filters on arrays are limited however alike they are
}

// with joins two branches.
func (c conjunction) with(other conjunction) conjunction {
	joined := maps.Clone(c)
	for text, l := range other {
		l.times += joined[text].times
		joined[text] = l
	}
	return joined
}

func (c conjunction) key() string { return strings.Join(slices.Sorted(maps.Keys(c)), "\n") }

// checkNegations checks what negations may not stand beside, in the filter as it was written.
func checkNegations(f filter) error {
	var negations, arrayLists, ins, notIns int
	f.visit(func(field *fieldFilter) {
		if field.op.negates() {
			negations++
		}
		switch field.op {
		case opContainsAny:
			arrayLists++
		case opIn:
			ins++
		case opNotIn:
			notIns++
		default:
		}
	})
	if negations > 1 {
		return invalidf("Only a single 'NOT_EQUAL', 'NOT_IN', 'IS_NOT_NAN', or 'IS_NOT_NULL' filter allowed per query.")
	}
	if notIns > 0 && (arrayLists > 0 || ins > 0 || hasOr(f)) {
		return invalidf("'NOT_IN' cannot be used in the same query with 'IN', 'ARRAY_CONTAINS_ANY' or 'OR'.")
	}
	return nil
}

// checkDisjunctions checks the branches of a simplified filter.
func checkDisjunctions(f filter) error {
	branches, ok := f.conjunctions()
	if !ok {
		return invalidf("Too many disjunctions after normalization. The maximum is %d", maxDisjunctions)
	}
	if len(branches) > maxDisjunctions {
		return invalidf("Too many disjunctions after normalization. Result had %d disjunctions which is more than "+
			"the maximum of %d", len(branches), maxDisjunctions)
	}
	for _, branch := range branches {
		onArrays := 0
		for _, l := range branch {
			if l.onArray {
				onArrays += l.times
			}
		}
		if onArrays > 1 {
			return invalidf("A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.")
		}
	}
	return nil
}

func hasOr(f filter) bool {
	composite, ok := f.(*compositeFilter)
	return ok && (!composite.all || slices.ContainsFunc(composite.filters, hasOr))
}

// conjunctions writes a list as the choice of its values.
func (f *fieldFilter) conjunctions() ([]conjunction, bool) {
	l := literal{onArray: f.op.onArray(), times: 1}
	if f.op != opIn && f.op != opContainsAny {
		return []conjunction{{f.text(exactText): l}}, true
	}
	single := f.op
	if single == opIn {
		single = opEqual
	}
	var branches distinct
	for _, operand := range f.operands {
		one := &fieldFilter{path: f.path, op: single, operands: []*pb.Value{operand}}
		branches.add(conjunction{one.text(exactText): l})
	}
	return branches.all, true
}

func (c *compositeFilter) conjunctions() ([]conjunction, bool) {
	var branches distinct
	if c.all {
		branches.add(conjunction{})
	}
	for _, f := range c.filters {
		inner, ok := f.conjunctions()
		if !ok {
			return nil, false
		}
		if !c.all {
			for _, branch := range inner {
				branches.add(branch)
			}
		} else {
			branches = branches.product(inner)
		}
		if len(branches.all) > maxExpanded {
			return nil, false
		}
	}
	return branches.all, true
}

// distinct is a list of conjunctions without repetition.
type distinct struct {
	all  []conjunction
	seen map[string]bool
}

func (d *distinct) add(c conjunction) {
	key := c.key()
	if d.seen[key] {
		return
	}
	if d.seen == nil {
		d.seen = make(map[string]bool)
	}
	d.seen[key] = true
	d.all = append(d.all, c)
}

// product joins each with each. It stops beyond maxExpanded.
func (d *distinct) product(others []conjunction) distinct {
	var product distinct
	for _, one := range d.all {
		for _, other := range others {
			if len(product.all) > maxExpanded {
				return product
			}
			product.add(one.with(other))
		}
	}
	return product
}
