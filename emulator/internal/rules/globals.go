package rules

import (
	"context"
	"slices"
	"strings"
)

// spaceFunction calls a function of a package, such as math.abs.
func spaceFunction(space string, in *invocation) (Value, error) {
	switch space {
	case "math":
		return mathFunction(in)
	case "hashing":
		return hashingFunction(in)
	case "duration":
		return durationFunction(in)
	case "timestamp":
		return timestampFunction(in)
	default:
		return latlngFunction(in)
	}
}

// globalFunction calls a function that has no package and is not declared in the ruleset.
func (ev *evaluation) globalFunction(ctx context.Context, in *invocation) (Value, error) {
	switch in.name {
	case "get", "exists", "getAfter", "existsAfter":
		return ev.document(ctx, in)
	case "path":
		s, err := argument[String](in, 0, 1)
		if err != nil {
			return nil, err
		}
		return parsePath(string(s))
	case "debug": // it prints in the official emulator; here it is only what it returns
		if len(in.args) == 0 {
			return nil, in.takes(1)
		}
		return in.args[0], nil
	case "string", "int", "float":
	default:
		return nil, in.unknown("")
	}
	if err := in.takes(1); err != nil {
		return nil, err
	}
	switch in.name {
	case "string":
		return toString(in.args[0])
	case "int":
		return toInt(in.args[0])
	default:
		return toFloat(in.args[0])
	}
}

// parsePath cuts at slashes and drops the white space around segments.
func parsePath(s string) (Value, error) {
	segments := strings.Split(strings.TrimPrefix(s, "/"), "/")
	for i, segment := range segments {
		segments[i] = strings.TrimSpace(segment)
	}
	if slices.Contains(segments, "") {
		return nil, fault("a path has no empty segment")
	}
	return Path(segments), nil
}

// pathMethod is bind: it fills the segments {name} of a path.
func pathMethod(p Path, in *invocation) (Value, error) {
	if in.name != "bind" {
		return nil, in.unknown("path.")
	}
	values, err := argument[Map](in, 0, 1)
	if err != nil {
		return nil, err
	}
	out := make(Path, len(p))
	bound := 0
	for i, segment := range p {
		out[i] = segment
		inner, opened := strings.CutPrefix(segment, "{")
		inner, closed := strings.CutSuffix(inner, "}")
		if !opened || !closed {
			continue
		}
		if v, ok := values.Get(inner); ok {
			s, err := toString(v)
			if err != nil {
				return nil, err
			}
			out[i] = string(s)
			bound++
		}
	}
	if bound < values.Len() {
		return nil, fault("bind has names that the path does not have")
	}
	return out, nil
}
