package query_test

import (
	"bytes"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"

	"github.com/parley-chat/parley/emulator/internal/query"
	. "github.com/parley-chat/parley/emulator/internal/query/querytest"
	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestIndex(t *testing.T) {
	one, two, five, name := Int(1), Int(2), Int(5), Ref(root+"/c/d")
	oneOrTwo := Array(one, two)
	key := func(v *pb.Value) []byte { return value.AppendKey(nil, v) }
	after := func(v *pb.Value) []byte { return value.KeyAfter(key(v)) }
	first, next := []byte{byte(value.TypeNumber)}, []byte{byte(value.TypeNumber) + 1}
	for name, c := range map[string]struct {
		filter    *pb.StructuredQuery_Filter
		field     string // empty: no index helps
		low, high []byte
	}{
		"equality":             {Compare("a", eq, one), "a", key(one), after(one)},
		"is null":              {Unary("a", isNull), "a", key(Null()), after(Null())},
		"is NaN":               {Unary("a", isNaN), "a", key(NaN()), after(NaN())},
		"less":                 {Compare("a", lt, one), "a", first, key(one)},
		"greater":              {Compare("a", gt, one), "a", after(one), next},
		"between":              {Join(and, Compare("a", gt, one), Compare("a", lt, five)), "a", after(one), key(five)},
		"in":                   {Compare("a", in, Array(five, one)), "a", key(one), after(five)},
		"or of one field":      {Join(or, Compare("a", eq, two), Compare("a", eq, one)), "a", key(one), after(two)},
		"name":                 {Compare("__name__", eq, name), "__name__", key(name), after(name)},
		"equality before list": {Join(and, Compare("a", in, oneOrTwo), Compare("b", eq, one)), "b", key(one), after(one)},
		"list before range":    {Join(and, Compare("a", gt, one), Compare("b", in, oneOrTwo)), "b", key(one), after(two)},
		"nested": {
			Join(and, Compare("b", gt, one), Join(or, Compare("a", eq, one), Compare("a", eq, two))),
			"a", key(one), after(two),
		},
		"or of two fields": {Join(or, Compare("a", eq, one), Compare("b", eq, one)), "", nil, nil},
		"negation":         {Compare("a", ne, one), "", nil, nil},
		"element":          {Compare("a", contains, one), "a[]", key(one), after(one)},
		"elements":         {Compare("a", containsAny, Array(five, one)), "a[]", key(one), after(five)},
		"equality and element": {
			Join(and, Compare("a", contains, one), Compare("a", eq, two)), "a", key(two), after(two),
		},
	} {
		q := parse(t, "C{}")
		q.Where = c.filter
		checkIndex(t, name, q, c.field, c.low, c.high)
	}
}

func TestIndexOfCursors(t *testing.T) {
	one := value.AppendKey(nil, Int(1))
	const byA = `C{} order_by{field{field_path:"a"}} `
	const byADown = `C{} order_by{field{field_path:"a"} direction:DESCENDING} `
	for query, want := range map[string]struct{ low, high []byte }{
		byA + `start_at{values{integer_value:1}}`:   {one, nil},
		byA + `end_at{values{integer_value:1}}`:     {nil, value.KeyAfter(one)},
		byADown + `end_at{values{integer_value:1}}`: {one, nil},
	} {
		checkIndex(t, query, parse(t, query), "a", want.low, want.high)
	}
	checkIndex(t, "no filter", parse(t, byA), "", nil, nil)
	checkIndex(t, "empty cursor", parse(t, byA+`start_at{before:true}`), "", nil, nil)
}

func checkIndex(t *testing.T, name string, q *pb.StructuredQuery, field string, low, high []byte) {
	t.Helper()
	compiled, err := query.Compile(root, q)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	index, ok := compiled.Index()
	if ok != (field != "") {
		t.Errorf("%s: index %v, %v", name, index, ok)
		return
	}
	found := index.Field.String()
	if index.Elements {
		found += "[]"
	}
	if ok && (found != field || !bytes.Equal(index.Low, low) || !bytes.Equal(index.High, high)) {
		t.Errorf("%s: %s from %x to %x, want %s from %x to %x", name, index.Field, index.Low, index.High, field, low, high)
	}
}
