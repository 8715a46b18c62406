package rules_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

// FuzzParse: any text is a ruleset or a ParseError inside of the text, and what is a ruleset decides.
func FuzzParse(f *testing.F) {
	for _, c := range rulesetCases() {
		f.Add(c.source)
	}
	ours, err := os.ReadFile("../../../firestore.rules")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(ours))
	f.Fuzz(func(t *testing.T, source string) {
		ruleset, err := rules.Parse([]byte(source))
		if err != nil {
			var parse *rules.ParseError
			if !errors.As(err, &parse) || parse.Line < 1 || parse.Column < 1 || parse.Reason == "" {
				t.Fatalf("%#v", err)
			}
			return
		}
		for _, method := range []rules.Method{rules.Get, rules.ListDocuments, rules.Update} {
			request := aliceGets()
			request.Method = method
			if _, err := ruleset.Allow(context.Background(), request); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzExpression: any condition is refused or decided, in the same way twice, and is never both true and not.
func FuzzExpression(f *testing.F) {
	functions, cases := readGolden(f)
	for _, c := range cases {
		f.Add(c.expression)
	}
	for _, c := range readQueries(f) {
		f.Add(c.If)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		once, _ := evaluate(t, inRules(functions, expression))
		twice, _ := evaluate(t, inRules(functions, expression))
		if once != twice {
			t.Fatalf("%s, then %s", once, twice)
		}
		if negated, _ := evaluate(t, inRules(functions, "!("+expression+")")); once == "true" && negated == "true" {
			t.Fatal("true, and its negation too")
		}
	})
}
