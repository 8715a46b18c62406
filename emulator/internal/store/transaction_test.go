package store

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func begin(t *testing.T, s *Store) []byte {
	t.Helper()
	id, err := s.Begin()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// read holds a document and gives its n.
func read(t *testing.T, s *Store, id []byte, path string) int64 {
	t.Helper()
	seen, err := s.Look(id, Reads{Names: []string{name(path)}})
	if err != nil {
		t.Fatal(err)
	}
	return seen.Get(name(path)).GetFields()["n"].GetIntegerValue()
}

// started commits beside the test.
func started(ctx context.Context, s *Store, r Request) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := s.Commit(ctx, r)
		done <- err
	}()
	return done
}

func waits(t *testing.T, done <-chan error, what string) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-done:
		t.Errorf("%s did not wait: %v", what, err)
	default:
	}
}

func TestACommitWaitsForWhoHasRead(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *Store) {
		commit(t, s, set("a/1", 1))
		id := begin(t, s)
		n := read(t, s, id, "a/1")
		other := started(t.Context(), s, Request{Writes: []Write{set("a/1", 100)}})
		waits(t, other, "a write of what a transaction has read")
		if _, err := s.Commit(t.Context(), Request{Transaction: id, Writes: []Write{set("a/1", n+1)}}); err != nil {
			t.Fatal(err)
		}
		if err := <-other; err != nil {
			t.Fatal(err)
		}
		wantN(t, s.Snapshot(), "a/1", 100)
	})
}

func TestAQueryIsHeldAgainstPhantoms(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *Store) {
		id := begin(t, s)
		small := func(d *firestorepb.Document) bool { return d.GetFields()["n"].GetIntegerValue() < 10 }
		if _, err := s.Look(id, Reads{Selects: small}); err != nil {
			t.Fatal(err)
		}
		commit(t, s, set("a/large", 50)) // the query does not select it
		phantom := started(t.Context(), s, Request{Writes: []Write{set("a/small", 5)}})
		waits(t, phantom, "a document that the query would select")
		if err := s.Rollback(id); err != nil {
			t.Fatal(err)
		}
		if err := <-phantom; err != nil {
			t.Fatal(err)
		}
	})
}

func TestACircleOfWaitingEndsAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *Store) {
		commit(t, s, set("a/1", 1))
		one, two := begin(t, s), begin(t, s)
		read(t, s, one, "a/1")
		read(t, s, two, "a/1")
		from := time.Now()
		first := started(t.Context(), s, Request{Transaction: one, Writes: []Write{set("a/1", 2)}})
		waits(t, first, "the first to commit")
		_, err := s.Commit(t.Context(), Request{Transaction: two, Writes: []Write{set("a/1", 3)}})
		wantCode(t, err, codes.Aborted)
		if err := <-first; err != nil {
			t.Errorf("the first: %v", err)
		}
		if waited := time.Since(from); waited != 0 {
			t.Errorf("it took %v", waited)
		}
		wantN(t, s.Snapshot(), "a/1", 2)
	})
}

func TestWaitingIsBounded(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *Store) {
		id := begin(t, s)
		read(t, s, id, "a/1")
		from := time.Now()
		_, err := s.Commit(t.Context(), Request{Writes: []Write{set("a/1", 1)}})
		wantCode(t, err, codes.Aborted)
		if waited := time.Since(from); waited != 5*time.Second {
			t.Errorf("waited %v, want 5 s", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = s.Commit(ctx, Request{Writes: []Write{set("a/1", 1)}})
		wantCode(t, err, codes.DeadlineExceeded)
	})
}

func TestAnIdleTransactionEnds(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *Store) {
		id := begin(t, s)
		read(t, s, id, "a/1")
		<-time.After(58 * time.Second)
		commit(t, s, set("a/1", 1)) // waits the last two seconds of it
		_, err := s.Look(id, Reads{})
		wantCode(t, err, codes.InvalidArgument)
		_, err = s.Commit(t.Context(), Request{Transaction: id})
		wantCode(t, err, codes.InvalidArgument)
	})
}

func TestReadOnlyHoldsNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *Store) {
		at := commit(t, s, set("a/1", 1)).Time
		commit(t, s, set("a/1", 2))
		past, err := s.BeginReadOnly(at)
		if err != nil {
			t.Fatal(err)
		}
		now, err := s.BeginReadOnly(0)
		if err != nil {
			t.Fatal(err)
		}
		commit(t, s, set("a/1", 3))
		if n := read(t, s, past, "a/1"); n != 1 {
			t.Errorf("in the past n is %d, want 1", n)
		}
		if n := read(t, s, now, "a/1"); n != 2 {
			t.Errorf("at the beginning n was %d, want 2", n)
		}
		_, err = s.Commit(t.Context(), Request{Transaction: now, Writes: []Write{set("a/1", 4)}})
		wantCode(t, err, codes.InvalidArgument)
	})
}

func TestACheckDecides(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	commit(t, s, set("a/1", 1))
	refuse := func(before, after Snapshot, changes []Change) error {
		if len(changes) != 1 || changes[0].Name != name("a/1") {
			t.Errorf("asked about %+v", changes)
		}
		wantN(t, before, "a/1", 1)
		wantN(t, after, "a/1", 2)
		return status.Error(codes.PermissionDenied, "no")
	}
	_, err := s.Commit(t.Context(), Request{Writes: []Write{set("a/1", 2)}, Check: refuse})
	wantCode(t, err, codes.PermissionDenied)
	wantN(t, s.Snapshot(), "a/1", 1)
}

// Rules come before what is stored: a stranger must not learn from an error which documents there are.
func TestACheckComesBeforePreconditions(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	defer s.Close()
	commit(t, s, set("a/1", 1))
	tooLarge, longAgo := set("a/1", 1), At(time.Unix(5, 0)).Proto()
	tooLarge.Proto.GetUpdate().Fields["text"] = &firestorepb.Value{
		ValueType: &firestorepb.Value_StringValue{StringValue: strings.Repeat("a", 1<<20)},
	}
	for what, c := range map[string]struct {
		write   Write
		existed bool // as the check is told
		allowed codes.Code
	}{
		"absent, and should be there":   {set("a/none", 2).ifExists(true), true, codes.NotFound},
		"there, and should not be":      {set("a/1", 2).ifExists(false), false, codes.AlreadyExists},
		"an older version":              {set("a/1", 2).ifUnchanged(longAgo), true, codes.FailedPrecondition},
		"a delete of what is not there": {remove("a/none").ifExists(true), true, codes.NotFound},
		"too large":                     {tooLarge, true, codes.InvalidArgument},
	} {
		var answer error
		check := func(_, _ Snapshot, written []Change) error {
			if len(written) != 1 || (written[0].Before != nil) != c.existed {
				t.Errorf("%s: asked about %v", what, written)
			}
			return answer
		}
		_, err := s.Commit(t.Context(), Request{Writes: []Write{c.write}, Check: check})
		if status.Code(err) != c.allowed {
			t.Errorf("%s, allowed: %v, want %v", what, err, c.allowed)
		}
		answer = status.Error(codes.PermissionDenied, "no")
		_, err = s.Commit(t.Context(), Request{Writes: []Write{c.write}, Check: check})
		wantCode(t, err, codes.PermissionDenied)
	}
	wantN(t, s.Snapshot(), "a/1", 1)
}

func TestRollbackOfWhatHasEnded(t *testing.T) {
	t.Parallel()
	s := New(database, nil)
	defer s.Close()
	id := begin(t, s)
	for range 2 {
		if err := s.Rollback(id); err != nil {
			t.Error(err)
		}
	}
	wantCode(t, s.Rollback([]byte("no id")), codes.InvalidArgument)
}

// Transfers between accounts, by transactions that read two and write two, and totals by queries meanwhile: the sum
// is always the same, and everybody comes to an end.
func TestSerializable(t *testing.T) {
	t.Parallel()
	const accounts, people, transfers = 4, 8, 60
	s := New(database, nil)
	defer s.Close()
	account := func(n int) string { return "accounts/" + string(rune('a'+n)) }
	for n := range accounts {
		commit(t, s, set(account(n), 100))
	}
	var all sync.WaitGroup
	for person := range people {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(1, uint64(person)))
			for range transfers {
				from, to := dice.IntN(accounts), dice.IntN(accounts)
				for from != to && !transfer(t, s, account(from), account(to)) {
					continue // ABORTED: once more, as the client libraries do
				}
				if sum := total(s); sum != 100*accounts {
					t.Errorf("the sum is %d", sum)
				}
			}
		})
	}
	all.Wait()
}

func transfer(t *testing.T, s *Store, from, to string) bool {
	id := begin(t, s)
	a, b := read(t, s, id, from), read(t, s, id, to)
	_, err := s.Commit(t.Context(), Request{Transaction: id, Writes: []Write{set(from, a-1), set(to, b+1)}})
	if err != nil && status.Code(err) != codes.Aborted {
		t.Error(err)
	}
	return err == nil
}

func total(s *Store) (sum int64) {
	for d := range s.Snapshot().Collection(s.Root(), "accounts") {
		sum += d.GetFields()["n"].GetIntegerValue()
	}
	return sum
}
