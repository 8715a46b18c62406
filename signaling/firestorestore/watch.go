package firestorestore

import (
	"context"
	"errors"
	"time"

	"cloud.google.com/go/firestore"

	"github.com/parley-chat/parley/signaling"
)

// When a listener is opened anew (SPEC D12).
const (
	impatience = 3 * time.Second // without an answer
	secondLook = 2 * time.Second // after the first answer
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

// errLookAgain ends a listener that is to be opened anew.
var errLookAgain = errors.New("firestorestore: look again")

// watch opens a listener, and after its first answer another one in its place, for good (SPEC D12). One that gets no
// answer is opened anew, for as long as the timeout says; after a first answer outages are waited out without an end.
func (s *Store) watch(ctx context.Context, listen func(context.Context, func()) error) error {
	late := time.Now().Add(s.timeout)
	for first := true; ; {
		patience := impatience
		if first {
			patience = min(patience, time.Until(late))
		}
		answered, err := look(ctx, patience, first, listen)
		switch {
		case !errors.Is(err, errLookAgain):
			return fail(ctx, "watch", err)
		case answered:
			first = false
		case first && !time.Now().Before(late):
			return signaling.ErrUnavailable
		}
	}
}

// look opens one listener. It ends with errLookAgain when there was no answer in time, and, if it is the first, some
// time after its first answer.
func look(
	ctx context.Context, patience time.Duration, first bool, listen func(context.Context, func()) error,
) (answered bool, err error) {
	open, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	again := time.AfterFunc(patience, func() { stop(errLookAgain) })
	defer again.Stop()
	err = listen(open, func() {
		switch {
		case answered:
		case first:
			again.Reset(secondLook)
		default:
			again.Stop()
		}
		answered = true
	})
	if ctx.Err() == nil && open.Err() != nil {
		err = errLookAgain
	}
	return answered, err
}
