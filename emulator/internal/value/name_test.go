package value_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/value"
	. "github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestParseName(t *testing.T) {
	long := strings.Repeat("a", value.MaxIDBytes)
	for _, c := range []struct{ path, refused string }{
		{"c/d", ""},
		{"c/d/e/f", ""},
		{"c/é", ""},
		{"c/____", ""},
		{"c/__a", ""},
		{"c/__id7__", ""},
		{"c/__id-7__", ""},
		{"c/" + long, ""},
		{strings.TrimSuffix(strings.Repeat("c/d/", value.MaxLevels), "/"), ""},
		{"c", "ends with a collection id"},
		{"c/d/e", "ends with a collection id"},
		{"c//d/e", "id is empty"},
		{"c/", "id is empty"},
		{"c/.", "reserved"},
		{"c/..", "reserved"},
		{"./d", "reserved"},
		{"c/__x__", "reserved"},
		{"c/_____", "reserved"},
		{"c/__id0__", "reserved"},
		{"c/__id07__", "reserved"},
		{"c/__id9223372036854775808__", "reserved"},
		{"__id7__/d", "reserved"},
		{"c/" + long + "a", "longer than 1500 bytes"},
		{strings.Repeat("c/d/", value.MaxLevels) + "c/d", "Cannot exceed 100 elements"},
		{strings.Repeat("c/"+long[:1029]+"/", 6) + "c/d", "longer than 6144 bytes"},
	} {
		name, err := value.ParseName(documents + c.path)
		checkRefused(t, c.path, err, value.RuleName, c.refused)
		if err == nil && name.String() != documents+c.path {
			t.Errorf("%s: printed as %s", c.path, name)
		}
	}
}

func TestParseParent(t *testing.T) {
	root, err := value.ParseParent(Database + "/documents")
	if err != nil || root.Database != Database || len(root.IDs) != 0 || root.String() != Database+"/documents" {
		t.Errorf("root: %+v, %v", root, err)
	}
	for _, name := range []string{
		"", "foo", Database, "projects//databases/d/documents", "projects/p/databases//documents",
		"project/p/databases/d/documents", "projects/p/database/d/documents", "projects/p/databases/d/document",
		Database + "/documents/c",
	} {
		if _, err := value.ParseParent(name); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%q: %v, want InvalidArgument", name, err)
		}
	}
	if _, err := value.ParseName(Database + "/documents"); err == nil {
		t.Error("a root is no document")
	}
}

// checkRefused wants no error if refused is empty, else an InvalidError of rule that says refused.
func checkRefused(t *testing.T, what string, err error, rule value.Rule, refused string) {
	t.Helper()
	if refused == "" {
		if err != nil {
			t.Errorf("%.80s: %v", what, err)
		}
		return
	}
	var invalid *value.InvalidError
	switch {
	case !errors.As(err, &invalid):
		t.Errorf("%.80s: %v, want an InvalidError that says %q", what, err, refused)
	case invalid.Rule != rule || !strings.Contains(invalid.Message, refused):
		t.Errorf("%.80s: %s: %.200v, want %s: %q", what, invalid.Rule, err, rule, refused)
	case status.Code(err) != codes.InvalidArgument:
		t.Errorf("%.80s: code %s", what, status.Code(err))
	}
}
