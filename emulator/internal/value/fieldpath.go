package value

import (
	"slices"
	"strings"
)

// The limits of fields' names (https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields).
const (
	MaxFieldNameBytes = 1500 // one name
	MaxFieldPathBytes = 1500 // a path: its names and the dots between them
)

// NameField is the field that stands for a document's name in queries.
const NameField = "__name__"

// FieldPath leads to a field: the names of nested maps and at last the field's, not quoted. It is never
// changed once made, so it can be shared.
type FieldPath []string

// ParseFieldPath reads a field path as it stands on the wire: names joined by dots, each either of letters,
// digits and underscores without a digit first, or quoted by backticks, inside which a backslash makes the
// next character stand for itself. [NameField] is allowed alone; other names of the form __.+__ are reserved.
// The error is an [InvalidError].
//
//	a.b   `a.b`   m.`it's`   `back\`tick`.`back\\slash`
func ParseFieldPath(s string) (FieldPath, error) {
	if s == "" {
		return nil, invalidf(RuleFieldPath, "Invalid empty property path string.")
	}
	if s == NameField {
		return FieldPath{NameField}, nil
	}
	var path FieldPath
	for rest, more := s, true; more; {
		var name string
		var ok bool
		if name, rest, ok = cutName(rest); !ok {
			return nil, invalidf(RuleFieldPath, "Invalid property path %q. Unquoted property paths must match regex "+
				"([a-zA-Z_][a-zA-Z_0-9]*), and quoted property paths must match regex (`(?:[^`\\\\]|(?:\\\\.))+`)", s)
		}
		if isReserved(name) {
			return nil, invalidf(RuleFieldPath, "Invalid reserved name in field path %s", s)
		}
		if len(name) > MaxFieldNameBytes {
			return nil, invalidf(RuleFieldPath, "A name in a field path is longer than %d bytes.", MaxFieldNameBytes)
		}
		path = append(path, name)
		if more = rest != ""; more {
			if rest, ok = strings.CutPrefix(rest, "."); !ok {
				return nil, invalidf(RuleFieldPath, "Invalid property path %q: a name is followed by no dot.", s)
			}
		}
	}
	if path.bytes() > MaxFieldPathBytes {
		return nil, errLongPath()
	}
	return path, nil
}

// bytes is the length of the path, names and dots, without quotes.
func (p FieldPath) bytes() int {
	sum := len(p) - 1
	for _, name := range p {
		sum += len(name)
	}
	return sum
}

func errLongPath() error {
	return invalidf(RuleFieldPath, "property path is longer than %d bytes.", MaxFieldPathBytes)
}

// cutName takes the first name off s, unquoted.
func cutName(s string) (name, rest string, ok bool) {
	quoted, isQuoted := strings.CutPrefix(s, "`")
	if !isQuoted {
		end := 0
		for end < len(s) && isNameByte(s[end], end == 0) {
			end++
		}
		return s[:end], s[end:], end > 0
	}
	var unquoted strings.Builder
	for i := 0; i < len(quoted); i++ {
		switch quoted[i] {
		case '`':
			return unquoted.String(), quoted[i+1:], i > 0
		case '\\':
			i++
			if i == len(quoted) || quoted[i] == '\n' {
				return "", "", false
			}
		default:
		}
		unquoted.WriteByte(quoted[i])
	}
	return "", "", false
}

func isNameByte(b byte, first bool) bool {
	return b == '_' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || !first && '0' <= b && b <= '9'
}

// String is the path as it stands on the wire; [ParseFieldPath] reads it back.
func (p FieldPath) String() string {
	names := make([]string, len(p))
	for i, name := range p {
		names[i] = quoteName(name)
	}
	return strings.Join(names, ".")
}

func quoteName(name string) string {
	simple := name != ""
	for i := range len(name) {
		simple = simple && isNameByte(name[i], i == 0)
	}
	if simple {
		return name
	}
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
}

// IsName tells whether p is [NameField], a document's name.
func (p FieldPath) IsName() bool { return len(p) == 1 && p[0] == NameField }

// Compare orders paths name by name, a parent before what is in it. [NameField] is not special.
func (p FieldPath) Compare(other FieldPath) int { return slices.Compare(p, other) }

// Equal tells whether p and other lead to the same field.
func (p FieldPath) Equal(other FieldPath) bool { return slices.Equal(p, other) }

// Contains tells whether other leads to a field inside p's. A path does not contain itself.
func (p FieldPath) Contains(other FieldPath) bool {
	return len(p) < len(other) && slices.Equal(p, other[:len(p)])
}

// CheckConflicts refuses paths of which one leads into another, such as a and a.b, since the result would
// depend on their order. The same path twice is no conflict. The error is an [InvalidError].
func CheckConflicts(paths []FieldPath) error {
	sorted := slices.SortedFunc(slices.Values(paths), FieldPath.Compare)
	for i := 1; i < len(sorted); i++ { // what is inside a path follows it, or its equal, at once
		if sorted[i-1].Contains(sorted[i]) {
			return invalidf(RuleFieldPath, "Field paths %s and %s conflict: one is inside the other.", sorted[i-1], sorted[i])
		}
	}
	return nil
}
