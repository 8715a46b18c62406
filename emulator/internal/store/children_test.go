package store

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// The ids of children are those that a look at every document finds, also where ids sort before and after a slash.
func TestChildren(t *testing.T) {
	s := New(database, nil)
	t.Cleanup(s.Close)
	for _, path := range []string{
		"a/1", "a/1/x/1", "a/1-/x/1", "a/10/x/1", "a/1/x-/1/y/1", "a-/1", "a-/1/b/1/c/1", "a0/1/b/1", "a./1", "b/1/c/1",
		"a/\x00/x/1", "a\x00/1", "ü/ö/ä/é", "z/1",
	} {
		commit(t, s, set(path, 1))
	}
	in := s.Snapshot()
	for _, parent := range []string{"", "/a/1", "/a/1-", "/a/2", "/a-/1", "/b/1", "/ü/ö", "/a", "elsewhere"} {
		parent = s.Root() + parent
		collections, parents := map[string]bool{}, map[string]map[string]bool{}
		for d := range in.Below(parent, "") {
			ids := strings.SplitN(strings.TrimPrefix(d.GetName(), parent+"/"), "/", 3)
			collections[ids[0]] = true
			if len(ids) == 3 {
				if parents[ids[0]] == nil {
					parents[ids[0]] = map[string]bool{}
				}
				parents[ids[0]][ids[1]] = true
			}
		}
		want := slices.Sorted(maps.Keys(collections))
		if got := slices.Compact(slices.Sorted(in.CollectionIDs(parent))); !slices.Equal(got, want) {
			t.Errorf("collections below %q: %q, want %q", parent, got, want)
		}
		for _, id := range append(want, "none", "a") {
			want := slices.Sorted(maps.Keys(parents[id]))
			if got := slices.Sorted(in.ParentIDs(parent, id)); !slices.Equal(got, want) {
				t.Errorf("parents in %q of %q: %q, want %q", id, parent, got, want)
			}
		}
	}
	for id := range (Snapshot{}).CollectionIDs("") {
		t.Errorf("an empty database has the collection %q", id)
	}
}
