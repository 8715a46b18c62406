package ttl_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/emulator/internal/store"
	"github.com/parley-chat/parley/emulator/internal/ttl"
	"github.com/parley-chat/parley/emulator/internal/value/valuetest"
)

const database = "projects/demo-x/databases/(default)"

func policies() []ttl.Policy { return []ttl.Policy{{"rooms", "life.ends"}} }

// swept runs with a virtual clock, a database, and a sweeper of it, whose deletions it expects to be told of.
func swept(t *testing.T, deletions int64, f func(t *testing.T, s *store.Store, sweeper *ttl.Sweeper)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := store.New(database, nil)
		defer s.Close()
		var told atomic.Int64
		deleted := func(in string, n int64) {
			if in != database {
				t.Errorf("%d were deleted in %q", n, in)
			}
			told.Add(n)
		}
		f(t, s, ttl.New(policies(), func() []*store.Store { return []*store.Store{s} }, time.Now, deleted))
		if got := told.Load(); got != deletions {
			t.Errorf("told of %d deletions, want %d", got, deletions)
		}
	})
}

func at(when time.Time) *firestorepb.Value {
	return &firestorepb.Value{ValueType: &firestorepb.Value_TimestampValue{TimestampValue: timestamppb.New(when)}}
}

func in(d time.Duration) *firestorepb.Value { return at(time.Now().Add(d)) }

// set writes a document with this value for the field of the policy.
func set(t *testing.T, s *store.Store, path string, ends *firestorepb.Value) {
	t.Helper()
	fields := valuetest.Map(map[string]*firestorepb.Value{"ends": ends})
	_, err := s.Commit(t.Context(), store.Request{Writes: []store.Write{{Proto: &firestorepb.Write{
		Operation: &firestorepb.Write_Update{Update: &firestorepb.Document{
			Name: s.Root() + "/" + path, Fields: map[string]*firestorepb.Value{"life": fields},
		}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
}

func wantPaths(t *testing.T, s *store.Store, want ...string) {
	t.Helper()
	var got []string
	for d := range s.Snapshot().Below(s.Root(), "") {
		got = append(got, strings.TrimPrefix(d.GetName(), s.Root()+"/"))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
}

func TestOnlyTimestampsThatHavePassed(t *testing.T) {
	t.Parallel()
	swept(t, 3, func(t *testing.T, s *store.Store, sweeper *ttl.Sweeper) {
		set(t, s, "rooms/over", in(-time.Second))
		set(t, s, "rooms/over/links/stays", in(-time.Hour))
		set(t, s, "deep/in/rooms/over", in(-time.Hour))
		set(t, s, "rooms/now", in(0))
		set(t, s, "rooms/later", in(time.Second))
		set(t, s, "rooms/number", valuetest.Int(0))
		set(t, s, "rooms/text", valuetest.String("1970-01-01"))
		set(t, s, "rooms/null", valuetest.Null())
		set(t, s, "rooms/array", valuetest.Array(in(-time.Hour)))
		set(t, s, "roomsz/other", in(-time.Hour))
		feed := s.Follow()
		defer feed.Close()
		feed.Watch(store.InDocument(s.Root() + "/rooms/over"))
		if err := sweeper.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantPaths(t, s, "rooms/array", "rooms/later", "rooms/null", "rooms/number", "rooms/over/links/stays",
			"rooms/text", "roomsz/other")
		if news, err := feed.Take(); err != nil || len(news.Commits) != 1 || news.Commits[0].Changes[0].After != nil {
			t.Errorf("listeners hear %v, %v; want a deletion", news, err)
		}
	})
}

func TestRunSweepsEveryMinute(t *testing.T) {
	t.Parallel()
	swept(t, 1, func(t *testing.T, s *store.Store, sweeper *ttl.Sweeper) {
		set(t, s, "rooms/a", in(90*time.Second))
		set(t, s, "rooms/b", in(time.Hour))
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go sweeper.Run(ctx)
		<-time.After(ttl.Interval + time.Second)
		wantPaths(t, s, "rooms/a", "rooms/b")
		<-time.After(ttl.Interval)
		wantPaths(t, s, "rooms/b")
	})
}

// The transaction that holds a document renews it: the sweep finds it over, waits, and leaves it.
func TestWhatIsRenewedStays(t *testing.T) {
	t.Parallel()
	swept(t, 0, func(t *testing.T, s *store.Store, sweeper *ttl.Sweeper) {
		set(t, s, "rooms/a", in(-time.Second))
		id, err := s.Begin()
		if err != nil {
			t.Fatal(err)
		}
		name := s.Root() + "/rooms/a"
		if _, err := s.Look(id, store.Reads{Names: []string{name}}); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- sweeper.Sweep(t.Context()) }()
		synctest.Wait()
		if len(done) > 0 {
			t.Error("the sweep did not wait for the transaction")
		}
		fields := map[string]*firestorepb.Value{"ends": in(time.Hour)}
		_, err = s.Commit(t.Context(), store.Request{Transaction: id, Writes: []store.Write{{Proto: &firestorepb.Write{
			Operation: &firestorepb.Write_Update{Update: &firestorepb.Document{
				Name: name, Fields: map[string]*firestorepb.Value{"life": valuetest.Map(fields)},
			}},
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		wantPaths(t, s, "rooms/a")
	})
}

func TestMany(t *testing.T) {
	t.Parallel()
	swept(t, 1500, func(t *testing.T, s *store.Store, sweeper *ttl.Sweeper) {
		for n := range 1500 {
			set(t, s, fmt.Sprintf("rooms/%d", n), in(time.Duration(n-1499)*time.Second))
		}
		set(t, s, "rooms/stays", in(time.Hour))
		if err := sweeper.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantPaths(t, s, "rooms/stays")
	})
}
