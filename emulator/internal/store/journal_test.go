package store

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
)

// gate is a journal that keeps an entry when it is told to. Its test calls it from one goroutine at a time.
type gate struct {
	saved   Saved
	entries []Entry
	done    []func(error)
}

func (g *gate) Databases() []string { return []string{database} }

func (g *gate) Saved(string) Saved { return g.saved }

func (g *gate) Append(e Entry, done func(error)) error {
	g.entries, g.done = append(g.entries, e), append(g.done, done)
	return nil
}

// next keeps the oldest entry, or fails to.
func (g *gate) next(err error) {
	first := g.done[0]
	g.done = g.done[1:]
	first(err)
}

// behind runs with a virtual clock and a store behind a gate.
func behind(t *testing.T, f func(t *testing.T, s *Store, g *gate)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &gate{}
		s := New(database, &Options{Journal: g})
		defer s.Close()
		f(t, s, g)
	})
}

func TestNobodySeesWhatIsNotKept(t *testing.T) {
	t.Parallel()
	behind(t, func(t *testing.T, s *Store, g *gate) {
		feed := s.Follow()
		feed.Watch(InDocument(name("a/1")))
		done := started(t.Context(), s, Request{Writes: []Write{set("a/1", 1)}})
		waits(t, done, "a commit that is not kept yet")
		if n := s.Snapshot().Len(); n != 0 {
			t.Errorf("%d documents are seen", n)
		}
		if news, err := feed.Take(); len(news.Commits) > 0 || err != nil {
			t.Errorf("the feed tells %v, %v", news, err)
		}
		g.next(nil)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		wantN(t, s.Snapshot(), "a/1", 1)
		if news, err := feed.Take(); len(news.Commits) != 1 || err != nil {
			t.Errorf("the feed tells %v, %v", news, err)
		}
	})
}

// Commits do not wait for each other, and are decided by those before them, which nobody sees yet.
func TestCommitsGather(t *testing.T) {
	t.Parallel()
	behind(t, func(t *testing.T, s *Store, g *gate) {
		first := started(t.Context(), s, Request{Writes: []Write{set("a/1", 1).ifExists(false)}})
		synctest.Wait()
		second := started(t.Context(), s, Request{Writes: []Write{set("a/1", 2).ifExists(true)}})
		synctest.Wait()
		refused := started(t.Context(), s, Request{Writes: []Write{set("a/1", 3).ifExists(false)}})
		waits(t, refused, "a refusal by what is not kept yet")
		if len(g.entries) != 2 || g.entries[0].Time >= g.entries[1].Time {
			t.Fatalf("the journal has %+v, want two commits in order", g.entries)
		}
		g.next(nil)
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		wantN(t, s.Snapshot(), "a/1", 1)
		waits(t, second, "a commit after one that is kept")
		g.next(nil)
		if err := <-second; err != nil {
			t.Fatal(err)
		}
		wantCode(t, <-refused, codes.AlreadyExists)
	})
}

func TestATransactionReadsWhatIsKept(t *testing.T) {
	t.Parallel()
	behind(t, func(t *testing.T, s *Store, g *gate) {
		id := begin(t, s)
		done := started(t.Context(), s, Request{Writes: []Write{set("a/1", 1)}})
		synctest.Wait()
		seen := make(chan int64, 1)
		go func() { seen <- read(t, s, id, "a/1") }()
		synctest.Wait()
		if len(seen) > 0 {
			t.Error("a transaction has read before what it reads was kept")
		}
		other := started(t.Context(), s, Request{Writes: []Write{set("a/1", 5)}})
		synctest.Wait()
		g.next(nil)
		if n := <-seen; n != 1 {
			t.Errorf("it has read %d, want what was committed before", n)
		}
		waits(t, other, "a write of what a transaction is about to read")
		if err := s.Rollback(id); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		g.next(nil)
		if err := errors.Join(<-done, <-other); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAReadInThePastWaits(t *testing.T) {
	t.Parallel()
	behind(t, func(t *testing.T, s *Store, g *gate) {
		done := started(t.Context(), s, Request{Writes: []Write{set("a/1", 1)}})
		synctest.Wait()
		past := make(chan Snapshot, 1)
		go func() {
			snapshot, err := s.AsOf(g.entries[0].Time)
			if err != nil {
				t.Error(err)
			}
			past <- snapshot
		}()
		synctest.Wait()
		if len(past) > 0 {
			t.Error("a moment was read whose commit is not kept")
		}
		g.next(nil)
		wantN(t, <-past, "a/1", 1)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

func TestAJournalThatFails(t *testing.T) {
	t.Parallel()
	behind(t, func(t *testing.T, s *Store, g *gate) {
		id := begin(t, s)
		first := started(t.Context(), s, Request{Writes: []Write{set("a/1", 1)}})
		synctest.Wait()
		second := started(t.Context(), s, Request{Writes: []Write{set("a/2", 1)}})
		synctest.Wait()
		looked := make(chan error, 1)
		go func() {
			_, err := s.Look(id, Reads{Names: []string{name("a/1")}})
			looked <- err
		}()
		synctest.Wait()
		g.next(errors.New("disk full"))
		g.next(nil) // not true, since it was decided by what is lost
		wantCode(t, <-first, codes.Internal)
		wantCode(t, <-second, codes.Internal)
		wantCode(t, <-looked, codes.Internal)
		_, err := s.Commit(t.Context(), Request{Writes: []Write{set("a/3", 1)}})
		wantCode(t, err, codes.Internal)
		if n := s.Snapshot().Len(); n != 0 {
			t.Errorf("%d documents are seen, none was kept", n)
		}
	})
}

func TestTheQueueIsBounded(t *testing.T) {
	t.Parallel()
	behind(t, func(t *testing.T, s *Store, g *gate) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var all []<-chan error
		for n := range int64(maxPending + 1) {
			all = append(all, started(ctx, s, Request{Writes: []Write{set("a/1", n+1)}}))
			synctest.Wait()
		}
		if len(g.entries) != maxPending {
			t.Errorf("%d commits are queued", len(g.entries))
		}
		g.next(nil)
		synctest.Wait()
		for len(g.done) > 0 {
			g.next(nil)
		}
		for _, done := range all {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		wantN(t, s.Snapshot(), "a/1", maxPending+1)
	})
}

func TestClosingKeepsWhatIsQueued(t *testing.T) {
	t.Parallel()
	behind(t, func(t *testing.T, s *Store, g *gate) {
		done := started(t.Context(), s, Request{Writes: []Write{set("a/1", 1)}})
		synctest.Wait()
		s.Close()
		g.next(nil)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// The clock was set back over a restart: times go on from where they were, and a moment of then is another one now.
func TestTimesGrowOverARestart(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	saved := Saved{Time: At(now.Add(time.Hour)), Documents: []*firestorepb.Document{{Name: name("a/1")}}}
	s := New(database, &Options{Journal: &gate{saved: saved}, Now: func() time.Time { return now }})
	defer s.Close()
	if s.Snapshot().Time() != saved.Time || s.Snapshot().Get(name("a/1")) == nil {
		t.Errorf("at %v, want %v and the document", s.Snapshot().Time().Std(), saved.Time.Std())
	}
	_, err := s.AsOf(saved.Time - 1)
	wantCode(t, err, codes.FailedPrecondition)
}
