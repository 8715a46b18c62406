package rules_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

// golden is a line of testdata/expressions.txt or generated.txt: what the official emulator makes of an
// expression.
type golden struct {
	place            string // file and line
	want, expression string
}

func readGolden(tb testing.TB) (fixture string, cases []golden) {
	tb.Helper()
	raw, err := os.ReadFile("testdata/functions.rules")
	if err != nil {
		tb.Fatal(err)
	}
	for _, file := range []string{"expressions.txt", "generated.txt"} {
		lines, err := os.ReadFile("testdata/" + file)
		if err != nil {
			tb.Fatal(err)
		}
		for i, line := range strings.Split(string(lines), "\n") {
			if want, expression, ok := strings.Cut(line, "  "); ok && !strings.HasPrefix(line, "#") {
				place := file + ":" + strconv.Itoa(i+1)
				cases = append(cases, golden{place, want, strings.TrimLeft(expression, " ")})
			}
		}
	}
	return string(raw), cases
}

// inRules puts a condition into a ruleset that is asked for documents of t.
func inRules(functions, condition string) string {
	return around(functions + "match /t/{d} { allow get: if " + condition + "; }")
}

// around makes a ruleset of version 2 of what is inside of the database's documents.
func around(matches string) string {
	return "rules_version = '2';\nservice cloud.firestore { match /databases/{database}/documents {\n" + matches + "} }"
}

// evaluate says true, false or error for a request as the golden file has it, and syntax for what is refused.
func evaluate(tb testing.TB, source string) (outcome, why string) {
	tb.Helper()
	ruleset, err := rules.Parse([]byte(source))
	if err != nil {
		return "syntax", err.Error()
	}
	decision, err := ruleset.Allow(context.Background(), aliceGets())
	if err != nil {
		tb.Fatalf("%s: %v", source, err)
	}
	if decision.Allowed {
		return "true", ""
	}
	for _, o := range decision.Outcomes {
		if o.Err != nil {
			return "error", o.Err.Error()
		}
	}
	return "false", ""
}

// aliceGets is the request of the golden file: alice gets t/x, which does not exist.
func aliceGets() rules.Request {
	return rules.Request{
		Method: rules.Get,
		Path:   rules.Path{"databases", "(default)", "documents", "t", "x"},
		Auth: &rules.Auth{UID: "alice", Token: rules.NewMap(map[string]rules.Value{
			"sub": rules.String("alice"), "admin": rules.Bool(true), "email": rules.String("a@b.c"),
		})},
		Time:   time.Date(2026, 11, 21, 9, 30, 0, 123_000_000, time.UTC),
		Reader: goldenDocuments(),
	}
}

// documents is a Reader of a map; after is what commits leave.
type documents struct{ before, after map[string]rules.Map }

func (d documents) Read(_ context.Context, path rules.Path) (*rules.Map, error) {
	return find(d.before, path), nil
}

func (d documents) ReadAfter(_ context.Context, path rules.Path) (*rules.Map, error) {
	if d.after == nil {
		return find(d.before, path), nil
	}
	return find(d.after, path), nil
}

func find(in map[string]rules.Map, path rules.Path) *rules.Map {
	if data, ok := in[strings.Join(path[3:], "/")]; ok {
		return &data
	}
	return nil
}

func goldenDocuments() documents {
	return documents{before: map[string]rules.Map{
		"k/b": rules.NewMap(map[string]rules.Value{"n": rules.Int(2)}),
		"k/a": rules.NewMap(map[string]rules.Value{
			"n": rules.Int(1), "d": rules.Float(1.5), "a.b": rules.Int(7), "z": rules.Null{},
			"t": rules.NewTimestamp(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)),
			"b": rules.Bytes{1, 2},
			"g": rules.LatLng{Latitude: 1, Longitude: 2},
			"r": rules.Path{"databases", "(default)", "documents", "k", "b"},
			"l": rules.List{rules.Int(1), rules.String("x")},
			"m": rules.NewMap(map[string]rules.Value{"k": rules.String("v")}),
		}),
	}}
}

// Every operator and method, with what the official emulator says.
func TestExpressions(t *testing.T) {
	t.Parallel()
	functions, cases := readGolden(t)
	for _, c := range cases {
		if got, why := evaluate(t, inRules(functions, c.expression)); got != c.want {
			t.Errorf("%s: %s\nis %s (%s), want %s", c.place, c.expression, got, why, c.want)
		}
	}
}
