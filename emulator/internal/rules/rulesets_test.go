package rules_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

// rulesetCase is a ruleset and what becomes of alice getting a/b/c/d.
type rulesetCase struct {
	name   string
	source string

	want string // allow, deny or refuse, as the official emulator has it
}

// inVersion2 is a case with matches inside of the database's documents.
func inVersion2(name, matches, want string) rulesetCase {
	return rulesetCase{name, around(matches), want}
}

func rulesetCases() []rulesetCase {
	all := structureCases()
	all = append(all, matchCases()...)
	all = append(all, functionCases()...)
	return append(all, limitCases()...)
}

func structureCases() []rulesetCase {
	const service = "service cloud.firestore { match /databases/{db}/documents { match /a/{b}/c/{d} { allow get; } } }"
	const storage = "service firebase.storage { match /b/{bucket}/o { match /{all=**} { allow read; } } }"
	return []rulesetCase{
		{"nothing at all", "", "refuse"},
		{"only a comment", "// nothing", "refuse"},
		{"only a version", "rules_version = '2';", "refuse"},
		{"only functions", "function f() { return true; }", "deny"},
		{"without a version", service, "allow"},
		{"version 1", "rules_version = '1';" + service, "allow"},
		{"version 2", "rules_version = '2';" + service, "allow"},
		{"version 2 without a semicolon", "rules_version = \"2\" " + service, "allow"},
		{"version 3", "rules_version = '3';" + service, "refuse"},
		{"a version that is a number", "rules_version = 2;" + service, "refuse"},
		{"the version at the end", service + "rules_version = '2';", "refuse"},
		{"another service too", service + storage, "allow"},
		{"the same service twice", service + service, "refuse"},
		{"a service with nothing in it", "service cloud.firestore { }", "refuse"},
		{"a match with nothing in it", around("match /a/{b} { }"), "refuse"},
		{"an allow outside of a match", "service cloud.firestore { allow get; }", "refuse"},
		{"text after the service", service + " x", "refuse"},
		{"a brace too few", service[:len(service)-1], "refuse"},
		{"a brace too many", service + "}", "refuse"},
		{"a comment without an end", service + "/*", "refuse"},
		{"nothing matches", around("match /x/{y} { allow get; }"), "deny"},
		{"nothing allows", around("match /a/{b}/c/{d} { allow get: if false; }"), "deny"},
		{"without a condition", around("match /a/{b}/c/{d} { allow get }"), "allow"},
		{"without the last semicolon", around("match /a/{b}/c/{d} { allow get: if true }"), "allow"},
		{"several methods", around("match /a/{b}/c/{d} { allow list, get: if true; }"), "allow"},
		{"a comma after the methods", around("match /a/{b}/c/{d} { allow get,: if true; }"), "refuse"},
		{"an unknown method never applies", around("match /a/{b}/c/{d} { allow fetch: if true; }"), "deny"},
		{"read is get", around("match /a/{b}/c/{d} { allow read; }"), "allow"},
		{"write is not get", around("match /a/{b}/c/{d} { allow write; }"), "deny"},
		{"a colon without if", around("match /a/{b}/c/{d} { allow get: true; }"), "refuse"},
		{"if without a condition", around("match /a/{b}/c/{d} { allow get: if; }"), "refuse"},
		{
			"an error, then another statement",
			around("match /a/{b}/c/{d} { allow get: if 1 / 0 == 1; allow get: if true; }"), "allow",
		},
		{
			"denied by one match, allowed by another",
			around("match /a/{b}/c/{d} { allow get: if false; } match /{all=**} { allow get; }"), "allow",
		},
		{"a condition that is no bool", around("match /a/{b}/c/{d} { allow get: if 1; }"), "deny"},
	}
}

func matchCases() []rulesetCase {
	return []rulesetCase{
		inVersion2("literals", "match /a/b/c/d { allow get; }", "allow"),
		inVersion2("a literal that differs", "match /a/b/c/e { allow get; }", "deny"),
		inVersion2("wildcards", "match /a/{b}/c/{d} { allow get: if b == 'b' && d == 'd'; }", "allow"),
		inVersion2("{x=*}", "match /a/{x=*}/c/d { allow get: if x == 'b'; }", "allow"),
		inVersion2("a path too short", "match /a/{b} { allow get; }", "deny"),
		inVersion2("a path too long", "match /a/{b}/c/{d}/e/{f} { allow get; }", "deny"),
		inVersion2("nested", "match /a/{b} { match /c/{d} { allow get: if b == 'b' && d == 'd'; } }", "allow"),
		inVersion2("a nested name hides the outer", "match /a/{x} { match /c/{x} { allow get: if x == 'd'; } }", "allow"),
		inVersion2("{x=**}", "match /a/{x=**} { allow get: if x == /b/c/d; }", "allow"),
		inVersion2("{x=**} is a path", "match /a/{x=**} { allow get: if x is path && x[1] == 'c'; }", "allow"),
		inVersion2("{x=**} of no segments", "match /a/b/c/d/{x=**} { allow get: if x is path; }", "allow"),
		inVersion2("{x=**} in the middle", "match /{x=**}/c/{d} { allow get: if x == /a/b && d == 'd'; }", "allow"),
		inVersion2("{x=**} in the middle, of no segments", "match /a/b/{x=**}/c/{d} { allow get; }", "allow"),
		inVersion2("match after {x=**}", "match /a/{x=**} { match /c/{d} { allow get: if x == /b; } }", "allow"),
		inVersion2("two {x=**} in one path", "match /{x=**}/c/{y=**} { allow get; }", "refuse"),
		inVersion2("two {x=**} in nested paths", "match /{x=**} { match /{y=**} { allow get; } }", "refuse"),
		inVersion2("a path without its slash", "match a/{b}/c/{d} { allow get; }", "refuse"),
		inVersion2("no path", "match { allow get; }", "refuse"),
		inVersion2("$() in a match", "match /a/$(b)/c/{d} { allow get; }", "refuse"),
		{
			"version 1: {x=**} at the end",
			"service cloud.firestore { match /databases/{db}/documents { match /a/{x=**} { allow get; } } }", "allow",
		},
		{
			"version 1: {x=**} of no segments",
			"service cloud.firestore { match /databases/{db}/documents { match /a/b/c/d/{x=**} { allow get; } } }", "deny",
		},
		{
			"version 1: match after {x=**}",
			"service cloud.firestore { match /databases/{db}/documents { match /a/{x=**} { match /c/{d} { allow get; } } } }",
			"deny",
		},
		{
			"version 1: {x=**} in the middle",
			"service cloud.firestore { match /databases/{db}/documents { match /{x=**}/c/{d} { allow get; } } }", "refuse",
		},
		{
			"everything",
			"rules_version = '2'; service cloud.firestore { match /{all=**} { allow get: if all[0] == 'databases'; } }",
			"allow",
		},
	}
}

func functionCases() []rulesetCase {
	const get = " match /a/{b}/c/{d} { allow get: if t(); }"
	return []rulesetCase{
		{
			"beside the service",
			"function t() { return true; } service cloud.firestore { match /databases/{db}/documents {" +
				get + "} }", "allow",
		},
		{"in the service", "service cloud.firestore { function t() { return true; } match /databases/{db}/documents {" +
			get + "} }", "allow"},
		inVersion2("in the match", "match /a/{b}/c/{d} { function t() { return d == 'd'; } allow get: if t(); }",
			"allow"),
		inVersion2("after its use", "match /a/{b}/c/{d} { allow get: if t(); function t() { return true; } }", "allow"),
		inVersion2("in a nested match",
			"match /a/{b}/c/{d} { allow get: if t(); match /e/{f} { function t() { return true; } } }",
			"deny"),
		inVersion2("the nearest counts",
			"function t() { return false; } match /a/{b}/c/{d} { function t() { return true; } "+
				"allow get: if t(); }", "allow"),
		inVersion2("hides one of the language",
			"function exists(x) { return true; } function t() { return exists(1); }"+get, "allow"),
		inVersion2("declared twice", "function t() { return true; } function t() { return true; }"+get, "refuse"),
		inVersion2("with another arity", "function t() { return true; } function t(a) { return a; }"+get, "refuse"),
		inVersion2("a parameter twice", "function t(a, a) { return true; }"+get, "refuse"),
		inVersion2("a let twice", "function t() { let a = 1; let a = 2; return true; }"+get, "refuse"),
		inVersion2("a let named as a parameter", "function t(a) { let a = 1; return true; }"+get, "refuse"),
		inVersion2("a let hides request", "function t() { let request = 2; return request == 2; }"+get, "allow"),
		inVersion2("a let sees those before it",
			"function t() { let a = 1; let b = a + 1; return b == 2; }"+get, "allow"),
		inVersion2("a let does not see those after it",
			"function t() { let a = b; let b = 2; return a == 2; }"+get, "deny"),
		inVersion2("a let without semicolon", "function t() { let a = true return a; }"+get, "refuse"),
		inVersion2("return without semicolon", "function t() { return true }"+get, "allow"),
		inVersion2("without return", "function t() { }"+get, "refuse"),
		inVersion2("let after return", "function t() { return true; let a = 1; }"+get, "refuse"),
		inVersion2("ten lets", "function t() { "+lets(10)+"return true; }"+get, "allow"),
		inVersion2("seven parameters", "function s(a, b, c, d, e, f, g) { return g; } "+
			"function t() { return s(1, 2, 3, 4, 5, 6, true); }"+get, "allow"),
		inVersion2("eight parameters", "function s(a, b, c, d, e, f, g, h) { return h; } "+
			"function t() { return s(1, 2, 3, 4, 5, 6, 7, true); }"+get, "refuse"),
		inVersion2("calls itself", "function t() { return t(); }"+get, "refuse"),
		inVersion2("calls itself through another",
			"function t() { return s(); } function s() { return [t()][0]; }"+get, "refuse"),
		inVersion2("20 calls deep", calls(20)+get, "allow"),
		inVersion2("21 calls deep", calls(21)+get, "refuse"),
	}
}

func lets(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "let a%d = 1; ", i)
	}
	return out.String()
}

// calls declares t with n calls below it.
func calls(n int) string {
	out := "function f0() { return true; }"
	for i := 1; i < n; i++ {
		out += fmt.Sprintf(" function f%d() { return f%d(); }", i, i-1)
	}
	return out + fmt.Sprintf(" function t() { return f%d(); }", n-1)
}

func limitCases() []rulesetCase {
	condition := func(name, condition, want string) rulesetCase {
		return inVersion2(name, "function same(x) { return x; } function all(x) { return "+and(condition, 20)+"; } "+
			"match /a/{x}/c/{d} { allow get: if %s; }", want)
	}
	// units is a condition that evaluates a unit n times.
	units := func(name, unit string, n int, want string) rulesetCase {
		c := condition(name, unit, want)
		parts := append([]string{}, strings.Split(and("all(x)", n/20), " && ")...)
		if n%20 > 0 {
			parts = append(parts, and(unit, n%20))
		}
		c.source = strings.Replace(c.source, "%s", strings.Join(parts, " && "), 1)
		return c
	}
	deep := func(name, condition, want string) rulesetCase {
		return inVersion2(name, "match /a/{b}/c/{d} { allow get: if "+condition+"; }", want)
	}
	lookup := func(i int) string { return fmt.Sprintf("!exists(/databases/$(database)/documents/n/d%d)", i) }
	lookups := func(n int) string {
		var out []string
		for i := range n {
			out = append(out, lookup(i))
		}
		return strings.Join(out, " && ")
	}
	var nested strings.Builder
	for range 11 {
		nested.WriteString("match /{a}/{b} { ")
	}
	return []rulesetCase{
		deep("99 levels", strings.Repeat("(", 98)+"true"+strings.Repeat(")", 98), "allow"),
		deep("100 levels", strings.Repeat("(", 99)+"true"+strings.Repeat(")", 99), "refuse"),
		deep("1000 levels", strings.Repeat("[", 1000), "refuse"),
		deep("99 operands", and("true", 99), "allow"),
		deep("100 operands", and("true", 100), "refuse"),
		deep("97 times not", strings.Repeat("! ", 97)+"true || true", "allow"),
		deep("98 times not", strings.Repeat("! ", 98)+"true || true", "refuse"),
		inVersion2("matches too deep", nested.String()+"allow get;"+strings.Repeat("}", 11), "refuse"),
		units("1000 expressions: constants", "true", 323, "allow"),
		units("more than 1000 expressions: constants", "true", 324, "deny"),
		units("1000 expressions: calls", "same(true)", 196, "allow"),
		units("more than 1000 expressions: calls", "same(true)", 197, "deny"),
		units("1000 expressions: comparisons", "x == x", 196, "allow"),
		units("more than 1000 expressions: comparisons", "x == x", 197, "deny"),
		units("1000 expressions: members", "request.auth.uid != x", 141, "allow"),
		units("1000 expressions: ternary", "(true ? true : false)", 164, "allow"),
		units("more than 1000 expressions: ternary", "(true ? true : false)", 165, "deny"),
		units("1000 expressions: the other branch", "(false ? false : true)", 123, "allow"),
		units("more than 1000 expressions: the other branch", "(false ? false : true)", 124, "deny"),
		units("1000 expressions: || that ends early", "(true || 1 == 1)", 244, "allow"),
		units("more than 1000 expressions: || that ends early", "(true || 1 == 1)", 245, "deny"),
		units("1000 expressions: paths", "/a/$(x) != /a/x", 110, "allow"),
		units("more than 1000 expressions: paths", "/a/$(x) != /a/x", 111, "deny"),
		deep("10 lookups", lookups(10), "allow"),
		deep("11 lookups", lookups(11), "deny"),
		deep("11 lookups, or true", "("+lookups(11)+") || true", "allow"),
		deep("the same lookup 30 times", and(lookup(0), 30), "allow"),
		deep("a lookup of another database", "!exists(/databases/other/documents/a/b)", "deny"),
	}
}

func and(s string, n int) string {
	return strings.TrimSuffix(strings.Repeat(s+" && ", n), " && ")
}

func TestRulesets(t *testing.T) {
	t.Parallel()
	for _, c := range rulesetCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ruleset, err := rules.Parse([]byte(c.source))
			got := "refuse"
			if err == nil {
				request := aliceGets()
				request.Path = append(request.Path[:3:3], "a", "b", "c", "d")
				decision, err := ruleset.Allow(context.Background(), request)
				if err != nil {
					t.Fatal(err)
				}
				got = "deny"
				if decision.Allowed {
					got = "allow"
				}
			}
			if got != c.want {
				t.Errorf("%.500s\n%s (%v), want %s", c.source, got, err, c.want)
			}
		})
	}
}

func TestOfficialEmulatorDecidesByRulesets(t *testing.T) {
	t.Parallel()
	o := newOfficial(t)
	for _, c := range rulesetCases() {
		got, why := "refuse", ""
		if o.setRules(c.source) == http.StatusOK {
			var status int
			status, why = o.do(http.MethodGet, "documents/a/b/c/d", "", o.alice())
			got = "allow"
			if status == http.StatusForbidden {
				got = "deny"
			}
		}
		if got != c.want {
			t.Errorf("%s: %.500s\n%s there, want %s %s", c.name, c.source, got, c.want, why)
		}
	}
}
