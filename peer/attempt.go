package peer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// way is how the two of an attempt tell each other what they need before their channel is open: the documents of a
// link, or, in a room of many, what neighbours pass on.
type way interface {
	// Watch tells what has become of the link until ctx ends; nil while there is none.
	Watch(ctx context.Context, each func(*signaling.Link)) error
	WriteAnswer(ctx context.Context, payload []byte) error
	// Close tells the other that nothing comes of it, Delete leaves nothing behind.
	Close(ctx context.Context, reason signaling.Reason) error
	Delete(ctx context.Context, known signaling.Known) error
}

// trickle is a way that takes candidates too, after the descriptions.
type trickle interface {
	WriteBatch(ctx context.Context, side protocol.Role, n int, payload []byte, expireAt time.Time) error
	WatchBatches(ctx context.Context, side protocol.Role, each func([]signaling.Batch)) error
}

// attempt is one try to connect over one link. Its call or answer method runs in one goroutine, which owns all
// fields; the watches beside it only send to its channels, and have ended when the method returns.
type attempt struct {
	d       *dialer
	link    way
	trickle trickle // nil where all candidates go with the descriptions
	t       *transport
	peer    string // the other's uid; a caller of strangers learns it with the answer

	// connecting is told once when both descriptions are set; nil tells nobody.
	connecting func()
	// find gives the conversation that goes on with somebody; nil, and an answer of nil, begin one.
	find func(protocol.Identity) *Conn
	// expected is the one device that may be there; zero: any.
	expected protocol.Identity
	// inRoom makes it a link of a room of many, and gives the own hello (SPEC R4); nil begins a conversation.
	inRoom func() protocol.RoomHello

	role     protocol.Role
	seal     sealing
	proving  *proving
	neg      protocol.Negotiation
	links    chan *signaling.Link
	batches  chan []signaling.Batch
	broken   chan error
	watching sync.WaitGroup
	stopLink context.CancelFunc // ends the link's watch, which is of no use once it has told all

	known    signaling.Known // batches that exist, to be deleted
	written  int             // batches of our own
	deadline time.Time       // of the link: batches last as long as it
}

func (d *dialer) newAttempt(link way, t *transport, role protocol.Role, seal sealing) *attempt {
	a := &attempt{
		d: d, link: link, t: t, role: role, seal: seal,
		links: make(chan *signaling.Link), batches: make(chan []signaling.Batch), broken: make(chan error, 2),
	}
	a.trickle, _ = link.(trickle)
	_ = a.neg.Start(role) // a negotiation that is new can be started
	return a
}

// call connects as the caller: t has its offer set, publish writes it. The transport is closed if it fails.
func (a *attempt) call(ctx context.Context, publish func(context.Context, []byte) error) (*opened, error) {
	return a.finish(ctx, func(ctx context.Context) error {
		if err := a.neg.Local(); err != nil {
			return err
		}
		payload, err := a.describe(ctx)
		if err != nil {
			return err
		}
		if err := publish(ctx, payload); err != nil {
			return gone(err)
		}
		a.watchLink(ctx)
		return a.loop(ctx)
	})
}

// answer connects as the callee of the link's offer.
func (a *attempt) answer(ctx context.Context, link signaling.Link) (*opened, error) {
	return a.finish(ctx, func(ctx context.Context) error {
		a.peer, a.deadline = link.Caller, link.ExpireAt
		offer, err := a.remote(protocol.KindOffer, link.Offer)
		if err != nil {
			return err
		}
		if err := a.t.answer(); err != nil {
			return err
		}
		if err := a.neg.Local(); err != nil {
			return err
		}
		payload, err := a.describe(ctx)
		if err != nil {
			return err
		}
		if err := a.link.WriteAnswer(ctx, payload); err != nil {
			return gone(err)
		}
		a.described(ctx, offer.End)
		return a.loop(ctx)
	})
}

// gone reads a refused write of a description as what it means: the link is closed or deleted.
func gone(err error) error {
	if errors.Is(err, signaling.ErrDenied) || errors.Is(err, signaling.ErrNotFound) {
		return fmt.Errorf("%w: %w", errNoShow, err)
	}
	return err
}

// finish runs the attempt and leaves nothing of it behind: a connection, or a closed transport and link.
func (a *attempt) finish(ctx context.Context, run func(context.Context) error) (*opened, error) {
	inner, stop := context.WithCancel(ctx)
	a.stopLink = stop
	var err error
	if a.proving, err = newProving(a.d, a.role, a.seal); err == nil {
		err = run(inner)
	}
	stop()
	a.watching.Wait()
	a.neg.Close()
	if err == nil {
		var o *opened
		if o, err = a.greet(); err == nil {
			o.after = func() { a.cleanUp(ctx) }
			return o, nil
		}
	}
	a.t.close()
	a.abandon(ctx, err)
	if errors.Is(err, errNoShow) && ctx.Err() == nil {
		return nil, err
	}
	return nil, named(ctx, err)
}

// cleanUp deletes what the connection needs no more (SPEC D11).
func (a *attempt) cleanUp(ctx context.Context) {
	if a.role != protocol.Caller {
		return
	}
	ctx, cancel := parting(ctx)
	defer cancel()
	// What cannot be deleted ends by its expireAt.
	_ = a.link.Delete(ctx, a.known)
}

// abandon tells the other that this attempt is over (SPEC D6, S4, S5). Where the link is closed already, the store
// refuses and nothing is missed.
func (a *attempt) abandon(ctx context.Context, err error) {
	reason := signaling.ReasonLeft
	switch name := NameOf(named(ctx, err)); {
	case errors.Is(err, signaling.ErrUnavailable), errors.Is(err, errFull):
		return
	case name == ConnectionFailed, name == ProtocolError, name == Tampered:
		reason = signaling.ReasonFailed
	}
	ctx, cancel := parting(ctx)
	defer cancel()
	_ = a.link.Close(ctx, reason)
}

// loop takes what comes until the other has proved who it is, or the attempt has failed.
func (a *attempt) loop(ctx context.Context) error {
	defer a.stopLink()
	late := time.NewTimer(a.patience())
	defer late.Stop()
	follow := a.followAfter()
	silent := a.silentAfter()
	var flush <-chan time.Time
	opened := a.t.opened
	for {
		phase := a.neg.Phase()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-a.broken:
			return gone(err)
		case <-late.C:
			if phase == protocol.PhaseConnecting {
				return failure(ConnectionFailed, errors.New("not connected in time"))
			}
			return errNoShow
		case <-follow:
			a.watchLink(ctx)
		case l := <-a.links:
			if err := a.linked(ctx, l); err != nil {
				return err
			}
		case b := <-a.batches:
			a.received(b)
		case <-a.t.heard:
			silent = nil
			if a.role == protocol.Caller {
				a.t.look()
			}
		case <-silent:
			return errNoShow
		case <-a.t.found:
			if flush == nil && a.trickle != nil {
				flush = time.After(batchWait)
			}
		case <-flush:
			flush = nil
			a.send(ctx)
		case <-opened:
			opened = nil
			a.d.event(EventProving)
			if err := a.prove(); err != nil {
				return err
			}
		case proof := <-a.t.proofs(opened == nil):
			return a.proved(proof)
		case <-a.t.ended:
			select {
			case proof := <-a.t.proof: // they proved who they are, and left at once
				return a.proved(proof)
			default:
			}
			return failure(ConnectionFailed, errors.New("ICE or DTLS failed"))
		}
		if a.neg.Phase() != phase {
			late.Reset(a.patience())
			follow = a.followAfter()
		}
	}
}

// silentAfter fires when an answer that neighbours passed on should have come to something: it may have got lost.
func (a *attempt) silentAfter() <-chan time.Time {
	if a.trickle == nil && a.role == protocol.Callee {
		return time.After(introduceWait)
	}
	return nil
}

func (a *attempt) patience() time.Duration {
	switch {
	case a.neg.Phase() == protocol.PhaseConnecting:
		return connectWait
	case a.trickle == nil:
		return introduceWait
	}
	return answerWait
}
