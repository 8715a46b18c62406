package rules_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

func parse(tb testing.TB, source string) *rules.Ruleset {
	tb.Helper()
	r, err := rules.Parse([]byte(source))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// allows asks for a/b with a condition of `allow read, write`.
func allows(tb testing.TB, condition string, change func(*rules.Request)) bool {
	tb.Helper()
	request := aliceGets()
	request.Path = append(request.Path[:3:3], "a", "b")
	change(&request)
	source := around("match /{p=**}/a/{b} { allow read, write: if " + condition + "; }")
	decision, err := parse(tb, source).Allow(context.Background(), request)
	if err != nil {
		tb.Fatal(err)
	}
	return decision.Allowed
}

func data(fields map[string]rules.Value) *rules.Map {
	m := rules.NewMap(fields)
	return &m
}

// What request and resource are, method by method.
func TestVariables(t *testing.T) {
	t.Parallel()
	one := data(map[string]rules.Value{"f": rules.Int(1)})
	two := data(map[string]rules.Value{"f": rules.Int(2)})
	methods := map[rules.Method]func(*rules.Request){
		rules.Get:    func(r *rules.Request) { r.Method, r.Resource = rules.Get, one },
		rules.Create: func(r *rules.Request) { r.Method, r.NewResource = rules.Create, two },
		rules.Update: func(r *rules.Request) { r.Method, r.Resource, r.NewResource = rules.Update, one, two },
		rules.Delete: func(r *rules.Request) { r.Method, r.Resource = rules.Delete, one },
		rules.ListDocuments: func(r *rules.Request) {
			r.Method, r.Path = rules.ListDocuments, r.Path[:len(r.Path)-1]
		},
	}
	for _, c := range []struct {
		method    rules.Method
		condition string
		want      bool
	}{
		{rules.Get, "request.method == 'get'", true},
		{rules.Get, "resource.data.f == 1 && resource.id == 'b'", true},
		{rules.Get, "resource['__name__'] == /databases/$(database)/documents/a/b", true},
		{rules.Get, "request.path == /databases/$(database)/documents/a/b", true},
		{rules.Get, "'resource' in request || 'query' in request", false},
		{rules.Create, "request.method == 'create' && resource == null", true},
		{rules.Create, "request.resource.data.f == 2 && request.resource.id == 'b'", true},
		{rules.Create, "request.resource['__name__'] == request.path", true},
		{rules.Update, "request.method == 'update' && resource.data.f == 1 && request.resource.data.f == 2", true},
		{rules.Update, "request.resource.data.diff(resource.data).affectedKeys() == ['f'].toSet()", true},
		{rules.Delete, "request.method == 'delete' && resource.data.f == 1 && request.resource == null", true},
		{rules.Delete, "request.resource.data.f == 1", false},
		{rules.ListDocuments, "request.method == 'list' && resource != null", true},
		{rules.ListDocuments, "request.path == /databases/$(database)/documents/a", true},
		{rules.ListDocuments, "b == 'b'", false},
		{rules.ListDocuments, "request.query.limit == null && request.query.offset == 0", true},
	} {
		if got := allows(t, c.condition, methods[c.method]); got != c.want {
			t.Errorf("%s: %s\nis %v, want %v", c.method, c.condition, got, c.want)
		}
	}
}

func TestNobodySignedIn(t *testing.T) {
	t.Parallel()
	nobody := func(r *rules.Request) { r.Auth = nil }
	for condition, want := range map[string]bool{
		"request.auth == null":     true,
		"'auth' in request":        true,
		"request.auth.uid != 'x'":  false,
		"request.auth.uid == null": false,
	} {
		if got := allows(t, condition, nobody); got != want {
			t.Errorf("%s\nis %v, want %v", condition, got, want)
		}
	}
}

// Documents before the commit and after it.
func TestAfter(t *testing.T) {
	t.Parallel()
	create := func(r *rules.Request) {
		r.Method = rules.Create
		r.Reader = documents{
			before: map[string]rules.Map{"old/d": {}},
			after:  map[string]rules.Map{"new/d": *data(map[string]rules.Value{"f": rules.Int(1)})},
		}
	}
	for condition, want := range map[string]bool{
		"exists(/databases/$(database)/documents/old/d)":               true,
		"existsAfter(/databases/$(database)/documents/old/d)":          false,
		"exists(/databases/$(database)/documents/new/d)":               false,
		"existsAfter(/databases/$(database)/documents/new/d)":          true,
		"getAfter(/databases/$(database)/documents/new/d).data.f == 1": true,
		"get(/databases/$(database)/documents/new/d).data.f == 1":      false,
	} {
		if got := allows(t, condition, create); got != want {
			t.Errorf("%s\nis %v, want %v", condition, got, want)
		}
	}
}

// A query on a collection group is allowed only by a match that fits wherever the documents are.
func TestCollectionGroups(t *testing.T) {
	t.Parallel()
	below := func(parents ...string) rules.Path {
		return append(append(rules.Path{"databases", "(default)", "documents"}, parents...), "c")
	}
	for _, c := range []struct {
		matches string
		path    rules.Path
		want    bool
	}{
		{"match /{p=**}/c/{d} { allow list; }", below(), true},
		{"match /c/{d} { allow list; }", below(), false},
		{"match /a/{b}/c/{d} { allow list; }", below(), false},
		{"match /{p=**} { allow list; }", below(), true},
		{"match /{p=**}/c/{d} { allow list: if p is path; }", below(), true},
		{"match /{p=**}/c/{d} { allow list: if p[0] == 'a'; }", below("a", "b"), false},
		{"match /{p=**}/c/{d} { allow list: if p != /x; }", below("a", "b"), false},
		{"match /a/{b}/{p=**}/c/{d} { allow list: if b == 'b'; }", below("a", "b"), true},
		{"match /a/{b}/{p=**}/c/{d} { allow list; }", below(), false},
		{"match /a/{b}/c/{d} { allow list; }", below("a", "b"), false},
		{"match /{p=**}/c/{d} { allow list: if request.path is path; }", below(), false},
	} {
		request := aliceGets()
		request.Method, request.Path, request.Descendants = rules.ListDocuments, c.path, true
		decision, err := parse(t, around(c.matches)).Allow(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		if decision.Allowed != c.want {
			t.Errorf("%s below %v: %v, want %v", c.matches, c.path, decision.Allowed, c.want)
		}
	}
}

// A query for documents by their names reads them.
func TestQueriesByName(t *testing.T) {
	t.Parallel()
	name := rules.Path{"databases", "(default)", "documents", "k", "a"}
	other := rules.Path{"databases", "(default)", "documents", "k", "none"}
	for _, c := range []struct {
		condition string
		filter    rules.Filter
		want      bool
	}{
		{"resource.data.n == 1", rules.Filter{Op: rules.Equal, Value: name}, true},
		{"resource.data.n == 2", rules.Filter{Op: rules.Equal, Value: name}, false},
		{"resource.id == 'a' && d == 'a'", rules.Filter{Op: rules.Equal, Value: name}, true},
		{"resource.data.n == 1", rules.Filter{Op: rules.In, Value: rules.List{name}}, true},
		{"resource.data.n == 1", rules.Filter{Op: rules.In, Value: rules.List{name, other}}, false},
		{"d == 'a' || d == 'none'", rules.Filter{Op: rules.In, Value: rules.List{name, other}}, true},
		{"resource != null", rules.Filter{Op: rules.Equal, Value: other}, false},
		{"d > 'a'", rules.Filter{Op: rules.Greater, Value: name}, false},
		{"true", rules.Filter{Op: rules.Greater, Value: name}, true},
	} {
		c.filter.Field = []string{rules.NameField}
		request := aliceGets()
		request.Method, request.Path = rules.ListDocuments, name[:4]
		request.Query = &rules.Query{Where: &c.filter}
		source := around("match /k/{d} { allow list: if " + c.condition + "; }")
		decision, err := parse(t, source).Allow(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		if decision.Allowed != c.want {
			t.Errorf("%s with %v: %v, want %v: %v", c.condition, c.filter, decision.Allowed, c.want, decision.Outcomes)
		}
	}
}

func TestQueryWithTooManyAlternatives(t *testing.T) {
	t.Parallel()
	in := rules.Filter{Op: rules.In, Field: []string{"f"}, Value: make(rules.List, 11)}
	many := rules.Filter{Op: rules.In, Field: []string{"f"}, Value: make(rules.List, 101)}
	for name, where := range map[string]rules.Filter{
		"and": {Op: rules.And, Filters: []rules.Filter{in, in}},
		"or":  {Op: rules.Or, Filters: []rules.Filter{in, in, in, in, in, in, in, in, in, in}},
		"in":  many,
	} {
		request := aliceGets()
		request.Method, request.Query = rules.ListDocuments, &rules.Query{Where: &where}
		_, err := parse(t, around("match /{p=**} { allow list; }")).Allow(context.Background(), request)
		if !errors.Is(err, rules.ErrQuery) {
			t.Errorf("%s: %v, want ErrQuery", name, err)
		}
	}
}

// A decision says which statement allowed, and of the others what became of them.
func TestDecision(t *testing.T) {
	t.Parallel()
	source := strings.Join([]string{
		"rules_version = '2';",
		"service cloud.firestore {",
		"  match /databases/{db}/documents/t/{d} {",
		"    allow get: if false;",
		"    allow get: if d.nope == 1;",
		"    allow read: if true;",
		"    allow get: if true;",
		"  }",
		"}",
	}, "\n")
	decision, err := parse(t, source).Allow(context.Background(), aliceGets())
	if err != nil {
		t.Fatal(err)
	}
	if !decision.Allowed || decision.Line != 6 || decision.Column != 5 || len(decision.Outcomes) != 3 {
		t.Fatalf("%+v", decision)
	}
	if o := decision.Outcomes[0]; o.Line != 4 || o.Allowed || o.Err != nil {
		t.Errorf("false: %+v", o)
	}
	var failed *rules.EvalError
	if o := decision.Outcomes[1]; !errors.As(o.Err, &failed) || failed.Line != 5 || failed.Column != 21 {
		t.Errorf("an error: %+v", o)
	}
}

// failing is a Reader without a store.
type failing struct{ err error }

func (f failing) Read(context.Context, rules.Path) (*rules.Map, error)      { return nil, f.err }
func (f failing) ReadAfter(context.Context, rules.Path) (*rules.Map, error) { return nil, f.err }

func TestErrorsThatAreNoDecision(t *testing.T) {
	t.Parallel()
	broken := errors.New("the store is gone")
	request := aliceGets()
	request.Reader = failing{broken}
	source := inRules("", "exists(/databases/$(database)/documents/k/a) || true")
	if _, err := parse(t, source).Allow(context.Background(), request); !errors.Is(err, broken) {
		t.Errorf("%v, want the reader's error", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := parse(t, inRules("", "true")).Allow(ctx, aliceGets()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that of the context", err)
	}
}
