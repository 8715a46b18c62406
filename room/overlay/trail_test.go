package overlay_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// The people of these tests: the node is linked to near, far and third, and is asked to introduce caller to callee.
var (
	near, far, third = overlay.Peer{1}, overlay.Peer{2}, overlay.Peer{3}
	caller, callee   = overlay.Peer{4}, overlay.Peer{5}
)

const aLink = protocol.RoomID("AQEBAQEBAQEBAQEBAQEBAQEBAQE")

// relay is a node that has heard of the callee over far, and of the caller over third.
type relay struct {
	*overlay.Node

	now time.Time
}

func newRelay() *relay {
	r := &relay{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	r.Node = overlay.New(overlay.Config{Self: overlay.Peer{9}, Now: r.now, Random: rand.New(rand.NewPCG(1, 2))})
	for _, peer := range []overlay.Peer{near, far, third} {
		r.Connected(peer)
	}
	for member, over := range map[overlay.Peer]overlay.Peer{callee: far, caller: third} {
		p := &protocol.Presence{Member: member, Counter: 1}
		r.Pushed(over, overlay.Item{ID: overlay.ID(member), Author: member, Presence: p}, 2)
	}
	return r
}

// passes gives the relay an introduction, and tells to whom it passes it on, as what; nobody: zero.
func (r *relay) passes(over overlay.Peer, f protocol.OverlayFrame) (overlay.Peer, protocol.Step) {
	f.Kind, f.Link, f.Left = protocol.KindIntroduce, aLink, 4
	for _, a := range r.Received(over, f) {
		if s, is := a.(overlay.Send); is && s.Frame.Kind == protocol.KindIntroduce {
			return s.Peer, s.Frame.Step
		}
	}
	return overlay.Peer{}, ""
}

func (r *relay) offers(over overlay.Peer) (overlay.Peer, protocol.Step) {
	return r.passes(over, protocol.OverlayFrame{From: caller, To: callee, Step: protocol.StepOffer})
}

func (r *relay) answers(step protocol.Step) overlay.Peer {
	to, _ := r.passes(far, protocol.OverlayFrame{From: callee, To: caller, Step: step})
	return to
}

// [O8] What answers an offer goes back the way it came, wherever the caller's presence came from.
func TestAnswersGoBack(t *testing.T) {
	t.Parallel()
	for _, step := range []protocol.Step{protocol.StepAnswer, protocol.StepRefusal, protocol.StepUnreachable} {
		r := newRelay()
		if to := r.answers(step); to != (overlay.Peer{}) {
			t.Errorf("%s of an offer that never came goes to %v", step, to[0])
		}
		if to, _ := r.offers(near); to != far {
			t.Errorf("the offer goes to %v", to[0])
		}
		if to := r.answers(step); to != near {
			t.Errorf("%s goes to %v", step, to[0])
		}
		forged := protocol.OverlayFrame{From: callee, To: third, Step: step}
		if to, _ := r.passes(far, forged); to != (overlay.Peer{}) {
			t.Errorf("%s to somebody else than who called goes to %v", step, to[0])
		}
		r.Lost(near)
		if to := r.answers(step); to != third {
			t.Errorf("%s goes to %v when its way is gone", step, to[0])
		}
		r.Tick(r.now.Add(10 * time.Second))
		if to := r.answers(step); to != (overlay.Peer{}) {
			t.Errorf("%s goes to %v after 10 s", step, to[0])
		}
	}
}

// [O8] An offer that comes again has gone in a circle: who sent it is told so, and the first way stays.
func TestOffersInCircles(t *testing.T) {
	t.Parallel()
	r := newRelay()
	r.offers(near)
	if to, step := r.offers(third); to != third || step != protocol.StepUnreachable {
		t.Errorf("%q to %v", step, to[0])
	}
	if to := r.answers(protocol.StepAnswer); to != near {
		t.Errorf("the answer goes to %v", to[0])
	}
}

// [O8] In a room of many to which many come fast, what answers an offer is lost only where links end meanwhile.
func TestIntroductionsAreAnswered(t *testing.T) {
	t.Parallel()
	w := room(overlaytest.Options{Seed: 2}, 40)
	w.Reset()
	for range 20 {
		w.Join(somebody(w))
		w.Run(500 * time.Millisecond)
	}
	w.Run(20 * time.Second)
	lost := w.Counts.Offers - w.Counts.Answered
	t.Logf("of %d offers %d were not answered", w.Counts.Offers, lost)
	if w.Counts.Offers < 60 || lost*50 > w.Counts.Offers {
		t.Errorf("of %d offers %d were not answered", w.Counts.Offers, lost)
	}
}
