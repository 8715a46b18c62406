package rules

// setMethod has two kinds: difference, intersection and union take a set; hasAll, hasAny and hasOnly take a
// list too.
func (ev *evaluation) setMethod(s set, in *invocation) (Value, error) {
	switch in.name {
	case "size":
		return Int(len(s.keys)), in.takes(0)
	case "difference", "intersection", "union":
		other, err := argument[set](in, 0, 1)
		if err != nil {
			return nil, err
		}
		return ev.combine(in.name, s, other)
	case "hasAll", "hasAny", "hasOnly":
		other, err := ev.members(in)
		if err != nil {
			return nil, err
		}
		if err := ev.spend(len(s.keys) + len(other.keys)); err != nil {
			return nil, err
		}
		switch in.name {
		case "hasAll":
			return Bool(subset(other, s)), nil
		case "hasOnly":
			return Bool(subset(s, other)), nil
		default:
			return Bool(len(common(s, other).keys) > 0), nil
		}
	default:
		return nil, in.unknown("set.")
	}
}

// members is the one argument as a set.
func (ev *evaluation) members(in *invocation) (set, error) {
	if err := in.takes(1); err != nil {
		return set{}, err
	}
	switch v := in.args[0].(type) {
	case set:
		return v, nil
	case List:
		return ev.setOf(v)
	default:
		return set{}, fault("%s takes list or set, not %s", in.name, v.typeName())
	}
}

func (ev *evaluation) combine(how string, a, b set) (Value, error) {
	if err := ev.spend(len(a.keys) + len(b.keys)); err != nil {
		return nil, err
	}
	var out set
	switch how {
	case "intersection":
		return common(a, b), nil
	case "union":
		for _, key := range a.keys {
			out.add(key, a.members[key])
		}
		for _, key := range b.keys {
			out.add(key, b.members[key])
		}
	default:
		for _, key := range a.keys {
			if !b.has(key) {
				out.add(key, a.members[key])
			}
		}
	}
	return out, nil
}

func common(a, b set) set {
	var out set
	for _, key := range a.keys {
		if b.has(key) {
			out.add(key, a.members[key])
		}
	}
	return out
}

func subset(a, b set) bool {
	for _, key := range a.keys {
		if !b.has(key) {
			return false
		}
	}
	return true
}
