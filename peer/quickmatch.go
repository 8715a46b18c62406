package peer

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

const (
	// maxAgainWait bounds the pause before another search when nobody came again and again.
	maxAgainWait = 5 * time.Second
	// renewalPatience is how long a waiting peer puts up with a function that cannot be reached: a deployment
	// that is being replaced comes back, and the ticket is in Firestore meanwhile.
	renewalPatience = 2 * time.Minute
)

// QuickMatch finds a stranger and connects to them. It waits as long as ctx lives; when the other does not come, it
// looks for another by itself (SPEC S4). A ctx that ends takes the request back. Errors are ctx's, or have a name
// ([NameOf]): sign_in_failed, function_unavailable, relay_unavailable, store_unavailable, connection_failed,
// protocol_error or internal.
// The caller closes the Conn.
func QuickMatch(ctx context.Context, s Services, o *Options) (*Conn, error) {
	d := newDialer(s, o)
	pause := time.Duration(0)
	for {
		conn, err := d.match(ctx)
		if !errors.Is(err, errNoShow) {
			return conn, err
		}
		d.event(EventAgain)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		pause = min(maxAgainWait, 2*pause+100*time.Millisecond)
	}
}

// match is one search, with one request id.
func (d *dialer) match(ctx context.Context) (*Conn, error) {
	if d.o.RelayOnly {
		if _, err := d.iceServers(ctx); err != nil {
			return nil, err // before somebody is found who would wait in vain
		}
	}
	r, err := d.newTicket()
	if err != nil {
		return nil, named(ctx, err)
	}
	var closing sync.WaitGroup
	defer closing.Wait()
	early := d.prepare(ctx, d.offering)
	answer, err := d.API.QuickMatch(ctx, r.QuickMatchRequest)
	for {
		if err != nil {
			early.discard()
			if ctx.Err() != nil {
				d.takeBack(ctx, r.QuickMatchRequest) // the request may have arrived
			}
			return nil, functionError(ctx, err)
		}
		if answer.Status == protocol.Paired && answer.Role == protocol.Caller {
			return d.callStranger(ctx, r.sealing(answer.RoomID, *answer.PeerKey), early)
		}
		closing.Go(early.discard) // where relays do not answer it takes a while
		conn, moved, err := d.await(ctx, r, answer)
		if moved == nil {
			return conn, err
		}
		answer, early = *moved, d.prepare(ctx, d.offering)
	}
}

// takeBack ends the ticket. Nothing is missed if it is not heard: the lease ends.
func (d *dialer) takeBack(ctx context.Context, r protocol.QuickMatchRequest) {
	ctx, cancel := parting(ctx)
	defer cancel()
	_ = d.API.EndMatch(ctx, r.Pool, r.RequestID)
}

// prepared is a transport that is made, and gathers, before it is needed: a caller's while the function is asked, a
// callee's while the offer is on its way.
type prepared struct {
	cancel context.CancelFunc
	done   chan struct{}
	t      *transport // owned by the goroutine until done is closed
	err    error      // likewise
}

// prepare makes a transport beside the caller.
func (d *dialer) prepare(ctx context.Context, how func(context.Context) (*transport, error)) *prepared {
	ctx, cancel := context.WithCancel(ctx)
	p := &prepared{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.t, p.err = how(ctx)
	}()
	return p
}

// offering makes a transport with its offer set.
func (d *dialer) offering(ctx context.Context) (*transport, error) {
	t, err := d.answering(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.offer(); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// answering makes a transport that waits for an offer.
func (d *dialer) answering(ctx context.Context) (*transport, error) {
	servers, err := d.iceServers(ctx)
	if err != nil {
		return nil, err
	}
	return newTransport(d.o, servers)
}

// take waits for the transport; the taker closes it.
func (p *prepared) take() (*transport, error) {
	<-p.done
	p.cancel()
	return p.t, p.err
}

// discard ends the preparation and what it made. Discarding again does nothing.
func (p *prepared) discard() {
	p.cancel()
	<-p.done
	if p.t != nil {
		p.t.close()
	}
}

func (d *dialer) callStranger(ctx context.Context, seal sealing, early *prepared) (*Conn, error) {
	d.event(EventSignaling)
	link := signaling.PairRoom(d.Store, seal.room)
	t, err := early.take()
	if err != nil {
		ctx, cancel := parting(ctx)
		defer cancel()
		_ = link.Close(ctx, signaling.ReasonLeft) // the callee goes on at once, or after S4
		return nil, named(ctx, err)
	}
	o, err := d.newAttempt(link, t, protocol.Caller, seal).call(ctx, link.WriteOffer)
	return d.converse(ctx, o), err
}

// converse begins a conversation with a stranger; nil of nil.
func (d *dialer) converse(ctx context.Context, o *opened) *Conn {
	if o == nil {
		return nil
	}
	return o.conn.start(ctx, o, o.conn.reunite)
}

// await waits in the room of the answer for a caller and its offer, and renews the ticket meanwhile. It answers moved
// when the function says that the ticket is elsewhere now.
func (d *dialer) await(
	ctx context.Context, r ticket, answer protocol.QuickMatchAnswer,
) (_ *Conn, moved *protocol.QuickMatchAnswer, _ error) {
	d.event(EventWaiting)
	w := &waiting{
		d: d, request: r.QuickMatchRequest, answer: answer, link: signaling.PairRoom(d.Store, answer.RoomID),
		links: make(chan *signaling.Link), answers: make(chan protocol.QuickMatchAnswer), broken: make(chan error, 2),
	}
	offer, moved, err := w.run(ctx)
	if w.early != nil && (moved != nil || err != nil) {
		w.early.discard()
	}
	switch {
	case moved != nil:
		return nil, moved, nil
	case errors.Is(err, errNoShow) && ctx.Err() == nil:
		return nil, nil, err
	case err != nil:
		d.takeBack(ctx, w.request) // also closes the room, if somebody came meanwhile (SPEC A7)
		return nil, nil, named(ctx, err)
	}
	o, err := d.accept(ctx, w.link, offer, r.sealing(answer.RoomID, offer.CallerKey), w.early, nil)
	return d.converse(ctx, o), nil, err
}

// accept answers a link's offer. With may set up the attempt; nil does nothing.
func (d *dialer) accept(
	ctx context.Context, ref way, link signaling.Link, seal sealing, early *prepared, with func(*attempt),
) (*opened, error) {
	t, err := early.take()
	if err == nil {
		a := d.newAttempt(ref, t, protocol.Callee, seal)
		if with != nil {
			with(a)
		}
		return a.answer(ctx, link)
	}
	away, cancel := parting(ctx)
	defer cancel()
	_ = ref.Close(away, signaling.ReasonFailed)
	return nil, named(ctx, err)
}
