package peer

import (
	"context"
	"errors"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// describe waits until gathering is complete, but not long, and seals the local description (SPEC P5). Where no
// candidates can follow it waits longer (SPEC O8).
func (a *attempt) describe(ctx context.Context) ([]byte, error) {
	wait := gatherWait
	if a.trickle == nil {
		wait = gatherAllWait
	}
	enough := time.NewTimer(wait)
	defer enough.Stop()
	select {
	case <-a.t.complete:
	case <-enough.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	d := a.t.description()
	d.End = d.End || a.trickle == nil
	kind, content, err := a.proving.describe(d)
	if err != nil {
		return nil, err
	}
	return a.seal.seal(kind, 0, content)
}

// remote opens and sets the other's description.
func (a *attempt) remote(kind protocol.PayloadKind, payload []byte) (protocol.Description, error) {
	content, err := a.seal.description(kind, payload)
	if err != nil {
		return protocol.Description{}, err
	}
	d, err := a.proving.described(content)
	if err != nil {
		return d, failure(ProtocolError, err)
	}
	sdp := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: d.SDP}
	if kind == protocol.KindAnswer {
		sdp.Type = webrtc.SDPTypeAnswer
	}
	if err := a.t.pc.SetRemoteDescription(sdp); err != nil {
		// pion's error can repeat the SDP: it stays out.
		return d, failure(ProtocolError, errors.New("the description is not one"))
	}
	released, err := a.neg.Remote()
	a.t.add(released)
	return d, err
}

// described goes on to connecting: the other's candidates are listened to only if there will be some.
func (a *attempt) described(ctx context.Context, end bool) {
	a.d.event(EventConnecting)
	if a.connecting != nil {
		a.connecting()
	}
	if end || a.trickle == nil {
		return
	}
	other := protocol.Callee
	if a.role == protocol.Callee {
		other = protocol.Caller
	}
	a.watching.Go(func() {
		err := a.trickle.WatchBatches(ctx, other, func(b []signaling.Batch) {
			select {
			case a.batches <- b:
			case <-ctx.Done():
			}
		})
		// When the link is deleted the watch is denied. It only ever helped.
		if !errors.Is(err, signaling.ErrDenied) && ctx.Err() == nil {
			a.broken <- err
		}
	})
}
