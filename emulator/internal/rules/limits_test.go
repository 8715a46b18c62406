package rules_test

import (
	"context"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/rules"
)

// counting is a Reader that counts.
type counting struct{ reads int }

func (c *counting) Read(context.Context, rules.Path) (*rules.Map, error) {
	c.reads++
	return nil, nil
}

func (c *counting) ReadAfter(ctx context.Context, path rules.Path) (*rules.Map, error) {
	return c.Read(ctx, path)
}

// The operations of a batch share 20 lookups, and each has 10 of its own.
func TestLookupsOfABatch(t *testing.T) {
	t.Parallel()
	condition := func(from, to int) *rules.Ruleset {
		var out []string
		for i := from; i < to; i++ {
			out = append(out, "!exists(/databases/$(database)/documents/n/d"+strings.Repeat("x", i)+")")
		}
		return parse(t, inRules("", strings.Join(out, " && ")))
	}
	reader := &counting{}
	request := aliceGets()
	request.Reader, request.Lookups = reader, &rules.Lookups{}
	for i, step := range []struct {
		ruleset *rules.Ruleset
		want    bool
		reads   int // in all
	}{
		{condition(0, 10), true, 10},
		{condition(0, 10), true, 10},
		{condition(10, 20), true, 20},
		{condition(20, 21), false, 20},
		{condition(5, 15), true, 20},
	} {
		decision, err := step.ruleset.Allow(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		if decision.Allowed != step.want || reader.reads != step.reads {
			t.Errorf("operation %d: allowed %v after %d reads, want %v after %d",
				i+1, decision.Allowed, reader.reads, step.want, step.reads)
		}
	}
}

// What no honest ruleset needs is denied before it costs memory or time.
func TestHostileRulesets(t *testing.T) {
	t.Parallel()
	doubling := func(first, step string) string {
		out := "function f0() { return " + first + "; } function d(x) { return " + step + "; } "
		for i := range 8 {
			out += "function f" + string(rune('1'+i)) + "() { return d(d(d(d(f" + string(rune('0'+i)) + "())))); } "
		}
		return out
	}
	for name, source := range map[string]string{
		"strings that double": inRules(doubling("'aaaaaaaa'", "x + x"), "f8() == ''"),
		"lists that double":   inRules(doubling("[1]", "x.concat(x)"), "f8() == []"),
		"lists in lists":      inRules(doubling("[1]", "[x, x]"), "f8() == f8()"),
		"maps in maps":        inRules(doubling("{'a': 1}", "{'a': x, 'b': x}"), "f8() != f8()"),
		"sets of sets":        inRules(doubling("[1]", "[x, [x]].toSet()"), "f8() == f8()"),
		"replace":             inRules(doubling("'a'", "x.replace('', x)"), "f8() == ''"),
		"join":                inRules(doubling("'a'", "[x, x, x].join(x)"), "f8() == ''"),
		"patterns":            inRules(doubling("'a?'", "x + x"), "'a'.matches(f3())"),
		"a large pattern":     inRules(doubling("'aaaaaaaaaaaaaaaa'", "x + x"), "f4().matches('(a?){1000}b')"),
		"large patterns": inRules(doubling("'a{1000}'", "x + x")+
			"function h(p) { return "+strings.Repeat("'a'.matches(p) || ", 20)+"false; } ", "h(f2())"),
		"paths": inRules(doubling("/a", "/$(x)/$(x)"), "f8() == /a"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decision, err := parse(t, source).Allow(context.Background(), aliceGets())
			if err != nil {
				t.Fatal(err)
			}
			if decision.Allowed || len(decision.Outcomes) != 1 || decision.Outcomes[0].Err == nil {
				t.Errorf("%+v, want an error", decision)
			}
		})
	}
}
