package hostile

import (
	"context"
	"sync"

	"github.com/parley-chat/parley/peer"
)

// Relay is a person in the middle: what either end says is passed on to the other, and so is their leaving. It returns
// when both connections have ended, with ctx's error if that was why.
func Relay(ctx context.Context, a, b *peer.Conn) error {
	var passing sync.WaitGroup
	for _, way := range [][2]*peer.Conn{{a, b}, {b, a}} {
		passing.Go(func() {
			from, to := way[0], way[1]
			for {
				text, err := from.Receive(ctx)
				if err != nil || to.Send(ctx, text) != nil {
					break
				}
			}
			_ = to.Close() // it may have ended already
		})
	}
	passing.Wait()
	_, _ = a.Close(), b.Close()
	return ctx.Err()
}
