package rules

func (ev *evaluation) mapMethod(m Map, in *invocation) (Value, error) {
	switch in.name {
	case "size":
		return Int(m.Len()), in.takes(0)
	case "keys":
		names := m.sortedNames()
		out := make(List, len(names))
		for i, name := range names {
			out[i] = String(name)
		}
		return out, in.takes(0)
	case "values": // in the order in which they were written, unlike keys
		out := make(List, m.Len())
		for i, name := range m.names {
			out[i] = m.fields[name]
		}
		return out, in.takes(0)
	case "diff":
		other, err := argument[Map](in, 0, 1)
		return mapDiff{from: other, to: m}, err
	case "get":
		return mapGet(m, in)
	default:
		return nil, in.unknown("map.")
	}
}

// mapGet is m.get(key, default) and m.get([key, key], default).
func mapGet(m Map, in *invocation) (Value, error) {
	if err := in.takes(2); err != nil {
		return nil, err
	}
	keys, ok := in.args[0].(List)
	if !ok {
		keys = List{in.args[0]}
	}
	var v Value = m
	for _, key := range keys {
		name, ok := key.(String)
		if !ok {
			return nil, fault("get takes a string or a list of strings, not %s", key.typeName())
		}
		inner, _ := v.(Map)
		if v, ok = inner.Get(string(name)); !ok {
			return in.args[1], nil
		}
	}
	return v, nil
}

// mapDiffMethod answers with a set of names. Values are compared loosely, at every depth.
func (ev *evaluation) mapDiffMethod(d mapDiff, in *invocation) (Value, error) {
	var added, removed, changed, unchanged bool
	switch in.name {
	case "addedKeys":
		added = true
	case "removedKeys":
		removed = true
	case "changedKeys":
		changed = true
	case "unchangedKeys":
		unchanged = true
	case "affectedKeys":
		added, removed, changed = true, true, true
	default:
		return nil, in.unknown("map_diff.")
	}
	if err := in.takes(0); err != nil {
		return nil, err
	}
	var names List
	for _, name := range d.to.names {
		before, was := d.from.Get(name)
		same := false
		if was {
			var err error
			if same, err = ev.same(d.to.fields[name], before, true); err != nil {
				return nil, err
			}
		}
		if !was && added || was && same && unchanged || was && !same && changed {
			names = append(names, String(name))
		}
	}
	for _, name := range d.from.names {
		if _, is := d.to.Get(name); !is && removed {
			names = append(names, String(name))
		}
	}
	return ev.setOf(names)
}
