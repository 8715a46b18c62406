package rules_test

import (
	"context"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

// queryCase is a line of testdata/queries.jsonl: whether the official emulator allows a query, which is in
// its REST form, under a condition of `allow list`.
type queryCase struct {
	Allow bool            `json:"allow"`
	If    string          `json:"if"`
	Query json.RawMessage `json:"query"`
}

const queryFunctions = `
	function same(a) { return a; }
	function owner() { return resource.data.owner == request.auth.uid; }
`

func readQueries(tb testing.TB) []queryCase {
	tb.Helper()
	raw, err := os.ReadFile("testdata/queries.jsonl")
	if err != nil {
		tb.Fatal(err)
	}
	var cases []queryCase
	for line := range strings.Lines(string(raw)) {
		var c queryCase
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			tb.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// What a query proves, with what the official emulator says.
func TestQueries(t *testing.T) {
	t.Parallel()
	for i, c := range readQueries(t) {
		source := around(queryFunctions + "match /t/{d} { allow list: if " + c.If + "; }")
		ruleset, err := rules.Parse([]byte(source))
		if err != nil {
			t.Fatalf("queries.jsonl:%d: %v", i+1, err)
		}
		request := aliceGets()
		request.Method, request.Path = rules.ListDocuments, request.Path[:4]
		request.Query = parseQuery(t, c.Query)
		decision, err := ruleset.Allow(context.Background(), request)
		if err != nil {
			t.Fatalf("queries.jsonl:%d: %v", i+1, err)
		}
		if decision.Allowed != c.Allow {
			t.Errorf("queries.jsonl:%d: %s\nasked %s\nallowed: %v, want %v: %v",
				i+1, c.If, c.Query, decision.Allowed, c.Allow, decision.Outcomes)
		}
	}
}

type (
	restQuery struct {
		Where   *restFilter
		Limit   *int64
		Offset  int64
		OrderBy []struct {
			Field     restField
			Direction string
		}
	}
	restField  struct{ FieldPath string }
	restFilter struct {
		CompositeFilter *struct {
			Op      string
			Filters []restFilter
		}
		FieldFilter *struct {
			Field restField
			Op    string
			Value restValue
		}
		UnaryFilter *struct {
			Field restField
			Op    string
		}
	}
	restValue struct {
		NullValue      *any
		BooleanValue   *bool
		IntegerValue   *string
		DoubleValue    *float64
		StringValue    *string
		TimestampValue *time.Time
		ArrayValue     *struct{ Values []restValue }
		MapValue       *struct{ Fields map[string]restValue }
	}
)

func parseQuery(tb testing.TB, raw []byte) *rules.Query {
	tb.Helper()
	var in restQuery
	if err := json.Unmarshal(raw, &in); err != nil {
		tb.Fatal(err)
	}
	out := &rules.Query{Limit: in.Limit, Offset: in.Offset}
	for _, o := range in.OrderBy {
		out.OrderBy = append(out.OrderBy, rules.Order{
			Field: o.Field.FieldPath, Descending: o.Direction == "DESCENDING",
		})
	}
	if in.Where != nil {
		f := in.Where.filter(tb)
		out.Where = &f
	}
	return out
}

func (f restFilter) filter(tb testing.TB) rules.Filter {
	tb.Helper()
	switch {
	case f.CompositeFilter != nil:
		out := rules.Filter{Op: rules.Operator(strings.ToLower(f.CompositeFilter.Op))}
		for _, inner := range f.CompositeFilter.Filters {
			out.Filters = append(out.Filters, inner.filter(tb))
		}
		return out
	case f.UnaryFilter != nil:
		op := map[string]rules.Operator{"IS_NULL": rules.IsNull, "IS_NOT_NULL": rules.IsNotNull}[f.UnaryFilter.Op]
		return rules.Filter{Op: op, Field: f.UnaryFilter.Field.names()}
	default:
		op, ok := map[string]rules.Operator{
			"EQUAL": rules.Equal, "NOT_EQUAL": rules.NotEqual, "LESS_THAN": rules.Less,
			"LESS_THAN_OR_EQUAL": rules.LessOrEqual, "GREATER_THAN": rules.Greater,
			"GREATER_THAN_OR_EQUAL": rules.GreaterOrEqual, "IN": rules.In, "NOT_IN": rules.NotIn,
			"ARRAY_CONTAINS": rules.ArrayContains, "ARRAY_CONTAINS_ANY": rules.ArrayContainsAny,
		}[f.FieldFilter.Op]
		if !ok {
			tb.Fatalf("operator %s", f.FieldFilter.Op)
		}
		return rules.Filter{Op: op, Field: f.FieldFilter.Field.names(), Value: f.FieldFilter.Value.value(tb)}
	}
}

func (f restField) names() []string {
	if name, quoted := strings.CutPrefix(f.FieldPath, "`"); quoted {
		return []string{strings.TrimSuffix(name, "`")}
	}
	return strings.Split(f.FieldPath, ".")
}

func (v restValue) value(tb testing.TB) rules.Value {
	tb.Helper()
	switch {
	case v.BooleanValue != nil:
		return rules.Bool(*v.BooleanValue)
	case v.IntegerValue != nil:
		n, err := strconv.ParseInt(*v.IntegerValue, 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		return rules.Int(n)
	case v.DoubleValue != nil:
		return rules.Float(*v.DoubleValue)
	case v.StringValue != nil:
		return rules.String(*v.StringValue)
	case v.TimestampValue != nil:
		return rules.NewTimestamp(*v.TimestampValue)
	case v.ArrayValue != nil:
		out := rules.List{}
		for _, item := range v.ArrayValue.Values {
			out = append(out, item.value(tb))
		}
		return out
	case v.MapValue != nil:
		fields := map[string]rules.Value{}
		for name, field := range v.MapValue.Fields {
			fields[name] = field.value(tb)
		}
		return rules.NewMap(fields)
	default:
		return rules.Null{}
	}
}
