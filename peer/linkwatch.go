package peer

import (
	"context"
	"errors"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// watchLink listens to the link beside the loop, which hears of it by links and broken.
func (a *attempt) watchLink(ctx context.Context) {
	ctx, a.stopLink = context.WithCancel(ctx)
	a.watching.Go(func() {
		err := a.link.Watch(ctx, func(l *signaling.Link) {
			select {
			case a.links <- l:
			case <-ctx.Done():
			}
		})
		if ctx.Err() == nil {
			a.broken <- err
		}
	})
}

// followAfter fires when a peer that should be connected by now asks what the other did with the link (SPEC S6).
func (a *attempt) followAfter() <-chan time.Time {
	if a.neg.Phase() == protocol.PhaseConnecting && a.trickle != nil {
		return time.After(followWait)
	}
	return nil
}

// followed looks at the link while both connect (SPEC S6). One that is absent is no error: its caller may be
// connected already (D11).
func (a *attempt) followed(l *signaling.Link) error {
	switch {
	case l == nil || l.State != signaling.LinkClosed:
		return nil
	case l.Reason == signaling.ReasonFailed:
		return failure(ConnectionFailed, errors.New("the other gave it up"))
	}
	return errNoShow
}

// linked looks at the link while the caller waits for the answer.
func (a *attempt) linked(ctx context.Context, l *signaling.Link) error {
	if a.neg.Phase() != protocol.PhaseSignaling {
		return a.followed(l)
	}
	switch {
	case l == nil:
		return errNoShow
	case l.Caller != a.d.UID || (a.peer != "" && l.Callee != a.peer):
		return failure(ProtocolError, errors.New("the link is between others"))
	case l.State == signaling.LinkClosed && l.Reason == signaling.ReasonFull:
		return errFull
	case l.State == signaling.LinkClosed:
		return errNoShow
	}
	a.peer, a.deadline = l.Callee, l.ExpireAt
	if l.Answer == nil {
		return nil
	}
	a.stopLink()
	answer, err := a.remote(protocol.KindAnswer, l.Answer)
	if err != nil {
		return err
	}
	a.described(ctx, answer.End)
	return nil
}
