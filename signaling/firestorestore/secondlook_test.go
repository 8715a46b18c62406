package firestorestore_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/internal/firestoretest/either"
	"github.com/parley-chat/parley/signaling"
)

// The official emulator loses some of the changes that are made while a listener opens, about 3 in 100 when many
// do so at once, and leaves some listeners without an answer (docs/adr/0011). No change may stay unknown.
func TestSecondLook(t *testing.T) {
	s := open(t, either.Project(t), "anybody")
	const people, each = 16, 8
	var all sync.WaitGroup
	for person := range people {
		all.Go(func() {
			for n := range each {
				if err := changeWhileOpening(t.Context(), s, fmt.Sprintf("rooms/%d-%d", person, n)); err != nil {
					t.Errorf("[D12] %v", err)
					return
				}
			}
		})
	}
	all.Wait()
}

// changeWhileOpening makes a document and changes it while a watch of it opens. It returns when the change was told.
func changeWhileOpening(ctx context.Context, s signaling.Store, path string) error {
	write := func(op signaling.Op, text string) error {
		err := s.Commit(ctx, signaling.Write{Op: op, Path: path, Fields: signaling.Fields{"text": text}})
		if errors.Is(err, signaling.ErrUnavailable) {
			// It may have been made all the same; Set can be repeated.
			err = s.Commit(ctx, signaling.Write{Op: signaling.Set, Path: path, Fields: signaling.Fields{"text": text}})
		}
		return err
	}
	if err := write(signaling.Create, "before"); err != nil {
		return err
	}
	watching, told := context.WithTimeout(ctx, 30*time.Second)
	defer told()
	var beside sync.WaitGroup
	var updated error
	beside.Go(func() { updated = write(signaling.Update, "after") })
	err := s.Watch(watching, path, func(d signaling.Document) {
		if d.Fields["text"] == "after" {
			told()
		}
	})
	beside.Wait()
	if updated != nil {
		return updated
	}
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: the change was not told: %w", path, err)
	}
	return nil
}
