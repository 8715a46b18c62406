package firestorestore

import (
	"context"
	"errors"
	"time"

	"cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/signaling"
)

// When a listener is opened anew (SPEC D12).
const (
	impatience = 3 * time.Second // without an answer
	secondLook = 2 * time.Second // after the first answer

	reopenPause = 250 * time.Millisecond // after it broke
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
	if q.Latest != "" {
		query = query.OrderBy(q.Latest, firestore.Desc)
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
// answer, or breaks, is opened anew: until its first answer for as long as the timeout says, afterwards without an end.
func (s *Store) watch(ctx context.Context, listen func(context.Context, func()) error) error {
	late := time.Now().Add(s.timeout)
	for first := true; ; {
		patience := impatience
		if first {
			patience = min(patience, time.Until(late))
		}
		answered, err := look(ctx, patience, first, listen)
		first = first && !answered
		switch {
		case ctx.Err() != nil || !passes(err):
			return fail(ctx, "watch", err)
		case first && !time.Now().Before(late):
			return signaling.ErrUnavailable
		case !errors.Is(err, errLookAgain):
			pause(ctx)
		}
	}
}

// passes tells whether opening a listener anew may help. Google's client goes on by itself after outages; it ends on
// what it does not expect, and the official emulator sometimes says that it canceled a call, or that it does not
// know what went wrong.
func passes(err error) bool {
	switch status.Code(err) {
	case codes.Canceled, codes.Unknown, codes.Internal, codes.Aborted, codes.Unavailable, codes.DeadlineExceeded,
		codes.ResourceExhausted:
		return true
	default: // it was refused, and will be
		return false
	}
}

// pause keeps a listener that breaks at once from being opened in a tight loop.
func pause(ctx context.Context) {
	timer := time.NewTimer(reopenPause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
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
