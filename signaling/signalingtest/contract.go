package signalingtest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/signaling"
)

// patience bounds the wait for an event that a healthy store delivers in milliseconds.
const patience = 20 * time.Second

// Run checks that the stores which newStore gives keep the contract of [signaling.Store]. Each call of newStore
// gives an empty store without rules.
func Run(t *testing.T, newStore func(t *testing.T) signaling.Store) {
	for name, check := range map[string]func(*testing.T, signaling.Store){
		"Get": checkGet, "Create": checkCreate, "Set": checkSet, "Update": checkUpdate, "Delete": checkDelete,
		"Commit is all or nothing": checkAtomic, "ServerTime": checkServerTime, "values come back": checkValues,
		"Watch": checkWatch, "Watch ends": checkWatchEnds, "WatchQuery": checkWatchQuery, "the latest": checkLatest,
	} {
		t.Run(name, func(t *testing.T) { check(t, newStore(t)) })
	}
}

const somewhere = "rooms/one"

func commit(t *testing.T, s signaling.Store, writes ...signaling.Write) {
	t.Helper()
	if err := s.Commit(t.Context(), writes...); err != nil {
		t.Fatalf("commit: %v", err)
	}
}

func get(t *testing.T, s signaling.Store, path string) signaling.Document {
	t.Helper()
	d, err := s.Get(t.Context(), path)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	return d
}

func wantText(t *testing.T, s signaling.Store, path, field string, want any) {
	t.Helper()
	if got := get(t, s, path).Fields[field]; got != want {
		t.Errorf("%s is %v, want %v", field, got, want)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func text(op signaling.Op, path, value string) signaling.Write {
	return signaling.Write{Op: op, Path: path, Fields: signaling.Fields{"text": value}}
}

func checkGet(t *testing.T, s signaling.Store) {
	if d := get(t, s, somewhere); d.Fields != nil || d.ID != "one" || d.ReadAt.IsZero() {
		t.Errorf("absent: %+v", d)
	}
	commit(t, s, text(signaling.Create, somewhere, "a"))
	wantText(t, s, somewhere, "text", "a")
	if d := get(t, s, somewhere); d.ID != "one" || d.ReadAt.IsZero() {
		t.Errorf("present: %+v", d)
	}
}

func checkCreate(t *testing.T, s signaling.Store) {
	commit(t, s, text(signaling.Create, somewhere, "a"))
	wantError(t, s.Commit(t.Context(), text(signaling.Create, somewhere, "b")), signaling.ErrExists)
	wantText(t, s, somewhere, "text", "a")
}

func checkSet(t *testing.T, s signaling.Store) {
	commit(t, s, signaling.Write{Op: signaling.Set, Path: somewhere, Fields: signaling.Fields{"old": "x"}})
	commit(t, s, text(signaling.Set, somewhere, "b"))
	wantText(t, s, somewhere, "text", "b")
	wantText(t, s, somewhere, "old", nil)
}

func checkUpdate(t *testing.T, s signaling.Store) {
	wantError(t, s.Commit(t.Context(), text(signaling.Update, somewhere, "a")), signaling.ErrNotFound)
	commit(t, s, signaling.Write{Op: signaling.Create, Path: somewhere, Fields: signaling.Fields{"kept": "x"}})
	commit(t, s, text(signaling.Update, somewhere, "b"))
	wantText(t, s, somewhere, "text", "b")
	wantText(t, s, somewhere, "kept", "x")
}

func checkDelete(t *testing.T, s signaling.Store) {
	commit(t, s, signaling.Write{Op: signaling.Delete, Path: somewhere})
	commit(t, s, text(signaling.Create, somewhere, "a"))
	commit(t, s, signaling.Write{Op: signaling.Delete, Path: somewhere})
	if d := get(t, s, somewhere); d.Fields != nil {
		t.Errorf("still there: %+v", d)
	}
}

func checkAtomic(t *testing.T, s signaling.Store) {
	commit(t, s, text(signaling.Create, "rooms/two", "a"))
	err := s.Commit(t.Context(), text(signaling.Set, somewhere, "b"), text(signaling.Create, "rooms/two", "b"))
	wantError(t, err, signaling.ErrExists)
	wantText(t, s, somewhere, "text", nil)
	commit(t, s,
		text(signaling.Update, "rooms/two", "c"), text(signaling.Set, somewhere, "c"),
		signaling.Write{Op: signaling.Delete, Path: "rooms/three"})
	wantText(t, s, somewhere, "text", "c")
	wantText(t, s, "rooms/two", "text", "c")
}

func checkServerTime(t *testing.T, s signaling.Store) {
	stamp := signaling.Fields{"at": signaling.ServerTime, "text": "a"}
	commit(t, s,
		signaling.Write{Op: signaling.Create, Path: somewhere, Fields: stamp},
		signaling.Write{Op: signaling.Set, Path: "rooms/two", Fields: stamp})
	one, _ := get(t, s, somewhere).Fields["at"].(time.Time)
	two, _ := get(t, s, "rooms/two").Fields["at"].(time.Time)
	if one.IsZero() || !one.Equal(two) {
		t.Errorf("one commit, two times: %v, %v", one, two)
	}
	commit(t, s, signaling.Write{Op: signaling.Update, Path: "rooms/two", Fields: stamp})
	if later, _ := get(t, s, "rooms/two").Fields["at"].(time.Time); !later.After(two) {
		t.Errorf("a later commit has time %v, not after %v", later, two)
	}
}

func checkValues(t *testing.T, s signaling.Store) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 123456000, time.UTC)
	commit(t, s, signaling.Write{Op: signaling.Create, Path: somewhere, Fields: signaling.Fields{
		"bytes": []byte{0, 1, 255}, "time": at, "text": "grüß 👋", "count": int64(3),
	}})
	f := get(t, s, somewhere).Fields
	if raw, _ := f["bytes"].([]byte); !bytes.Equal(raw, []byte{0, 1, 255}) {
		t.Errorf("bytes came back as %v", f["bytes"])
	}
	if got, _ := f["time"].(time.Time); !got.Equal(at) {
		t.Errorf("time came back as %v", f["time"])
	}
	if f["text"] != "grüß 👋" || f["count"] != int64(3) {
		t.Errorf("text and count came back as %v, %v", f["text"], f["count"])
	}
}

// await fails the test if f does not become true in time for one of the values that come.
func await[T any](t *testing.T, values <-chan T, what string, f func(T) bool) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case v := <-values:
			if f(v) {
				return
			}
		case <-late.C:
			t.Fatalf("%s: not seen", what)
		}
	}
}

func checkWatch(t *testing.T, s signaling.Store) {
	seen := make(chan signaling.Document, 16)
	stop := watching(t, func(ctx context.Context) error {
		return s.Watch(ctx, somewhere, func(d signaling.Document) { seen <- d })
	})
	defer stop()
	await(t, seen, "absent at first", func(d signaling.Document) bool {
		return d.Fields == nil && d.ID == "one" && !d.ReadAt.IsZero()
	})
	for _, step := range []struct {
		what  string
		write signaling.Write
		want  any
	}{
		{"created", text(signaling.Create, somewhere, "a"), "a"},
		{"updated", text(signaling.Update, somewhere, "b"), "b"},
		{"deleted", signaling.Write{Op: signaling.Delete, Path: somewhere}, nil},
		{"created again", text(signaling.Create, somewhere, "c"), "c"},
	} {
		commit(t, s, text(signaling.Set, "rooms/other", step.what), step.write)
		await(t, seen, step.what, func(d signaling.Document) bool { return d.Fields["text"] == step.want })
	}
}

func checkWatchEnds(t *testing.T, s signaling.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	started, ended := make(chan struct{}, 16), make(chan error, 1)
	go func() {
		ended <- s.Watch(ctx, somewhere, func(signaling.Document) { started <- struct{}{} })
	}()
	await(t, started, "the first state", func(struct{}) bool { return true })
	cancel()
	await(t, ended, "the end", func(err error) bool { return errors.Is(err, context.Canceled) })
	if err := s.Watch(ctx, somewhere, func(signaling.Document) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("a watch that starts after its end: %v", err)
	}
}

func checkWatchQuery(t *testing.T, s signaling.Store) {
	q := signaling.Query{Collection: "rooms/r/links", Field: "callee", Equals: "me", Limit: 32}
	seen := make(chan []string, 16)
	stop := watching(t, func(ctx context.Context) error {
		return s.WatchQuery(ctx, q, func(docs []signaling.Document, now time.Time) {
			ids := []string{}
			for _, d := range docs {
				ids = append(ids, d.ID)
			}
			slices.Sort(ids)
			if now.IsZero() {
				ids = append(ids, "no time")
			}
			seen <- ids
		})
	})
	defer stop()
	to := func(op signaling.Op, id, callee string) signaling.Write {
		return signaling.Write{
			Op: op, Path: "rooms/r/links/" + id, Fields: signaling.Fields{"callee": callee, "n": id},
		}
	}
	for _, step := range []struct {
		what  string
		write signaling.Write
		want  []string
	}{
		{"mine", to(signaling.Create, "a", "me"), []string{"a"}},
		{"theirs and mine", to(signaling.Create, "c", "me"), []string{"a", "c"}},
		{"not mine any more", to(signaling.Update, "a", "you"), []string{"c"}},
		{"deleted", signaling.Write{Op: signaling.Delete, Path: "rooms/r/links/c"}, []string{}},
	} {
		commit(t, s, to(signaling.Set, "b", "you"), step.write)
		await(t, seen, step.what, func(ids []string) bool { return slices.Equal(ids, step.want) })
	}
}

// checkLatest asks for the two documents with the greatest time.
func checkLatest(t *testing.T, s signaling.Store) {
	const members = "rooms/latest/members"
	at := time.Now()
	enter := func(id string) {
		at = at.Add(time.Second) // a store's own times may be the same for two
		commit(t, s, signaling.Write{
			Op: signaling.Set, Path: members + "/" + id, Fields: signaling.Fields{"at": at},
		})
	}
	for _, id := range []string{"c", "a", "d", "b"} {
		enter(id)
	}
	seen := make(chan []string, 16)
	q := signaling.Query{Collection: members, Latest: "at", Limit: 2}
	stop := watching(t, func(ctx context.Context) error {
		return s.WatchQuery(ctx, q, func(docs []signaling.Document, _ time.Time) {
			ids := []string{}
			for _, d := range docs {
				ids = append(ids, d.ID)
			}
			slices.Sort(ids)
			seen <- ids
		})
	})
	defer stop()
	await(t, seen, "those that came last", func(ids []string) bool { return slices.Equal(ids, []string{"b", "d"}) })
	enter("a")
	await(t, seen, "who came again", func(ids []string) bool { return slices.Equal(ids, []string{"a", "b"}) })
}

// watching runs watch until the returned function is called, which returns when watch has.
func watching(t *testing.T, watch func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- watch(ctx) }()
	return func() {
		cancel()
		await(t, ended, "the end of the watch", func(err error) bool {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the watch ended with %v", err)
			}
			return true
		})
	}
}
