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

// Commit makes all writes or none. It waits for transactions that hold what it would change, and until the journal has
// kept it. Errors are gRPC statuses: INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS and FAILED_PRECONDITION say what is
// wrong with a write; ABORTED says that there was contention and that trying again may help; INTERNAL that the journal
// failed, and then all commits do; others are those of Check, or ctx's.
func (s *Store) Commit(ctx context.Context, r Request) (Result, error) {
	late := time.NewTimer(s.options.Wait)
	defer late.Stop()
	for {
		decided, holder := s.decide(r)
		if holder == nil {
			return decided.wait()
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

// held is what a commit has to wait for before it can be decided: a transaction, or room in the journal's queue.
type held struct {
	ended <-chan struct{}
	left  time.Duration
}

// decided is a commit's outcome, and the newest commit that it knows of: until that is kept, nobody may hear of it.
type decided struct {
	result Result
	err    error
	by     *pending
}

// wait gives the outcome when it holds even after a crash.
func (d decided) wait() (Result, error) {
	if err := d.by.wait(); err != nil {
		return Result{}, err
	}
	return d.result, d.err
}

// decide commits, or tells whom to wait for. A refusal, too, tells of what was committed before.
func (s *Store) decide(r Request) (decided, *held) {
	s.mu.Lock()
	defer s.mu.Unlock()
	result, holder, err := s.tryCommit(r)
	return decided{result: result, err: err, by: s.newest()}, holder
}

// tryCommit commits, or tells whom to wait for. Called with mu held.
func (s *Store) tryCommit(r Request) (Result, *held, error) {
	if s.closed {
		return Result{}, nil, ErrClosed
	}
	if s.broken != nil {
		return Result{}, nil, s.broken
	}
	if len(s.pending) == maxPending {
		return Result{}, &held{ended: s.pending[0].settled, left: s.options.Wait}, nil
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
	s.finish(t)
	if r.Check != nil {
		if err := r.Check(s.tip, after, written); err != nil {
			return Result{}, nil, err
		}
	}
	if len(changes) > 0 {
		err = s.record(Commit{Changes: changes, After: after})
	}
	return result, nil, err
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
