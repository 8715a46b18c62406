package rules

import (
	"maps"
	"slices"
)

// Value is what an expression evaluates to: one of the types of this package. Values are immutable: who
// passes one in does not change it afterwards.
type Value interface {
	// typeName is the name that `is` knows the type by, and that errors print.
	typeName() string
}

// Null is the value null.
type Null struct{}

// Bool is true or false.
type Bool bool

// Int is a whole number; arithmetic that leaves 64 bits is an error.
type Int int64

// Float is a 64-bit floating point number. It compares with Int by value.
type Float float64

// String is text in UTF-8. Sizes and indexes count UTF-16 units, as the official emulator does.
type String string

// Bytes is a sequence of bytes.
type Bytes []byte

// List is an ordered sequence of values.
type List []Value

// Path is the place of a document, by segments from `databases` on.
type Path []string

// LatLng is a point on earth, in degrees.
type LatLng struct{ Latitude, Longitude float64 }

// Map holds values by name. The zero Map is empty.
type Map struct {
	fields map[string]Value
	names  []string // in the order in which they were written
}

// set holds distinct values by their key.
type set struct {
	members map[string]Value
	keys    []string // in the order in which they came
}

// mapDiff is the result of map.diff.
type mapDiff struct{ from, to Map }

// openPath is a wildcard {name=**} of which a list does not know every segment. It is a path, and no more can
// be said about it.
type openPath struct{}

func (openPath) typeName() string { return "path" }

func (Null) typeName() string    { return "null" }
func (Bool) typeName() string    { return "bool" }
func (Int) typeName() string     { return "int" }
func (Float) typeName() string   { return "float" }
func (String) typeName() string  { return "string" }
func (Bytes) typeName() string   { return "bytes" }
func (List) typeName() string    { return "list" }
func (Path) typeName() string    { return "path" }
func (LatLng) typeName() string  { return "latlng" }
func (Map) typeName() string     { return "map" }
func (set) typeName() string     { return "set" }
func (mapDiff) typeName() string { return "map_diff" }

// NewMap makes a Map of fields, which it keeps. Its order is that of the names.
func NewMap(fields map[string]Value) Map {
	return Map{fields: fields, names: slices.Sorted(maps.Keys(fields))}
}

// Get returns the value of name, and whether there is one.
func (m Map) Get(name string) (Value, bool) {
	v, ok := m.fields[name]
	return v, ok
}

// Len is the number of fields.
func (m Map) Len() int { return len(m.names) }

// put adds or replaces a field. It is for maps under construction only.
func (m *Map) put(name string, v Value) {
	if m.fields == nil {
		m.fields = map[string]Value{}
	}
	if _, exists := m.fields[name]; !exists {
		m.names = append(m.names, name)
	}
	m.fields[name] = v
}

// sortedNames are the names in the order in which keys() has them.
func (m Map) sortedNames() []string {
	return slices.Sorted(slices.Values(m.names))
}

// add adds v under its key, unless there is one.
func (s *set) add(key string, v Value) {
	if s.members == nil {
		s.members = map[string]Value{}
	}
	if _, exists := s.members[key]; !exists {
		s.keys = append(s.keys, key)
		s.members[key] = v
	}
}

func (s set) has(key string) bool {
	_, ok := s.members[key]
	return ok
}

// isType answers `v is name`. Names that the language does not have are refused by the parser. A set is
// no `set`: the official emulator says so too.
func isType(v Value, name string) bool {
	got := v.typeName()
	switch name {
	case "number":
		return got == "int" || got == "float"
	case "set", "null":
		return false
	default:
		return got == name
	}
}

// isTypeName tells whether the language has a type of this name for `is`.
func isTypeName(name string) bool {
	switch name {
	case "bool", "bytes", "constraint", "duration", "float", "int", "latlng", "list", "vector", "set", "number",
		"map", "string", "timestamp", "path", "map_diff":
		return true
	default:
		return false
	}
}
