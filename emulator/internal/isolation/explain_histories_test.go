package isolation_test

import "testing"

// Histories made by hand, so that the checker is known to find what is wrong.
func TestExplain(t *testing.T) {
	t.Parallel()
	type values = map[int]int64
	set := func(began, answered int, wrote values) *operation {
		return &operation{began: began, answered: answered, wrote: wrote}
	}
	get := func(began, answered int, read values) *operation {
		return &operation{began: began, answered: answered, read: read}
	}
	change := func(began, answered int, read, wrote values) *operation {
		return &operation{began: began, answered: answered, read: read, wrote: wrote}
	}
	first := set(1, 2, values{0: 1, 1: 1})
	for what, c := range map[string]struct {
		history []*operation
		ok      bool
	}{
		"nothing":           {nil, true},
		"one after another": {[]*operation{first, get(3, 4, values{0: 1, 2: absent})}, true},
		"beside each other": {[]*operation{first, set(3, 6, values{0: 2}), get(4, 5, values{0: 1})}, true},
		"beside, and seen":  {[]*operation{first, set(3, 6, values{0: 2}), get(4, 5, values{0: 2})}, true},
		"a stale read":      {[]*operation{first, set(3, 4, values{0: 2}), get(5, 6, values{0: 1})}, false},
		"a value of nobody": {[]*operation{first, get(3, 4, values{0: 7})}, false},
		"half of a commit":  {[]*operation{first, set(3, 6, values{0: 2, 1: 2}), get(4, 5, values{0: 2, 1: 1})}, false},
		"one sees, then not": {[]*operation{
			first, set(3, 9, values{0: 2}), get(4, 5, values{0: 2}), get(6, 7, values{0: 1}),
		}, false},
		"a lost update": {[]*operation{
			first, change(3, 5, values{0: 1}, values{0: 2}), change(4, 6, values{0: 1}, values{0: 3}),
		}, false},
		"a lost increment": {[]*operation{
			first,
			{began: 3, answered: 5, added: values{0: 1}},
			{began: 4, answered: 6, added: values{0: 1}},
			get(7, 8, values{0: 2}),
		}, false},
		"increments": {[]*operation{
			first,
			{began: 3, answered: 5, added: values{0: 1}},
			{began: 4, answered: 6, added: values{0: 1, 3: 4}},
			get(7, 8, values{0: 3, 3: 4}),
		}, true},
		"write skew": {[]*operation{
			first, change(3, 5, values{0: 1, 1: 1}, values{0: 0}), change(4, 6, values{0: 1, 1: 1}, values{1: 0}),
		}, false},
		"a phantom": {[]*operation{
			first,
			{began: 3, answered: 5, queried: true, wrote: values{0: high}},
			{began: 4, answered: 6, queried: true, wrote: values{1: high}},
		}, false},
		"a query that knows": {[]*operation{
			first,
			{began: 3, answered: 5, queried: true, wrote: values{0: high}},
			{began: 4, answered: 6, queried: true, found: 1, wrote: values{1: high}},
		}, true},
		"a lost answer that happened": {[]*operation{
			first, set(3, never, values{0: 2}), get(5, 6, values{0: 1}), get(7, 8, values{0: 2}),
		}, true},
		"a lost answer that did not": {[]*operation{first, set(3, never, values{0: 2}), get(5, 6, values{0: 1})}, true},
		"a lost answer that came before": {[]*operation{
			first, get(3, 4, values{0: 2}), set(5, never, values{0: 2}),
		}, false},
		"a lost answer that comes and goes": {[]*operation{
			first, set(3, never, values{0: 2}), get(5, 6, values{0: 2}), get(7, 8, values{0: 1}),
		}, false},
	} {
		if ok, most := explain(empty(), c.history); ok != c.ok {
			t.Errorf("%s: explained %v, %d of %d", what, ok, most, len(c.history))
		}
	}
}
