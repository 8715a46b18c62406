package store

import (
	"context"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Write is one write of a commit: what the protocol has, or the check of a precondition alone, which the browser's
// SDK sends and the published protocol lacks.
type Write struct {
	// Proto is an update, a delete or a transform. It is not changed, and must not change any more.
	Proto *firestorepb.Write
	// Verify is the full name of a document of which only Proto's precondition is checked. Empty: there is more to do.
	Verify string
}

// Request is a commit.
type Request struct {
	// Transaction is the id of one that ends with this commit, whatever becomes of it; empty: none.
	Transaction []byte
	// Writes are applied in order. None of them is, if one cannot be.
	Writes []Write
	// Check is asked last, with the database before and after: an error of it is the commit's. It must be quick, since
	// all other commits wait for it, and must not call the store. nil agrees to everything. Where a precondition does
	// not hold it is asked all the same, as if it did, and that error comes after its own.
	// It is told of all documents that are written, also of those that stay as they were: else somebody without a
	// right to read could find out what is there.
	Check func(before, after Snapshot, written []Change) error
}

// Result is what became of a commit. Its results are in the order of the writes.
type Result struct {
	Time    Time
	Results []*firestorepb.WriteResult
}

// Commit makes all writes or none. It waits for transactions that hold what it would change. Errors are gRPC
// statuses: INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS and FAILED_PRECONDITION say what is wrong with a write;
// ABORTED says that there was contention and that trying again may help; others are those of Check, or ctx's.
func (s *Store) Commit(ctx context.Context, r Request) (Result, error) {
	late := time.NewTimer(s.options.Wait)
	defer late.Stop()
	for {
		result, holder, err := s.tryCommit(r)
		if holder == nil {
			return result, err
		}
		gone := time.NewTimer(holder.left)
		select {
		case <-holder.ended:
		case <-gone.C: // looked at again, it counts as over
		case <-late.C:
			s.giveUp(r.Transaction)
			return Result{}, errContention()
		case <-ctx.Done():
			s.giveUp(r.Transaction)
			return Result{}, status.FromContextError(ctx.Err()).Err()
		}
		gone.Stop()
	}
}

// held is a transaction that a commit has to wait for.
type held struct {
	ended <-chan struct{}
	left  time.Duration
}

// tryCommit commits, or tells whom to wait for.
func (s *Store) tryCommit(r Request) (Result, *held, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Result{}, nil, ErrClosed
	}
	var t *transaction
	if len(r.Transaction) > 0 {
		var err error
		if t, err = s.use(r.Transaction); err != nil {
			return Result{}, nil, err
		}
		t.awaiting = nil
	}
	made, result, err := s.apply(r, t)
	if err == nil && made.unmet != nil {
		err = made.refusal(r)
	}
	if err != nil {
		s.finish(t)
		return Result{}, nil, err
	}
	written, after := made.touched(), made.after
	changes := changed(written)
	if holders := s.holders(t, changes); len(holders) > 0 {
		if t != nil && anyWaitsFor(holders, t) {
			s.finish(t)
			return Result{}, nil, errContention()
		}
		if t != nil {
			t.awaiting = holders
		}
		return Result{}, &held{ended: holders[0].ended, left: s.left(holders[0])}, nil
	}
	if r.Check != nil {
		if err := r.Check(s.current, after, written); err != nil {
			s.finish(t)
			return Result{}, nil, err
		}
	}
	s.finish(t)
	if len(changes) > 0 {
		after.indexes = s.current.indexes.with(changes, s.root)
		s.indexing.committed(changes)
		s.current = after
		s.feed.publish(Commit{Changes: changes, After: after})
	}
	return result, nil, nil
}

// refusal is the error of a commit that cannot be made because of what is stored.
func (a *applying) refusal(r Request) error {
	if r.Check != nil {
		if err := r.Check(a.before, a.after, a.touched()); err != nil {
			return err
		}
	}
	return a.unmet
}

// finish ends a commit's transaction, if it has one. Called with mu held.
func (s *Store) finish(t *transaction) {
	if t != nil {
		s.end(t)
	}
}

// giveUp ends the transaction of a commit that waits no longer.
func (s *Store) giveUp(id []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finish(s.transactions[string(id)])
}

func anyWaitsFor(holders []*transaction, t *transaction) bool {
	for _, one := range holders {
		if one.waitsFor(t) {
			return true
		}
	}
	return false
}

func errContention() error {
	return status.Error(codes.Aborted, "Too much contention on these documents. Please try again.")
}
