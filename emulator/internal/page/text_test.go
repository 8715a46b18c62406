package page

import (
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestConditions(t *testing.T) {
	for want, query := range map[string]string{
		"": `from { collection_id: "a" }`,
		`every collection "a", where n = "ü\u202e" and (m ≥ 1 or tags array contains any [1, "x"]), ` +
			`order by n descending, between cursors, offset 2, limit 3`: `
			from { collection_id: "a" all_descendants: true }
			where { composite_filter { op: AND
				filters { field_filter { field { field_path: "n" } op: EQUAL value { string_value: "ü#" } } }
				filters { composite_filter { op: OR
					filters { field_filter {
						field { field_path: "m" } op: GREATER_THAN_OR_EQUAL value { integer_value: 1 } } }
					filters { field_filter { field { field_path: "tags" } op: ARRAY_CONTAINS_ANY value { array_value {
						values { integer_value: 1 } values { string_value: "x" } } } } }
				} }
			} }
			order_by { field { field_path: "n" } direction: DESCENDING }
			start_at { before: true } offset: 2 limit { value: 3 }`,
		"where n is null": `where { unary_filter { field { field_path: "n" } op: IS_NULL } }`,
	} {
		q := &firestorepb.StructuredQuery{}
		if err := prototext.Unmarshal([]byte(strings.ReplaceAll(query, "#", `\u202e`)), q); err != nil {
			t.Fatal(err)
		}
		if got := conditions(q); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// However deep and wide a filter or a document is, little of it is shown.
func TestShownIsBounded(t *testing.T) {
	deep := &firestorepb.StructuredQuery_Filter{}
	wide := &firestorepb.Value{}
	for range 200 {
		all := &firestorepb.StructuredQuery_CompositeFilter{Filters: []*firestorepb.StructuredQuery_Filter{deep, deep}}
		deep = &firestorepb.StructuredQuery_Filter{
			FilterType: &firestorepb.StructuredQuery_Filter_CompositeFilter{CompositeFilter: all},
		}
		wide = &firestorepb.Value{ValueType: &firestorepb.Value_ArrayValue{ArrayValue: &firestorepb.ArrayValue{
			Values: []*firestorepb.Value{wide, wide, valuetest.Int(1)},
		}}}
	}
	said := conditions(&firestorepb.StructuredQuery{Where: deep})
	if n := len([]rune(said)); n > maxText+1 {
		t.Errorf("%d characters of a filter", n)
	}
	fields, more := fieldsOf(map[string]*firestorepb.Value{strings.Repeat("k", 1500): wide})
	if len(fields) != maxFields || !more || len(fields[0].Key) > maxShort+len("…") {
		t.Errorf("%d fields, more %v", len(fields), more)
	}
}

func TestSpanAndSize(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                     "0.01 ms",
		87 * time.Microsecond: "0.087 ms", 42 * time.Millisecond: "42 ms", 1500 * time.Millisecond: "1.5 s",
		59 * time.Second: "59 s", 90 * time.Second: "1 min 30 s", 25 * time.Hour: "25 h 0 min",
		50 * time.Hour: "2 days 2 h",
	} {
		if got := strings.ReplaceAll(span(d), "\u00a0", " "); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{1: "1 byte", 999: "999 bytes", 1500: "1.5 kB", 1 << 20: "1.0 MB"} {
		if got := strings.ReplaceAll(size(n), "\u00a0", " "); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
}
