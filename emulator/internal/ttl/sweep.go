package ttl

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parley-chat/parley/emulator/internal/query"
	"github.com/parley-chat/parley/emulator/internal/store"
)

// Interval is how often [Sweeper.Run] sweeps.
const Interval = time.Minute

// atOnce is how many documents of a database are deleted side by side: so they share the journal's writes.
const atOnce = 64

// Sweeper deletes what is over. It is safe for concurrent use.
type Sweeper struct {
	policies  []Policy
	databases func() []*store.Store
	now       func() time.Time
	deleted   func(database string, n int64)
}

// New makes a sweeper of these databases, which are asked for at each sweep. now is the clock. deleted is told how many
// documents a sweep has deleted where, before Sweep returns; it is safe for concurrent use.
func New(
	policies []Policy, databases func() []*store.Store, now func() time.Time, deleted func(database string, n int64),
) *Sweeper {
	return &Sweeper{policies: policies, databases: databases, now: now, deleted: deleted}
}

// Run sweeps once an interval until ctx ends. What one sweep cannot delete is left for the next.
func (s *Sweeper) Run(ctx context.Context) {
	if len(s.policies) == 0 {
		return
	}
	every := time.NewTicker(Interval)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			_ = s.Sweep(ctx)
		}
	}
}

// Sweep deletes what is over now, and returns when it is gone. Documents that somebody else has changed meanwhile, or
// holds, are no error. Errors: ctx's, and those of commits that cannot be kept.
func (s *Sweeper) Sweep(ctx context.Context) error {
	var all []error
	for _, p := range s.policies {
		for _, db := range s.databases() {
			all = append(all, s.sweep(ctx, db, p))
		}
	}
	return errors.Join(all...)
}

func (s *Sweeper) sweep(ctx context.Context, db *store.Store, p Policy) error {
	over, err := query.Compile(db.Root(), overAt(p, s.now()))
	if err != nil {
		return fmt.Errorf("ttl: %s: %w", p.Collection, err)
	}
	found := over.Find(db.Snapshot().Source(over)).Documents
	failed := make([]error, len(found))
	places := make(chan struct{}, atOnce)
	var gone atomic.Int64
	var all sync.WaitGroup
	for i, d := range found {
		places <- struct{}{}
		all.Go(func() {
			was, err := remove(ctx, db, d)
			if failed[i] = err; was {
				gone.Add(1)
			}
			<-places
		})
	}
	all.Wait()
	s.deleted(db.Name(), gone.Load())
	return errors.Join(failed...)
}

// overAt selects the documents of a policy that are over. A comparison selects values of its own type alone.
func overAt(p Policy, now time.Time) *firestorepb.StructuredQuery {
	return &firestorepb.StructuredQuery{
		From: []*firestorepb.StructuredQuery_CollectionSelector{{CollectionId: p.Collection, AllDescendants: true}},
		Where: &firestorepb.StructuredQuery_Filter{FilterType: &firestorepb.StructuredQuery_Filter_FieldFilter{
			FieldFilter: &firestorepb.StructuredQuery_FieldFilter{
				Field: &firestorepb.StructuredQuery_FieldReference{FieldPath: p.Field},
				Op:    firestorepb.StructuredQuery_FieldFilter_LESS_THAN_OR_EQUAL,
				Value: &firestorepb.Value{ValueType: &firestorepb.Value_TimestampValue{TimestampValue: timestamppb.New(now)}},
			},
		}},
	}
}

// remove deletes a document if it is as it was found, and tells whether it was.
func remove(ctx context.Context, db *store.Store, d *firestorepb.Document) (deleted bool, err error) {
	_, err = db.Commit(ctx, store.Request{Writes: []store.Write{{Proto: &firestorepb.Write{
		Operation: &firestorepb.Write_Delete{Delete: d.GetName()},
		CurrentDocument: &firestorepb.Precondition{
			ConditionType: &firestorepb.Precondition_UpdateTime{UpdateTime: d.GetUpdateTime()},
		},
	}}}})
	switch status.Code(err) {
	case codes.NotFound, codes.FailedPrecondition, codes.Aborted:
		return false, nil
	default:
		return err == nil, err
	}
}
