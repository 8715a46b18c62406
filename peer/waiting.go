package peer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// waiting is a callee without an offer. run's goroutine owns it; the two beside it only send to its channels.
type waiting struct {
	d       *dialer
	request protocol.QuickMatchRequest
	answer  protocol.QuickMatchAnswer
	link    signaling.LinkRef
	links   chan *signaling.Link
	answers chan protocol.QuickMatchAnswer
	broken  chan error
	early   *prepared // nil until somebody comes; run's caller takes or discards it
}

func (w *waiting) run(outer context.Context) (offer signaling.Link, moved *protocol.QuickMatchAnswer, err error) {
	ctx, stop := context.WithCancel(outer)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { w.watch(ctx) })
	beside.Go(func() { _, _ = w.d.iceServers(ctx) }) // so that the offer does not wait for them; asked again then
	renewing, stopRenewing := context.WithCancel(ctx)
	defer stopRenewing()
	if w.answer.Status == protocol.Waiting {
		beside.Go(func() { w.renew(renewing) })
	}
	late := time.NewTimer(0)
	late.Stop()
	paired := false
	for {
		select {
		case <-ctx.Done():
			return offer, nil, ctx.Err()
		case err := <-w.broken:
			return offer, nil, err
		case a := <-w.answers:
			if a.RoomID != w.answer.RoomID || a.Role != protocol.Callee {
				return offer, &a, nil
			}
		case <-late.C:
			w.close(ctx)
			return offer, nil, errNoShow
		case l := <-w.links:
			if l == nil && !paired && w.answer.Status == protocol.Waiting {
				continue // the room does not exist until somebody comes (SPEC D2)
			}
			if l == nil || l.State == signaling.LinkClosed {
				return offer, nil, errNoShow
			}
			if l.Callee != w.d.UID {
				return offer, nil, failure(ProtocolError, errors.New("the room is for others"))
			}
			if !paired {
				paired = true
				stopRenewing()
				late.Reset(answerWait)
				w.early = w.d.prepare(outer, w.d.answering) // it gathers while the offer is on its way
				w.d.event(EventSignaling)
			}
			if l.Offer != nil {
				return *l, nil, nil
			}
		}
	}
}

// close tells a caller that did not write that this side went on (SPEC S4).
func (w *waiting) close(ctx context.Context) {
	ctx, cancel := parting(ctx)
	defer cancel()
	_ = w.link.Close(ctx, signaling.ReasonLeft)
}

func (w *waiting) watch(ctx context.Context) {
	err := w.link.Watch(ctx, func(l *signaling.Link) {
		select {
		case w.links <- l:
		case <-ctx.Done():
		}
	})
	if ctx.Err() == nil {
		w.broken <- err
	}
}

// renew asks again, each third of the lease (SPEC A6). It also keeps the ICE servers' credentials good.
func (w *waiting) renew(ctx context.Context) {
	heard := time.Now()
	wait := w.answer.Lease / 3
	for {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
		a, err := w.d.API.QuickMatch(ctx, w.request)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			heard, wait = time.Now(), a.Lease/3
			select {
			case w.answers <- a:
			case <-ctx.Done():
				return
			}
			_, _ = w.d.iceServers(ctx) // likewise, when their time is half over
		case NameOf(functionError(ctx, err)) != FunctionUnavailable || time.Since(heard) > renewalPatience:
			w.broken <- functionError(ctx, err)
			return
		}
	}
}
