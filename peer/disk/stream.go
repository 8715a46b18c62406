package disk

import (
	"context"
	"fmt"
	"io"
)

// Stream writes all files one after the other to w as they come, and returns when all is written. It fails with ctx,
// with w, with ErrClosed, or as the disk does. It is for pipes: who streams discards the sink afterwards.
func (s *Sink) Stream(ctx context.Context, w io.Writer) error {
	for index := s.head; index < len(s.set.Blocks()); index++ {
		if err := s.wait(ctx, index); err != nil {
			return err
		}
		content, _, err := s.pieces.read(index)
		if err != nil {
			return fmt.Errorf("%w: block %d", err, index)
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sink) wait(ctx context.Context, index int) error {
	for {
		s.mu.Lock()
		there, failed, came := s.hasLocked(index), s.failed, s.came
		s.mu.Unlock()
		if there || failed != nil {
			return failed
		}
		select {
		case <-came:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
