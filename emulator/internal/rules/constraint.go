package rules

import "math"

// constraint is what is known of a field whose value is not known: filters that hold together.
type constraint struct{ filters []Filter }

func (constraint) typeName() string { return "constraint" }

// knowledge is a tree of fields with what the filters say about each.
type knowledge struct {
	filters []Filter
	fields  map[string]*knowledge
	names   []string // of fields, in order
}

func (k *knowledge) add(field []string, f Filter) {
	if len(field) == 0 {
		k.filters = append(k.filters, f)
		return
	}
	if k.fields == nil {
		k.fields = map[string]*knowledge{}
	}
	if k.fields[field[0]] == nil {
		k.fields[field[0]] = &knowledge{}
		k.names = append(k.names, field[0])
	}
	k.fields[field[0]].add(field[1:], f)
}

// data is the known part of a map.
func (k *knowledge) data() Map {
	var m Map
	for _, name := range k.names {
		m.put(name, k.fields[name].value())
	}
	return m
}

// value is the one value that a field can have, or the constraint on it.
func (k *knowledge) value() Value {
	switch {
	case len(k.filters) == 0:
		return k.data()
	case len(k.filters) == 1 && k.filters[0].Op == Equal && k.filters[0].Value != nil:
		return k.filters[0].Value
	default:
		return constraint{k.filters}
	}
}

// proves answers `constraint op v`: true if a filter implies it, and otherwise an error, since a document
// that the query finds may satisfy it or not.
func (ev *evaluation) proves(c constraint, op string, v Value) (Value, error) {
	if _, is := v.(constraint); is {
		return nil, fault("the query tells neither side of %s", op)
	}
	for _, f := range c.filters {
		implied, err := ev.implies(f, op, v)
		if implied || err != nil {
			return Bool(implied), err
		}
	}
	return nil, fault("the query does not imply the %s", op)
}

// implies tells whether «field f.Op f.Value» makes «field op v» true.
func (ev *evaluation) implies(f Filter, op string, v Value) (bool, error) {
	if isNull(v) && op == "!=" {
		return f.excludesNull(), nil
	}
	if f.Value == nil || f.Op == ArrayContains {
		return false, nil
	}
	order, ok := ordered(f.Value, v)
	if !ok { // values without an order can still be the same
		return ev.impliesUnordered(f, op, v)
	}
	switch f.Op {
	case Equal:
		return holds(op, order), nil
	case NotEqual:
		return op == "!=" && order == 0, nil
	case Greater:
		return order >= 0 && (op == ">" || op == ">=" || op == "!="), nil
	case GreaterOrEqual:
		return order >= 0 && op == ">=" || order > 0 && (op == ">" || op == "!="), nil
	case Less:
		return order <= 0 && (op == "<" || op == "<=" || op == "!="), nil
	case LessOrEqual:
		return order <= 0 && op == "<=" || order < 0 && (op == "<" || op == "!="), nil
	default:
		return false, nil
	}
}

// excludesNull tells whether a filter proves `!= null`. A range does so only for types that rules have an order for.
func (f *Filter) excludesNull() bool {
	switch f.Op {
	case Equal:
		return !isNull(f.Value)
	case Less, LessOrEqual, Greater, GreaterOrEqual:
		_, _, err := compare("", f.Value, f.Value)
		return err == nil
	default:
		return true
	}
}

// impliesUnordered is implies for == and != of values without an order between them.
func (ev *evaluation) impliesUnordered(f Filter, op string, v Value) (bool, error) {
	same, err := ev.same(f.Value, v, false)
	if err != nil || same {
		return op == string(f.Op) && (op == "==" || op == "!="), err
	}
	_, _, numbers := floats(f.Value, v)
	if f.Op != Equal || op != "!=" || !numbers && f.Value.typeName() != v.typeName() {
		return false, nil
	}
	same, err = ev.same(f.Value, v, true)
	return !same, err
}

// ordered compares a filter's value with a rule's.
func ordered(filter, rule Value) (int, bool) {
	order, ok, err := compare("", filter, rule)
	return order, err == nil && ok && tells(filter, rule)
}

// tells is whether a filter's value says something about a rule's at all. The official emulator takes `> 5` as a proof
// of `> 4.0`, but `> 5.0` as none of `> 4`.
func tells(filter, rule Value) bool {
	_, whole := filter.(Int)
	return whole || filter.typeName() == rule.typeName()
}

// mirrored is the operator with its sides changed.
func mirrored(op string) string {
	switch op {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	default:
		return op
	}
}

// constraintMethod knows hasAny alone: one of the list's items is what the field contains. It is false, and no
// error, where the query does not tell: the official emulator answers so.
func (ev *evaluation) constraintMethod(c constraint, in *invocation) (Value, error) {
	if in.name != "hasAny" {
		return nil, in.unknown("constraint.")
	}
	items, err := argument[List](in, 0, 1)
	if err != nil {
		return nil, err
	}
	has, err := ev.containsAny(c, items)
	return Bool(has), err
}

// provesContains answers `item in constraint`, with an error where the query does not tell.
func (ev *evaluation) provesContains(c constraint, item Value) (Value, error) {
	has, err := ev.containsAny(c, List{item})
	if err == nil && !has {
		err = fault("the query does not imply that the list has it")
	}
	return Bool(has), err
}

// containsAny tells whether the query says that the field has one of items.
func (ev *evaluation) containsAny(c constraint, items List) (bool, error) {
	for _, f := range c.filters {
		if f.Op != ArrayContains || f.Value == nil || isNull(f.Value) {
			continue
		}
		for _, item := range items {
			if !tells(f.Value, item) {
				continue
			}
			same, err := ev.equal(f.Value, item)
			if same || err != nil {
				return same, err
			}
		}
	}
	return false, nil
}

func isNaN(v Value) bool {
	f, is := v.(Float)
	return is && math.IsNaN(float64(f))
}

func isNull(v Value) bool {
	_, is := v.(Null)
	return is
}
