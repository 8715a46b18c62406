package firestorestore

import (
	"context"
	"time"

	"cloud.google.com/go/firestore"

	"github.com/parley-chat/parley/signaling"
)

// Watch implements [signaling.Store].
func (s *Store) Watch(ctx context.Context, path string, each func(signaling.Document)) error {
	return s.watch(ctx, func(limited context.Context, answered func()) error {
		snapshots := s.client.Doc(path).Snapshots(limited)
		defer snapshots.Stop()
		for {
			snapshot, err := snapshots.Next()
			if err != nil {
				return err
			}
			answered()
			each(document(snapshot))
		}
	})
}

// WatchQuery implements [signaling.Store].
func (s *Store) WatchQuery(ctx context.Context, q signaling.Query, each func([]signaling.Document, time.Time)) error {
	query := s.client.Collection(q.Collection).Limit(q.Limit)
	if q.Field != "" {
		query = query.Where(q.Field, "==", q.Equals)
	}
	return s.watch(ctx, func(limited context.Context, answered func()) error {
		snapshots := query.Snapshots(limited)
		defer snapshots.Stop()
		for {
			snapshot, err := snapshots.Next()
			if err != nil {
				return err
			}
			found, err := snapshot.Documents.GetAll()
			if err != nil {
				return err
			}
			answered()
			each(documents(found), snapshot.ReadTime)
		}
	})
}

func documents(found []*firestore.DocumentSnapshot) []signaling.Document {
	docs := make([]signaling.Document, len(found))
	for i, snapshot := range found {
		docs[i] = document(snapshot)
	}
	return docs
}

// watch runs listen with a context that ends if the first answer does not come in time. The Firestore client
// waits out outages by itself and without an end; after the first answer that is what is wanted.
func (s *Store) watch(ctx context.Context, listen func(context.Context, func()) error) error {
	limited, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	late := time.AfterFunc(s.timeout, func() { stop(signaling.ErrUnavailable) })
	defer late.Stop()
	err := listen(limited, func() { late.Stop() })
	if ctx.Err() == nil && limited.Err() != nil {
		return signaling.ErrUnavailable
	}
	return fail(ctx, "watch", err)
}
