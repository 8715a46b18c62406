package page

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// How much of a document is shown.
const (
	maxFields = 500 // with those in maps and arrays
	maxDepth  = 6   // how far fields are indented; what lies deeper is as far as that
	// Of documents in a list: fields, and characters of a key or value.
	maxPreview     = 5
	maxPreviewText = 60
)

// field is a field of a document, or of a map or an array in it, which stand in front of theirs.
type field struct {
	Depth     int
	Key, Type string
	Value     string
	Whole     string // the size of all of it, if the value was cut
	URL       string // of a document that it refers to
	Quoted    bool   // it is text that somebody wrote
}

// fieldsOf are the fields in the order of their names; cut: there are more than are shown.
func fieldsOf(of map[string]*firestorepb.Value) (_ []field, cut bool) {
	var l fieldList
	l.addMap(0, of)
	return l.fields, l.cut
}

type fieldList struct {
	fields []field
	cut    bool
}

func (l *fieldList) addMap(depth int, of map[string]*firestorepb.Value) {
	for _, key := range slices.Sorted(maps.Keys(of)) {
		l.add(depth, key, of[key])
	}
}

func (l *fieldList) add(depth int, key string, v *firestorepb.Value) {
	if l.cut = l.cut || len(l.fields) == maxFields; l.cut {
		return
	}
	f := field{Depth: min(depth, maxDepth), Key: short(key), Type: typeName(v), Value: text(v)}
	if name := v.GetReferenceValue(); name != "" {
		at := whereIs(name)
		f.Value, f.URL = strings.TrimSuffix(at.Database+" › "+at.Path, " › "), at.URL
	}
	if whole, cut := cutSize(v); cut {
		f.Whole = size(whole)
	}
	_, f.Quoted = v.GetValueType().(*firestorepb.Value_StringValue)
	l.fields = append(l.fields, f)
	if value.TypeOf(v) == value.TypeMap { // and no vector
		l.addMap(depth+1, v.GetMapValue().GetFields())
	}
	for i, element := range v.GetArrayValue().GetValues() {
		if l.add(depth+1, strconv.Itoa(i), element); l.cut {
			return
		}
	}
}

// typeName is the type as Firestore's documentation names it.
func typeName(v *firestorepb.Value) string {
	if _, whole := v.GetValueType().(*firestorepb.Value_IntegerValue); whole {
		return "integer"
	}
	return map[value.Type]string{
		value.TypeNone: "nothing", value.TypeNull: "null", value.TypeBoolean: "boolean", value.TypeNumber: "double",
		value.TypeTimestamp: "timestamp", value.TypeString: "string", value.TypeBytes: "bytes",
		value.TypeReference: "reference", value.TypeGeoPoint: "geo point", value.TypeArray: "array",
		value.TypeVector: "vector", value.TypeMap: "map",
	}[value.TypeOf(v)]
}

// preview are the first fields of a document, each on one line.
func preview(of map[string]*firestorepb.Value) []field {
	var first []field
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if len(first) == maxPreview {
			break
		}
		oneLine := strings.Join(strings.Fields(text(of[key])), " ")
		first = append(first, field{Key: cut(key, maxPreviewText), Value: cut(oneLine, maxPreviewText)})
	}
	return first
}
