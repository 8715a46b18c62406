package query_test

import (
	"fmt"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/parley-chat/parley/emulator/internal/query"
	. "github.com/parley-chat/parley/emulator/internal/query/querytest"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

const (
	root      = Database + "/documents"
	documents = root + "/"
)

// parse reads a query in the text format of protocol buffers; C{} is short for the collection c.
func parse(t testing.TB, text string) *pb.StructuredQuery {
	t.Helper()
	text = strings.ReplaceAll(text, "C{}", `from{collection_id:"c"}`)
	q := &pb.StructuredQuery{}
	if err := prototext.Unmarshal([]byte(text), q); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

// list is a filter with n different integers.
func list(path string, op pb.StructuredQuery_FieldFilter_Operator, n int) *pb.StructuredQuery_Filter {
	values := make([]*pb.Value, n)
	for i := range values {
		values[i] = Int(int64(i))
	}
	return Compare(path, op, Array(values...))
}

// Short names of what the tables have in every line.
const (
	and = pb.StructuredQuery_CompositeFilter_AND
	or  = pb.StructuredQuery_CompositeFilter_OR

	eq          = pb.StructuredQuery_FieldFilter_EQUAL
	ne          = pb.StructuredQuery_FieldFilter_NOT_EQUAL
	lt          = pb.StructuredQuery_FieldFilter_LESS_THAN
	gt          = pb.StructuredQuery_FieldFilter_GREATER_THAN
	ge          = pb.StructuredQuery_FieldFilter_GREATER_THAN_OR_EQUAL
	in          = pb.StructuredQuery_FieldFilter_IN
	notIn       = pb.StructuredQuery_FieldFilter_NOT_IN
	contains    = pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS
	containsAny = pb.StructuredQuery_FieldFilter_ARRAY_CONTAINS_ANY

	isNull    = pb.StructuredQuery_UnaryFilter_IS_NULL
	isNaN     = pb.StructuredQuery_UnaryFilter_IS_NAN
	isNotNull = pb.StructuredQuery_UnaryFilter_IS_NOT_NULL
	isNotNaN  = pb.StructuredQuery_UnaryFilter_IS_NOT_NAN
)

func TestFilterRules(t *testing.T) {
	one, name := Int(1), Ref(documents+"c/d")
	many := make([]*pb.StructuredQuery_Filter, 31)
	for i := range many {
		many[i] = Compare("a", eq, Int(int64(i)))
	}
	same := make([]*pb.StructuredQuery_Filter, 31)
	for i := range same {
		same[i] = Compare("a", eq, one)
	}
	// A normal form of 2^40 branches, written in 40 lines.
	deep := make([]*pb.StructuredQuery_Filter, 40)
	for i := range deep {
		deep[i] = Join(or, Compare(fmt.Sprint("a", i), eq, one), Compare(fmt.Sprint("b", i), eq, one))
	}
	long := make([]*pb.StructuredQuery_Filter, 101)
	ranges := make([]*pb.StructuredQuery_Filter, 11)
	for i := range long {
		long[i] = Compare(fmt.Sprint("a", i), eq, one)
		if i < len(ranges) {
			ranges[i] = Compare(fmt.Sprint("a", i), gt, one)
		}
	}
	both := func(f ...*pb.StructuredQuery_Filter) *pb.StructuredQuery_Filter { return Join(and, f...) }
	for _, c := range []struct {
		filter  *pb.StructuredQuery_Filter
		refused string // empty: allowed
	}{
		{&pb.StructuredQuery_Filter{}, ""},
		{Join(and), ""},
		{Join(or), "at least one sub-filter"},
		{both(Join(and)), "at least one sub-filter"},
		{both(&pb.StructuredQuery_Filter{}), "is empty"},
		{Join(0, Compare("a", eq, one)), "Unsupported CompositeFilter operator"},
		{Compare("a", 0, one), "Unknown FieldFilter operator"},
		{Unary("a", 0), "Unknown UnaryFilter operator"},
		{Compare("", eq, one), "empty property path"},
		{Compare("a..b", eq, one), "Invalid property path"},
		{Unary("1", isNull), "Invalid property path"},
		{Compare("a", eq, nil), "type unset"},
		{Compare("a", eq, String(strings.Repeat("a", 1499))), ""},
		{Compare("a", eq, String(strings.Repeat("a", 1500))), "too large to be used in a query"},
		{Compare("a", in, Array(String(strings.Repeat("a", 1500)))), "too large to be used in a query"},
		{Compare("a", eq, Array(Array(one))), ""},
		{both(Compare("a", gt, one), Compare("b", lt, one)), ""},

		{Compare("a", in, one), "'IN' requires an ArrayValue"},
		{list("a", in, 0), "'IN' requires an non-empty ArrayValue"},
		{list("a", in, 30), ""},
		{list("a", in, 31), "'IN' supports up to 30"},
		{list("a", containsAny, 31), "'ARRAY_CONTAINS_ANY' supports up to 30"},
		{list("a", notIn, 10), ""},
		{list("a", notIn, 11), "'NOT_IN' supports up to 10"},

		{both(Compare("a", ne, one), Compare("b", ne, one)), "Only a single 'NOT_EQUAL'"},
		{both(Unary("a", isNotNull), Unary("b", isNotNaN)), "Only a single 'NOT_EQUAL'"},
		{both(list("a", notIn, 1), list("b", in, 1)), "'NOT_IN' cannot be used"},
		{both(list("a", notIn, 1), list("b", containsAny, 1)), "'NOT_IN' cannot be used"},
		{Join(or, list("a", notIn, 1), Compare("b", eq, one)), "'NOT_IN' cannot be used"},
		{both(list("a", notIn, 1), Compare("b", contains, one)), ""},
		{Join(or, Compare("a", ne, one), Compare("b", eq, one)), ""},

		{both(Compare("a", contains, one), Compare("b", contains, one)), "1 'ARRAY_CONTAINS' filter"},
		{both(Compare("a", contains, one), list("b", containsAny, 2)), "1 'ARRAY_CONTAINS' filter"},
		{both(Compare("a", contains, one), Compare("a", contains, one)), ""},
		{both(Compare("a", contains, one), Compare("a", containsAny, Array(one))), "1 'ARRAY_CONTAINS' filter"},
		{Join(or, Compare("a", contains, one), list("b", containsAny, 2)), ""},

		{Join(or, many[:30]...), ""},
		{Join(or, many...), "Result had 31 disjunctions"},
		{Join(or, same...), ""},
		{both(list("a", in, 5), list("b", in, 6)), ""},
		{both(list("a", in, 6), list("b", in, 6)), "Result had 36 disjunctions"},
		{both(deep...), "Too many disjunctions"},
		{both(long[:100]...), ""},
		{both(long...), "not have more than 100 filters"},
		{both(append(long[:99:99], list("b", in, 2))...), "not have more than 100 filters"},
		{both(ranges[:10]...), ""},
		{both(ranges...), "11 distinct inequality fields"},

		{Compare("__name__", eq, name), ""},
		{Compare("__name__", in, Array(name)), ""},
		{Compare("__name__", eq, String("c/d")), "must be a document reference"},
		{Compare("__name__", in, Array(String("c/d"))), "must be a document reference"},
		{Compare("__name__", eq, Ref(documents+"c")), "ends with a collection id"},
		{Compare("__name__", eq, Ref("projects/p/databases/d/documents/c/d")), "attempting to access database"},
		{Compare("__name__", contains, name), "ARRAY_CONTAINS cannot be used"},
		{Unary("__name__", isNull), "must be a document reference"},
		{both(Compare("__name__", eq, name), Compare("a", gt, one)), "Equality on key is not allowed"},
		{both(Compare("__name__", eq, name), Compare("a", eq, one)), ""},
		{both(Compare("__name__", eq, name), Compare("__name__", gt, name), Compare("a", gt, one)), ""},
	} {
		q := parse(t, "C{}")
		q.Where = c.filter
		_, err := query.Compile(root, q)
		checkRefused(t, prototext.Format(c.filter), err, codes.InvalidArgument, c.refused)
	}
}

func TestQueryRules(t *testing.T) {
	for _, c := range []struct {
		query   string
		code    codes.Code
		refused string
	}{
		{`C{}`, codes.OK, ""},
		{``, codes.OK, ""},
		{`from{all_descendants:true}`, codes.OK, ""},
		{`C{} C{}`, codes.InvalidArgument, "more than one collection selector"},
		{`from{collection_id:"a/b"}`, codes.InvalidArgument, `contains "/"`},
		{`from{collection_id:"__a__"}`, codes.InvalidArgument, "reserved"},
		{`from{} order_by{field{field_path:"a"}}`, codes.InvalidArgument, "A collection id is required"},
		{`from{} order_by{field{field_path:"__name__"}}`, codes.OK, ""},
		{`C{} limit{value:0} offset:0`, codes.OK, ""},
		{`C{} limit{value:-1}`, codes.InvalidArgument, "limit is negative"},
		{`C{} offset:-1`, codes.InvalidArgument, "offset is negative"},

		{`C{} order_by{}`, codes.InvalidArgument, "empty property path"},
		{`C{} order_by{field{field_path:"__a__"}}`, codes.InvalidArgument, "reserved name"},
		{`C{} order_by{field{field_path:"a"} direction:7}`, codes.InvalidArgument, "Unknown order direction 7"},
		{
			`C{} order_by{field{field_path:"a"}} order_by{field{field_path:"a"} direction:DESCENDING}`,
			codes.InvalidArgument, "duplicate fields a",
		},
		{
			`C{} order_by{field{field_path:"__name__"}} order_by{field{field_path:"a"}}`,
			codes.InvalidArgument, "more fields after the key",
		},
		{
			`C{} order_by{field{field_path:"__name__"}} ` +
				`where{field_filter{field{field_path:"a"} op:LESS_THAN value{integer_value:1}}}`,
			codes.InvalidArgument, "more fields after the key",
		},
		{
			`C{} order_by{field{field_path:"__name__"} direction:DESCENDING}`,
			codes.FailedPrecondition, "descending key scans",
		},

		{`C{} start_at{}`, codes.OK, ""},
		{`C{} start_at{values{integer_value:1}}`, codes.InvalidArgument, "too many values"},
		{`C{} order_by{field{field_path:"a"}} end_at{values{integer_value:1}}`, codes.OK, ""},
		{`C{} order_by{field{field_path:"a"}} end_at{values{}}`, codes.InvalidArgument, "type unset"},
		{
			`C{} order_by{field{field_path:"a"}} start_at{values{integer_value:1} values{integer_value:1}}`,
			codes.InvalidArgument, "too many values",
		},
		{
			`C{} order_by{field{field_path:"__name__"}} start_at{values{string_value:"d"}}`,
			codes.InvalidArgument, "not a document reference",
		},

		{`C{} select{}`, codes.OK, ""},
		{`C{} select{fields{field_path:"a."}}`, codes.InvalidArgument, "Invalid property path"},
		{`C{} find_nearest{limit{value:1}}`, codes.Unimplemented, "StructuredQuery.find_nearest"},
		{
			`C{} where{field_filter{field{field_path:"a"} op:EQUAL value{field_reference_value:"b"}}}`,
			codes.Unimplemented, "Value.field_reference_value",
		},
		{
			`C{} where{field_filter{field{field_path:"a"} op:EQUAL value{pipeline_value{}}}}`,
			codes.Unimplemented, "Value.pipeline_value",
		},
		{
			`C{} where{field_filter{field{field_path:"a"} op:EQUAL value{function_value{}}}}`,
			codes.Unimplemented, "Value.function_value",
		},
		{
			`C{} where{field_filter{field{field_path:"a"} op:EQUAL value{variable_reference_value:"v"}}}`,
			codes.Unimplemented, "Value.variable_reference_value",
		},
	} {
		_, err := query.Compile(root, parse(t, c.query))
		checkRefused(t, c.query, err, c.code, c.refused)
	}
}

func TestGroupsBelowDocuments(t *testing.T) {
	const group = `from{collection_id:"c" all_descendants:true} `
	for _, c := range []struct {
		query   string
		code    codes.Code
		refused string
	}{
		{group, codes.OK, ""},
		{group + `order_by{field{field_path:"__name__"}}`, codes.OK, ""},
		{group + `order_by{field{field_path:"a"}}`, codes.InvalidArgument, "only allowed at the root parent"},
		{
			group + `order_by{field{field_path:"__name__"} direction:DESCENDING}`,
			codes.FailedPrecondition, "ascending primary key scan",
		},
	} {
		_, err := query.Compile(documents+"c/d", parse(t, c.query))
		checkRefused(t, c.query, err, c.code, c.refused)
	}
	_, err := query.Compile(documents+"c", parse(t, group))
	checkRefused(t, "a collection as parent", err, codes.InvalidArgument, "ends with a collection id")
}

func TestMembersOfANewerProtocolAreRefused(t *testing.T) {
	q := parse(t, `C{}`)
	q.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 77, protowire.VarintType), 1))
	_, err := query.Compile(root, q)
	checkRefused(t, "unknown member", err, codes.Unimplemented, "StructuredQuery field 77")
}

func TestAggregationRules(t *testing.T) {
	n := func(alias string) string { return `aggregations{alias:"` + alias + `" count{}}` }
	s := func(path string) string { return `aggregations{sum{field{field_path:"` + path + `"}}}` }
	for _, c := range []struct {
		query, aggregations string
		code                codes.Code
		refused             string
	}{
		{`C{}`, n("a") + s("a") + `aggregations{avg{field{field_path:"b"}}}`, codes.OK, ""},
		{`C{}`, ``, codes.InvalidArgument, "can not be empty"},
		{`C{}`, `aggregations{alias:"a"}`, codes.InvalidArgument, "Operator field"},
		{`C{}`, n("a") + n("b") + n("c") + n("d") + n("e"), codes.OK, ""},
		{`C{}`, n("a") + n("b") + n("c") + n("d") + n("e") + n("f"), codes.InvalidArgument, "at most 5"},
		{`C{}`, n("a") + n("a"), codes.InvalidArgument, "duplicate alias: a"},
		{`C{}`, n("__a__"), codes.InvalidArgument, "reserved"},
		{`C{}`, `aggregations{count{up_to{value:0}}}`, codes.OK, ""},
		{`C{}`, `aggregations{count{up_to{value:-1}}}`, codes.InvalidArgument, "`up_to`"},
		{`C{}`, s("a."), codes.InvalidArgument, "Invalid property path"},
		{`C{}`, s("__name__"), codes.InvalidArgument, "not supported for the property"},
		{`C{} select{}`, n("a"), codes.OK, ""},
		{`C{} select{fields{field_path:"a"}}`, s("a"), codes.InvalidArgument, "property masks"},
		{`C{} order_by{field{field_path:"__name__"}}`, s("a"), codes.InvalidArgument, "field a after __name__"},
		{`C{} order_by{field{field_path:"a"}} order_by{field{field_path:"__name__"}}`, s("a"), codes.OK, ""},
		{`C{} limit{value:-1}`, n("a"), codes.InvalidArgument, "limit is negative"},
	} {
		a := &pb.StructuredAggregationQuery{}
		if err := prototext.Unmarshal([]byte(c.aggregations), a); err != nil {
			t.Fatal(err)
		}
		a.QueryType = &pb.StructuredAggregationQuery_StructuredQuery{StructuredQuery: parse(t, c.query)}
		_, err := query.CompileAggregation(root, a)
		checkRefused(t, c.query+c.aggregations, err, c.code, c.refused)
	}
	_, err := query.CompileAggregation(root, &pb.StructuredAggregationQuery{})
	checkRefused(t, "no query", err, codes.InvalidArgument, "needs a structured query")
}

// checkRefused wants no error if refused is empty, else one of this code that says refused.
func checkRefused(t *testing.T, what string, err error, code codes.Code, refused string) {
	t.Helper()
	switch {
	case refused == "" && err != nil:
		t.Errorf("%.300s: %v", what, err)
	case refused != "" && err == nil:
		t.Errorf("%.300s: allowed, want %q", what, refused)
	case refused != "" && (status.Code(err) != code || !strings.Contains(err.Error(), refused)):
		t.Errorf("%.300s: %s: %v, want %s: %q", what, status.Code(err), err, code, refused)
	}
}

func limit(n int32) *wrapperspb.Int32Value { return wrapperspb.Int32(n) }
