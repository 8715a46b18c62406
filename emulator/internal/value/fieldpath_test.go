package value_test

import (
	"slices"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestParseFieldPath(t *testing.T) {
	for _, c := range []struct {
		path string
		want []string
	}{
		{"a", []string{"a"}},
		{"_1.B", []string{"_1", "B"}},
		{"a.`b c`.d", []string{"a", "b c", "d"}},
		{"`a.b`.c", []string{"a.b", "c"}},
		{"`é`", []string{"é"}},
		{"`a\nb`", []string{"a\nb"}},
		{"`a\\`b`", []string{"a`b"}},
		{"`a\\\\b`", []string{"a\\b"}},
		{"`\\n`", []string{"n"}},
		{"____", []string{"____"}},
		{"__name__", []string{"__name__"}},
		{strings.Repeat("a", value.MaxFieldNameBytes), []string{strings.Repeat("a", value.MaxFieldNameBytes)}},
	} {
		path, err := value.ParseFieldPath(c.path)
		if err != nil || !slices.Equal(path, c.want) {
			t.Errorf("%q: %q, %v, want %q", c.path, path, err, c.want)
			continue
		}
		if again, err := value.ParseFieldPath(path.String()); err != nil || !again.Equal(path) {
			t.Errorf("%q: printed as %s, which is read as %q, %v", c.path, path, again, err)
		}
	}
	for _, path := range []string{
		"", ".", ".a", "a.", "a..b", "1a", "a-b", "a b", "é", "$", "`", "``", "`a", "`a`b", "`a`.", "`a\\`", "a\\.b",
		"`\\\n`", "__x__", "a.__x__", "a.__name__", "`__name__`", strings.Repeat("a", value.MaxFieldNameBytes+1),
	} {
		_, err := value.ParseFieldPath(path)
		checkRefused(t, path, err, value.RuleFieldPath, "path")
	}
}

func FuzzParseFieldPath(f *testing.F) {
	for _, seed := range []string{"a", "a.b", "`a b`.c", "`a\\`b`", "`a\\\\`", "__name__", "a..b", "`", "`\\"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		path, err := value.ParseFieldPath(s)
		if err != nil {
			return
		}
		again, err := value.ParseFieldPath(path.String())
		if err != nil || !again.Equal(path) {
			t.Fatalf("%q: printed as %q, which is read as %q, %v", s, path, again, err)
		}
	})
}

func TestCheckConflicts(t *testing.T) {
	for _, c := range []struct{ paths, refused string }{
		{"", ""},
		{"a", ""},
		{"a a", ""},
		{"a b.c b.d ab", ""},
		{"a.b `a.b.c`", ""},
		{"a.b a", "Field paths a and a.b conflict"},
		{"a.b.c x a.b a.b", "Field paths a.b and a.b.c conflict"},
		{"a `a-b` a.b", "Field paths a and a.b conflict"},
	} {
		var paths []value.FieldPath
		for s := range strings.FieldsSeq(c.paths) {
			path, err := value.ParseFieldPath(s)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
		checkRefused(t, c.paths, value.CheckConflicts(paths), value.RuleFieldPath, c.refused)
	}
}

func TestFieldAccess(t *testing.T) {
	fields := func() map[string]*pb.Value {
		return map[string]*pb.Value{
			"a": Int(1),
			"m": Map(map[string]*pb.Value{"x": Int(2), "n": Map(nil)}),
			"v": Vector(1),
		}
	}
	for _, c := range []struct {
		path string
		want *pb.Value
	}{
		{"a", Int(1)},
		{"m.x", Int(2)},
		{"m.n", Map(nil)},
		{"b", nil},
		{"a.b", nil},
		{"m.y", nil},
		{"m.n.x", nil},
		{"v.value", nil},
	} {
		path, err := value.ParseFieldPath(c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := path.Get(fields()); !proto.Equal(got, c.want) {
			t.Errorf("Get %s: %v, want %v", c.path, got, c.want)
		}
		after := fields()
		path.Set(after, String("new"))
		if got := path.Get(after); got.GetStringValue() != "new" {
			t.Errorf("Get %s after Set: %v", c.path, got)
		}
		path.Delete(after)
		if got := path.Get(after); got != nil {
			t.Errorf("Get %s after Delete: %v", c.path, got)
		}
	}
	after := fields()
	value.FieldPath{"m", "x"}.Delete(after)
	value.FieldPath{"m", "n"}.Delete(after)
	value.FieldPath{"m", "gone", "far"}.Delete(after)
	value.FieldPath{"a", "b"}.Delete(after)
	if m, ok := after["m"]; !ok || len(m.GetMapValue().GetFields()) != 0 || after["a"].GetIntegerValue() != 1 {
		t.Errorf("an emptied map stays, and nothing else goes: %v", after)
	}
}
