package bench

import (
	"context"
	"fmt"
)

// star are bare channels from one place to others: what a room is held to. The zero value has none.
type star struct{ pairs []*barePair }

// open makes so many channels over a network.
func (s *star) open(ctx context.Context, over *far, others int) error {
	center, err := over.place()
	if err != nil {
		return err
	}
	for range others {
		at, err := over.place()
		if err != nil {
			return err
		}
		pair, err := dialBareOver(ctx, center, at)
		if err != nil {
			return err
		}
		s.pairs = append(s.pairs, pair)
	}
	return nil
}

// say sends a text to all of the others, and returns when they have it.
func (s *star) say(ctx context.Context, frame string) error {
	for _, p := range s.pairs {
		if err := p.caller.channel.SendText(frame); err != nil {
			return fmt.Errorf("bench: live: %w", err)
		}
	}
	for _, p := range s.pairs {
		select {
		case <-p.callee.frames:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (s *star) close() {
	for _, p := range s.pairs {
		p.Close()
	}
}
