package peer

import (
	"context"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// introduction is the way between two members of a room of many whom neighbours introduce: an offer goes there, an
// answer comes back, each with all of its candidates (SPEC O8).
type introduction struct {
	caller string // what an attempt knows its own side by
	// send gives a step to the neighbours. It fails with ctx's error only: what gets lost is not told.
	send func(ctx context.Context, step protocol.Step, sealed []byte) error
	// answers has room for one: the answer, or nil for a refusal.
	answers chan []byte
}

var _ way = (*introduction)(nil)

// answered takes the answer to the offer that was sent; of more than one the first counts. Nil is a refusal.
func (i *introduction) answered(sealed []byte) {
	select {
	case i.answers <- sealed:
	default:
	}
}

// Watch implements [way]: it tells of the answer.
func (i *introduction) Watch(ctx context.Context, each func(*signaling.Link)) error {
	select {
	case sealed := <-i.answers:
		if sealed == nil {
			each(nil)
		} else {
			each(&signaling.Link{Caller: i.caller, State: signaling.LinkPaired, Answer: sealed})
		}
	case <-ctx.Done():
	}
	<-ctx.Done()
	return ctx.Err()
}

// WriteOffer sends the own offer.
func (i *introduction) WriteOffer(ctx context.Context, payload []byte) error {
	return i.send(ctx, protocol.StepOffer, payload)
}

// WriteAnswer implements [way].
func (i *introduction) WriteAnswer(ctx context.Context, payload []byte) error {
	return i.send(ctx, protocol.StepAnswer, payload)
}

// Close implements [way]. The other sees it by what does not come.
func (i *introduction) Close(context.Context, signaling.Reason) error { return nil }

// Delete implements [way]. Nothing of it is kept anywhere.
func (i *introduction) Delete(context.Context, signaling.Known) error { return nil }
