package durable_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/durable"
	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const database = "projects/demo-x/databases/(default)"

func open(t *testing.T, dir string) *durable.File {
	t.Helper()
	f, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func closed(t *testing.T, f *durable.File) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func over(f *durable.File, name string) *store.Store {
	return store.New(name, &store.Options{Journal: f})
}

// set replaces a document by one with these fields; nil deletes it.
func set(path string, fields map[string]*firestorepb.Value) store.Write {
	name := database + "/documents/" + path
	w := &firestorepb.Write{Operation: &firestorepb.Write_Update{
		Update: &firestorepb.Document{Name: name, Fields: fields},
	}}
	if fields == nil {
		w.Operation = &firestorepb.Write_Delete{Delete: name}
	}
	return store.Write{Proto: w}
}

func commit(t *testing.T, s *store.Store, writes ...store.Write) store.Time {
	t.Helper()
	done, err := s.Commit(t.Context(), store.Request{Writes: writes})
	if err != nil {
		t.Fatal(err)
	}
	return done.Time
}

// content is every document of a database, by name, with its times.
func content(s *store.Store) map[string]*firestorepb.Document {
	all := map[string]*firestorepb.Document{}
	for d := range s.Snapshot().Below(s.Root(), "") {
		all[d.GetName()] = d
	}
	return all
}

func wantSame(t *testing.T, got, want map[string]*firestorepb.Document) {
	t.Helper()
	same := func(a, b *firestorepb.Document) bool { return proto.Equal(a, b) }
	if !maps.EqualFunc(got, want, same) {
		t.Errorf("%d documents, or others than the %d that were committed", len(got), len(want))
	}
}

// Random commits in several processes' lives: what is there after each is what was there before.
func TestWhatWasCommittedIsThereAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	random := rand.New(rand.NewPCG(14, 1))
	some := valuetest.Generator{Rand: random}
	var before map[string]*firestorepb.Document
	var newest store.Time
	for range 8 {
		f := open(t, dir)
		s := over(f, database)
		wantSame(t, content(s), before)
		for range 60 {
			var writes []store.Write
			for range 1 + random.IntN(4) {
				path := fmt.Sprintf("a/%d", random.IntN(40))
				if random.IntN(3) == 0 {
					writes = append(writes, set(path, nil))
					continue
				}
				writes = append(writes, set(path+"/b/c", map[string]*firestorepb.Value{"v": some.Value(3)}))
			}
			if done, err := s.Commit(t.Context(), store.Request{Writes: writes}); err == nil {
				if done.Time <= newest {
					t.Errorf("a commit at %d after one at %d", done.Time, newest)
				}
				newest = done.Time
			} // a value that must not be stored
		}
		before = content(s)
		s.Close()
		closed(t, f)
	}
	if len(before) == 0 {
		t.Error("nothing was committed")
	}
}

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, dir)
	commit(t, over(f, database), set("a/1", map[string]*firestorepb.Value{"v": valuetest.Int(1)}))
	over(f, "projects/demo-y/databases/(default)")
	closed(t, f)

	f = open(t, dir)
	if names := f.Databases(); len(names) != 1 || names[0] != database {
		t.Errorf("databases %q, want the one that has something", names)
	}
	if n := over(f, "projects/demo-y/databases/(default)").Snapshot().Len(); n != 0 {
		t.Errorf("%d documents in a database without any", n)
	}
	if n := over(f, database).Snapshot().Len(); n != 1 {
		t.Errorf("%d documents, want 1", n)
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, dir)
	people, others := f.Bucket("people"), f.Bucket("people2")
	for _, err := range []error{
		people.Put("a", []byte("1")), people.Put("b", nil), people.Put("c", []byte("3")), people.Put("a", []byte("2")),
		people.Delete("c"), people.Delete("never"), others.Put("a", []byte("other")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	closed(t, f)
	if err := people.Put("d", nil); !errors.Is(err, durable.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	f = open(t, dir)
	got, err := f.Bucket("people").Load()
	if err != nil || len(got) != 2 || string(got[0]) != "2" || len(got[1]) != 0 {
		t.Errorf("kept %q, %v", got, err)
	}
}

func TestAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := open(t, dir)
	if _, err := durable.Open(dir); !errors.Is(err, durable.ErrInUse) {
		t.Errorf("a second one: %v", err)
	}
	closed(t, f)
	closed(t, open(t, dir))
}

func TestOnlyTheOwnerReads(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	open(t, dir)
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, durable.FileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: %o, want %o", path, got, want)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files in the directory, %v; want one", len(entries), err)
	}
}
