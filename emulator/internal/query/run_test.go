package query_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/query"
	. "github.com/parley-chat/parley/emulator/internal/query/querytest"
	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

// zoo has one document of each kind of value in its field v. Their ids are in the order of their values.
func zoo() []*pb.Document {
	values := []*pb.Value{
		Null(), Bool(false), NaN(), Double(math.Inf(-1)), Int(1), Double(1), Double(1.5), Time(0, 0),
		String("a"), String("b"), Bytes("a"), Ref(documents + "c/d"), Geo(0, 0), Array(Int(1), NaN(), Null()),
		Vector(1), Map(map[string]*pb.Value{"x": Int(1)}),
	}
	zoo := []*pb.Document{{Name: documents + "c/none"}}
	for i, v := range values {
		zoo = append(zoo, &pb.Document{
			Name:   fmt.Sprintf("%sc/%02d", documents, i),
			Fields: map[string]*pb.Value{"v": v, "same": Int(7)},
		})
	}
	return zoo
}

// find runs a query over the zoo backwards and returns the ids.
func find(t *testing.T, q *pb.StructuredQuery) string {
	t.Helper()
	compiled, err := query.Compile(root, q)
	if err != nil {
		t.Fatalf("%s: %v", prototext.Format(q), err)
	}
	animals := zoo()
	slices.Reverse(animals)
	var ids []string
	for _, doc := range compiled.Run(slices.Values(animals)).Documents {
		ids = append(ids, strings.TrimPrefix(doc.GetName(), documents+"c/"))
	}
	return strings.Join(ids, " ")
}

func TestOperators(t *testing.T) {
	const notNull = "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15"
	without := func(ids string) string {
		var left []string
		for id := range strings.FieldsSeq(notNull) {
			if !slices.Contains(strings.Fields(ids), id) {
				left = append(left, id)
			}
		}
		return strings.Join(left, " ")
	}
	one := Int(1)
	for name, c := range map[string]struct {
		filter *pb.StructuredQuery_Filter
		want   string
	}{
		"== finds integers and doubles":     {Compare("v", eq, one), "04 05"},
		"== null finds nothing":             {Compare("v", eq, Null()), ""},
		"== NaN finds nothing":              {Compare("v", eq, NaN()), ""},
		"== compares NaN in arrays":         {Compare("v", eq, Array(Double(1), NaN(), Null())), "13"},
		"!= leaves out null and none":       {Compare("v", ne, one), without("04 05")},
		"!= NaN finds all but null":         {Compare("v", ne, NaN()), notNull},
		"!= null finds nothing":             {Compare("v", ne, Null()), ""},
		"< stays in the type":               {Compare("v", lt, Double(1.5)), "03 04 05"},
		"> leaves out NaN":                  {Compare("v", gt, Double(math.Inf(-1))), "04 05 06"},
		">= of strings":                     {Compare("v", ge, String("a")), "08 09"},
		">= of maps leaves out vectors":     {Compare("v", ge, Map(nil)), "15"},
		"> null finds nothing":              {Compare("v", gt, Null()), ""},
		">= NaN finds nothing":              {Compare("v", ge, NaN()), ""},
		"in":                                {Compare("v", in, Array(String("b"), one, String("x"))), "04 05 09"},
		"in ignores null and NaN":           {Compare("v", in, Array(Null(), NaN(), String("a"))), "08"},
		"in of null finds nothing":          {Compare("v", in, Array(Null())), ""},
		"not-in":                            {Compare("v", notIn, Array(one, String("b"))), without("04 05 09")},
		"not-in ignores NaN":                {Compare("v", notIn, Array(NaN())), notNull},
		"not-in with null finds nothing":    {Compare("v", notIn, Array(Null(), one)), ""},
		"array-contains":                    {Compare("v", contains, Double(1)), "13"},
		"array-contains NaN finds nothing":  {Compare("v", contains, NaN()), ""},
		"array-contains of no array":        {Compare("same", contains, Int(7)), ""},
		"array-contains-any":                {Compare("v", containsAny, Array(String("x"), one)), "13"},
		"array-contains-any null":           {Compare("v", containsAny, Array(Null())), ""},
		"is null":                           {Unary("v", isNull), "00"},
		"is NaN":                            {Unary("v", isNaN), "02"},
		"is not null":                       {Unary("v", isNotNull), notNull},
		"is not NaN":                        {Unary("v", isNotNaN), without("02")},
		"and":                               {Join(and, Compare("v", ge, one), Compare("v", lt, Double(1.5))), "04 05"},
		"and of types finds nothing":        {Join(and, Compare("v", ge, one), Compare("v", lt, String("z"))), ""},
		"or":                                {Join(or, Compare("v", eq, String("a")), Unary("v", isNull)), "00 08"},
		"or does not order by != null":      {Join(or, Compare("v", eq, one), Compare("none", ne, Null())), "04 05"},
		"or orders by inequalities":         {Join(or, Compare("v", gt, one), Compare("none", gt, one)), ""},
		"or with what never finds":          {Join(or, Compare("v", eq, one), Compare("none", gt, Null())), "04 05"},
		"name":                              {Compare("__name__", ge, Ref(documents+"c/14")), "14 15 none"},
		"name of another collection":        {Compare("__name__", lt, Ref(documents+"c/00")), ""},
		"name in":                           {Compare("__name__", in, Array(Ref(documents+"c/03"))), "03"},
		"a field that no document has":      {Compare("none", ne, one), ""},
		"a field inside what is no map":     {Unary("v.y", isNotNull), ""},
		"a field inside a map":              {Compare("v.x", eq, one), "15"},
		"nothing inside a vector":           {Unary("v.value", isNotNull), ""},
		"everything, also without a field":  {Join(and), "00 " + notNull + " none"},
		"what is equal is ordered by names": {Compare("same", eq, Double(7)), "00 " + notNull},
	} {
		q := parse(t, "C{}")
		q.Where = c.filter
		if got := find(t, q); got != c.want {
			t.Errorf("%s: found %q, want %q", name, got, c.want)
		}
	}
}

func TestOrderCursorsAndLimits(t *testing.T) {
	const byV = `C{} order_by{field{field_path:"v"}} `
	const byVDown = `C{} order_by{field{field_path:"v"} direction:DESCENDING} `
	for _, c := range []struct{ query, want string }{
		{byV, "00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15"},
		{byVDown, "15 14 13 12 11 10 09 08 07 06 05 04 03 02 01 00"},
		{`C{} order_by{field{field_path:"same"}} limit{value:3}`, "00 01 02"},
		{`C{} order_by{field{field_path:"same"} direction:DESCENDING} limit{value:3}`, "15 14 13"},
		{`C{} limit{value:2}`, "00 01"},
		{`C{} limit{value:0}`, ""},
		{`C{} limit{value:2} offset:15`, "15 none"},
		{`C{} offset:16`, "none"},
		{`C{} offset:99`, ""},
		{byV + `start_at{values{string_value:"b"} before:true}`, "09 10 11 12 13 14 15"},
		{byV + `start_at{values{string_value:"b"}}`, "10 11 12 13 14 15"},
		{byV + `end_at{values{integer_value:1}}`, "00 01 02 03 04 05"},
		{byV + `end_at{values{integer_value:1} before:true}`, "00 01 02 03"},
		{byV + `start_at{values{string_value:"b"}} end_at{values{string_value:"a"}}`, ""},
		{byV + `start_at{values{integer_value:1} before:true} offset:1 limit{value:2}`, "05 06"},
		{byV + `start_at{}`, ""},
		{byV + `start_at{before:true} end_at{} limit{value:1}`, "00"},
		{byVDown + `start_at{values{integer_value:1}}`, "03 02 01 00"},
		{byVDown + `end_at{values{bytes_value:"a"}}`, "15 14 13 12 11 10"},
		{
			byV + `order_by{field{field_path:"__name__"}} ` +
				`start_at{values{integer_value:1} values{reference_value:"` + documents + `c/04"}} limit{value:2}`,
			"05 06",
		},
	} {
		if got := find(t, parse(t, c.query)); got != c.want {
			t.Errorf("%s: found %q, want %q", c.query, got, c.want)
		}
	}
}

func TestSkipped(t *testing.T) {
	for offset, want := range map[int32]int{0: 0, 3: 3, 99: 17} {
		q := parse(t, "C{}")
		q.Offset, q.Limit = offset, limit(2)
		compiled, err := query.Compile(root, q)
		if err != nil {
			t.Fatal(err)
		}
		if got := compiled.Run(slices.Values(zoo())).Skipped; got != want {
			t.Errorf("offset %d skipped %d, want %d", offset, got, want)
		}
	}
}

func TestLongValuesAreOrderedAsInAnIndex(t *testing.T) {
	long := strings.Repeat("a", 1500)
	animals := []*pb.Document{
		{Name: documents + "c/1", Fields: map[string]*pb.Value{"v": String(long + "b")}},
		{Name: documents + "c/2", Fields: map[string]*pb.Value{"v": String(long + "a")}},
	}
	q, err := query.Compile(root, parse(t, `C{} order_by{field{field_path:"v"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if !q.Less(animals[0], animals[1]) || q.Less(animals[1], animals[0]) {
		t.Error("beyond 1500 bytes names decide")
	}
}

func TestCollections(t *testing.T) {
	paths := []string{"a/1", "a/1/b/2", "a/1/b/2/a/3", "ab/1", "b/1", "b/1/a/4", "x/y/z/5"}
	for _, c := range []struct{ parent, from, want string }{
		{"", `from{collection_id:"a"}`, "a/1"},
		{"", `from{collection_id:"a" all_descendants:true}`, "a/1 a/1/b/2/a/3 b/1/a/4"},
		{"", `from{}`, "a/1 ab/1 b/1"},
		{"", ``, "a/1 ab/1 b/1"},
		{"", `from{all_descendants:true}`, strings.Join(paths, " ")},
		{"/a/1", `from{collection_id:"b"}`, "a/1/b/2"},
		{"/a/1", `from{collection_id:"a" all_descendants:true}`, "a/1/b/2/a/3"},
		{"/a/1", `from{all_descendants:true}`, "a/1/b/2 a/1/b/2/a/3"},
		{"/a/1", `from{collection_id:"a"}`, ""},
		{"/x/y", `from{}`, "x/y/z/5"},
	} {
		q, err := query.Compile(root+c.parent, parse(t, c.from))
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, path := range paths {
			if q.Matches(&pb.Document{Name: documents + path}) {
				found = append(found, path)
			}
		}
		if got := strings.Join(found, " "); got != c.want {
			t.Errorf("%s below %q: %q, want %q", c.from, c.parent, got, c.want)
		}
		if q.Parent() != root+c.parent {
			t.Errorf("parent is %s", q.Parent())
		}
		if id, group := q.Collection(); !strings.Contains(c.from, id) || group != strings.Contains(c.from, "all") {
			t.Errorf("%s: collection %s, group %v", c.from, id, group)
		}
	}
	other, err := query.Compile(root, parse(t, `from{all_descendants:true}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", root, documents + "c", "projects/p/databases/d/documents/c/d"} {
		if other.Matches(&pb.Document{Name: name}) {
			t.Errorf("%q is found", name)
		}
	}
}

func TestProjections(t *testing.T) {
	inner := Map(map[string]*pb.Value{"x": Int(1), "y": Int(2)})
	doc := &pb.Document{Name: documents + "c/d", Fields: map[string]*pb.Value{"m": inner, "n": inner, "a": Int(3)}}
	before := proto.CloneOf(doc)
	x := Map(map[string]*pb.Value{"x": Int(1)})
	for _, c := range []struct {
		selected string
		want     map[string]*pb.Value
	}{
		{``, doc.GetFields()},
		{`select{}`, nil},
		{`select{fields{field_path:"__name__"}}`, nil},
		{`select{fields{field_path:"a"} fields{field_path:"gone"}}`, map[string]*pb.Value{"a": Int(3)}},
		{`select{fields{field_path:"m.x"}}`, map[string]*pb.Value{"m": x}},
		{`select{fields{field_path:"m.x"} fields{field_path:"n.x"}}`, map[string]*pb.Value{"m": x, "n": x}},
		{`select{fields{field_path:"m.y"} fields{field_path:"m"}}`, map[string]*pb.Value{"m": inner}},
		{`select{fields{field_path:"m.gone"} fields{field_path:"a.x"}}`, nil},
	} {
		q, err := query.Compile(root, parse(t, "C{}"+c.selected))
		if err != nil {
			t.Fatal(err)
		}
		want := &pb.Document{Name: doc.GetName(), Fields: c.want}
		if got := q.Project(doc); !proto.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.selected, got, want)
		}
		if !proto.Equal(doc, before) {
			t.Fatalf("%s changed the document", c.selected)
		}
	}
}

func TestAggregations(t *testing.T) {
	most := int64(math.MaxInt64)
	for name, c := range map[string]struct {
		values       []*pb.Value
		sum, average *pb.Value
	}{
		"none":                {nil, Int(0), Null()},
		"no numbers":          {[]*pb.Value{String("a"), Null()}, Int(0), Null()},
		"integers":            {[]*pb.Value{Int(1), Int(2), Int(6)}, Int(9), Double(3)},
		"with a double":       {[]*pb.Value{Int(1), Double(2.5)}, Double(3.5), Double(1.75)},
		"with others":         {[]*pb.Value{Int(1), String("a")}, Int(1), Double(1)},
		"NaN":                 {[]*pb.Value{Int(1), NaN()}, NaN(), NaN()},
		"infinity":            {[]*pb.Value{Int(1), Double(math.Inf(1))}, Double(math.Inf(1)), Double(math.Inf(1))},
		"both infinities":     {[]*pb.Value{Double(math.Inf(-1)), Double(math.Inf(1))}, NaN(), NaN()},
		"overflow":            {[]*pb.Value{Int(most), Int(1)}, Double(1 << 63), Double(1 << 62)},
		"overflow on the way": {[]*pb.Value{Int(most), Int(most), Int(-most)}, Int(most), Double(float64(most) / 3)},
		"integers with a double": {
			[]*pb.Value{Int(1 << 53), Int(1), Int(3), Double(0)}, Double(1<<53 + 4), Double(1<<51 + 1),
		},
		"doubles of all sizes":    {[]*pb.Value{Double(1), Double(1e100), Double(-1e100)}, Double(1), Double(1.0 / 3)},
		"more than a double":      {[]*pb.Value{Double(1e308), Double(1e308)}, Double(math.Inf(1)), Double(math.Inf(1))},
		"documents without field": {[]*pb.Value{Int(1), nil}, Int(1), Double(1)},
	} {
		animals := []*pb.Document{{Name: documents + "other/1", Fields: map[string]*pb.Value{"v": Int(9)}}}
		present := int64(0)
		for i, v := range c.values {
			doc := &pb.Document{Name: fmt.Sprint(documents, "c/", i), Fields: map[string]*pb.Value{}}
			if v != nil {
				doc.Fields["v"] = v
				present++
			}
			animals = append(animals, doc)
		}
		a := &pb.StructuredAggregationQuery{}
		if err := prototext.Unmarshal([]byte(`structured_query{from{collection_id:"c"}}
			aggregations{sum{field{field_path:"v"}}} aggregations{alias:"avg" avg{field{field_path:"v"}}}
			aggregations{count{}} aggregations{alias:"some" count{up_to{value:1}}}`), a); err != nil {
			t.Fatal(err)
		}
		compiled, err := query.CompileAggregation(root, a)
		if err != nil {
			t.Fatal(err)
		}
		got := compiled.Run(slices.Values(animals))
		want := map[string]*pb.Value{
			"field_1": c.sum, "avg": c.average, "field_2": Int(present), "some": Int(min(present, 1)),
		}
		if !proto.Equal(Map(got), Map(want)) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if compiled.Query().Parent() != root {
			t.Errorf("%s: parent %s", name, compiled.Query().Parent())
		}
	}
}

// An aggregation is ordered by its fields, which a limit shows.
func TestAggregationOfALimitedQuery(t *testing.T) {
	animals := []*pb.Document{
		{Name: documents + "c/1", Fields: map[string]*pb.Value{"v": Int(3)}},
		{Name: documents + "c/2", Fields: map[string]*pb.Value{"v": Int(2)}},
		{Name: documents + "c/3", Fields: map[string]*pb.Value{"v": Int(1)}},
	}
	a := &pb.StructuredAggregationQuery{}
	if err := prototext.Unmarshal([]byte(`structured_query{from{collection_id:"c"} limit{value:1} offset:1}
		aggregations{alias:"s" sum{field{field_path:"v"}}}`), a); err != nil {
		t.Fatal(err)
	}
	compiled, err := query.CompileAggregation(root, a)
	if err != nil {
		t.Fatal(err)
	}
	if got := compiled.Run(slices.Values(animals)); !value.Equal(got["s"], Int(2)) {
		t.Errorf("the sum is %v, want 2", got["s"])
	}
}
