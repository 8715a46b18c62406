package rules

import (
	"regexp"
	"strings"
)

func (ev *evaluation) stringMethod(s String, in *invocation) (Value, error) {
	switch in.name {
	case "matches", "split", "replace":
		return ev.patternMethod(s, in)
	}
	if in.name != "size" && in.name != "lower" && in.name != "upper" && in.name != "trim" && in.name != "toUtf8" {
		return nil, in.unknown("string.")
	}
	if err := in.takes(0); err != nil {
		return nil, err
	}
	if err := ev.spend(len(s)); err != nil {
		return nil, err
	}
	switch in.name {
	case "size":
		return Int(utf16Length(s)), nil
	case "lower":
		return String(strings.Map(asciiLower, string(s))), nil
	case "upper":
		return String(strings.Map(asciiUpper, string(s))), nil
	case "trim": // white space and control characters, as on the JVM
		return String(strings.TrimFunc(string(s), func(r rune) bool { return r <= ' ' })), nil
	default:
		return Bytes(s), nil
	}
}

func utf16Length(s String) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func asciiLower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

func asciiUpper(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r + 'A' - 'a'
	}
	return r
}

// patternMethod is matches, split and replace.
func (ev *evaluation) patternMethod(s String, in *invocation) (Value, error) {
	arity := 1
	if in.name == "replace" {
		arity = 2
	}
	source, err := argument[String](in, 0, arity)
	if err != nil {
		return nil, err
	}
	re := in.pattern
	if re == nil {
		if re, err = ev.compile(in.name, string(source)); err != nil {
			return nil, err
		}
	}
	if err := ev.spend((len(s) + 1) * (1 + re.instructions/16)); err != nil {
		return nil, err
	}
	switch in.name {
	case "matches":
		return Bool(re.MatchString(string(s))), nil
	case "split":
		return split(string(s), re.Regexp), nil
	default:
		with, err := argument[String](in, 1, arity)
		if err != nil {
			return nil, err
		}
		return replace(string(s), re.Regexp, string(with))
	}
}

const maxPattern = 4096 // bytes of a regular expression that is computed

func (ev *evaluation) compile(method, source string) (*pattern, error) {
	if len(source) > maxPattern {
		return nil, fault("a computed regular expression is at most %d bytes long", maxPattern)
	}
	re, err := compile(method, source)
	if err != nil {
		return nil, fault("this is no regular expression: %v", err)
	}
	return re, ev.spend(64*len(source) + 16*re.instructions)
}

// split cuts s at every match. Empty strings at the end are dropped, but one string always stays.
func split(s string, at *regexp.Regexp) List {
	var out List
	last := 0
	for _, match := range at.FindAllStringIndex(s, -1) {
		out = append(out, String(s[last:match[0]]))
		last = match[1]
	}
	out = append(out, String(s[last:]))
	for len(out) > 1 && out[len(out)-1] == String("") {
		out = out[:len(out)-1]
	}
	return out
}

// replace puts with in place of every match. In with, $1 is a group, ${name} too, and \ takes the next
// character's meaning.
func replace(s string, pattern *regexp.Regexp, with string) (Value, error) {
	var out strings.Builder
	last := 0
	for _, match := range pattern.FindAllStringSubmatchIndex(s, -1) {
		out.WriteString(s[last:match[0]])
		if err := expand(&out, with, pattern, s, match); err != nil {
			return nil, err
		}
		last = match[1]
		if err := fits(out.Len()); err != nil {
			return nil, err
		}
	}
	out.WriteString(s[last:])
	return String(out.String()), fits(out.Len())
}

func expand(out *strings.Builder, with string, pattern *regexp.Regexp, s string, match []int) error {
	for i := 0; i < len(with); i++ {
		switch rest := with[i+1:]; {
		case with[i] == '\\' && rest != "":
			i++
			out.WriteByte(with[i])
		case with[i] == '$' && rest != "" && (isDigit(rest[0]) || rest[0] == '{'):
			group, n, ok := groupName(rest, pattern)
			if !ok {
				return fault("the expression has no group $%s", firstRunes(rest, 8))
			}
			if from := match[2*group]; from >= 0 {
				out.WriteString(s[from:match[2*group+1]])
			}
			i += n
		default:
			out.WriteByte(with[i])
		}
		if err := fits(out.Len()); err != nil {
			return err
		}
	}
	return nil
}

// groupName reads the group that follows a dollar: as many digits as make sense, or {name}.
func groupName(s string, pattern *regexp.Regexp) (group, length int, ok bool) {
	if s[0] == '{' {
		name, _, closed := strings.Cut(s[1:], "}")
		group = pattern.SubexpIndex(name)
		return group, len(name) + 2, closed && group > 0
	}
	group, length = int(s[0]-'0'), 1
	for length < len(s) && isDigit(s[length]) && group*10+int(s[length]-'0') <= pattern.NumSubexp() {
		group = group*10 + int(s[length]-'0')
		length++
	}
	return group, length, group <= pattern.NumSubexp()
}
