package rules_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

// A parse error says where and what.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source       string
		line, column int
		reason       string
	}{
		{"", 1, 1, "expected a service, found the end of the file"},
		{"rules_version = '3';", 1, 17, "the rules versions are '1' and '2'"},
		{"rules_version = 2;", 1, 17, "expected the version as a string, such as '2', found «2»"},
		{"service cloud.firestore\n{\n  allow read;\n}", 3, 3, "expected match, function or «}», found «allow»"},
		{"service cloud.firestore { }", 1, 27, "there is nothing between these braces"},
		{
			"service cloud.firestore { match /a/{b} { alow read; } }", 1, 42,
			"expected match, allow, function or «}», found «alow»",
		},
		{
			"service s { match /a/{b} { allow read: if 6 /3 == 2; } }", 1, 45,
			"expected match, allow, function or «}», found the path «/3»; a division needs a space after its slash",
		},
		{"service s { match /a/{b} { allow read: if 'abc; } }", 1, 43, "this string has no closing '"},
		{"service s { match /a/{b} { allow read: if 'ä' == 'é\\w'; } }", 1, 50, "the language has no escape \\w"},
		{"service s { match /a/{b} { allow read: if a ++ b; } }", 1, 45, "there is no ++"},
		{"service s { match /a/{b} { allow read: if a # b; } }", 1, 45, "there is no use for '#' here"},
		{
			"service s { match /a/{b} { allow read: if a is text; } }", 1, 48,
			"expected a type, such as string or map, found «text»",
		},
		{
			"service s { match /a/{b} { allow read: if a.matches('('); } }", 1, 53,
			"this is no regular expression: error parsing regexp: missing closing ): `(`",
		},
		{
			"service s { match /a/{b} { allow read: if 9223372036854775808 > 0; } }", 1, 43,
			"the number 9223372036854775808 does not fit 64 bits",
		},
		{"service s { match /a/{b} { allow read: if math; } }", 1, 43, "math is a package, not a variable"},
		{
			"service s { match /{a=**}/{b=**} { allow read; } }", 1, 26,
			"a path, with those of the matches around it, has at most one {name=**}",
		},
		{
			"service s { match /a/{b} { function f() { return f(); } allow read: if f(); } }", 1, 37,
			"the function f calls itself; recursion is not allowed",
		},
		{"service s { match /a%zz/{b} { allow read; } }", 1, 19, "in a path, % is followed by two hexadecimal digits"},
		{"/* never ends", 1, 1, "this comment has no end"},
		{strings.Repeat(" ", 256<<10) + " ", 1, 1, "the ruleset is larger than 256 KiB"},
		{"\xff", 1, 1, "the ruleset is not UTF-8"},
		{strings.Repeat("; ", 100_001), 1, 200_001, "the ruleset has more than 100000 words"},
	} {
		_, err := rules.Parse([]byte(c.source))
		var parse *rules.ParseError
		if !errors.As(err, &parse) {
			t.Errorf("%.200s\n%v, want a ParseError", c.source, err)
			continue
		}
		if parse.Line != c.line || parse.Column != c.column || parse.Reason != c.reason {
			t.Errorf("%.200s\n%d:%d: %s\nwant %d:%d: %s",
				c.source, parse.Line, parse.Column, parse.Reason, c.line, c.column, c.reason)
		}
	}
}

// What the official emulator takes and this package refuses, and the other way round: each has its reason in
// the package's doc.
func TestDifferencesToTheOfficialEmulator(t *testing.T) {
	t.Parallel()
	if got, _ := evaluate(t, inRules("function f() { "+lets(11)+"return true; }", "f()")); got != "syntax" {
		t.Errorf("11 lets: %s", got)
	}
	for expression, want := range map[string]string{
		"math.isInfinite(1.0 / 0)":    "true",
		"math.isInfinite(1)":          "false",
		"math.isInfinite('a')":        "error",
		"request.headers == null":     "error",
		"request.keys().size() == 4":  "true",
		"int('１') == 1":               "error",
		"{'service': 1}.service == 1": "true",
		"get(/databases/$(database)/documents/k/a).data.values()[0] == 7": "true",
	} {
		if got, why := evaluate(t, inRules("", expression)); got != want {
			t.Errorf("%s: %s (%s), want %s", expression, got, why, want)
		}
	}
}
