package ttl_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/ttl"
)

const indexes = `{
  // «firebase init» begins files with comments
  "indexes": [{"collectionGroup": "rooms", "queryScope": "COLLECTION", "fields": []}], /* "no": { */
  "fieldOverrides": [
    {"collectionGroup": "rooms", "fieldPath": "expireAt", "ttl": true, "indexes": []},
    {"collectionGroup": "links", "fieldPath": "ends.\u0060a // \"b\"\u0060", "ttl": true, "indexes": []},
    {"collectionGroup": "queue", "fieldPath": "at", "indexes": []},
    {"collectionGroup": "queue", "fieldPath": "until", "ttl": false}
  ]
}`

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := ttl.Parse([]byte(indexes))
	want := []ttl.Policy{{"rooms", "expireAt"}, {"links", "ends.`a // \"b\"`"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	override := func(s string) string { return `{"fieldOverrides":[` + s + `]}` }
	for source, says := range map[string]string{
		"":                                       "unexpected end",
		"/* no end":                              "unexpected end",
		`{"a": "`:                                "unexpected end",
		"{} // x\n{}":                            "after top-level",
		override(`{"ttl":true,"fieldPath":"a"}`): `"" is no collection group`,
		override(`{"ttl":true,"fieldPath":"a","collectionGroup":"a/b/c"}`):                        "fieldOverrides[0]",
		override(`{"ttl":true,"fieldPath":"a..b","collectionGroup":"a"}`):                         "fieldOverrides[0]",
		override(`{"ttl":true,"fieldPath":"__name__","collectionGroup":"a"}`):                     "is no field",
		override(`{"ttl":"true","fieldPath":"a","collectionGroup":"a"}`):                          "bool",
		override(strings.Repeat(`{"ttl":true,"fieldPath":"a","collectionGroup":"a"},`, 2) + "{}"): "has a policy already",
	} {
		if _, err := ttl.Parse([]byte(source)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", source, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(indexes))
	f.Add([]byte(`{"fieldOverrides":[{"ttl":true,"fieldPath":"a","collectionGroup":"b"}]} // end`))
	f.Add([]byte(`"\`))
	f.Fuzz(func(t *testing.T, source []byte) {
		policies, err := ttl.Parse(source)
		if err != nil {
			return
		}
		for _, p := range policies {
			if p.Collection == "" || p.Field == "" {
				t.Errorf("a policy of nothing: %q", p)
			}
		}
	})
}
