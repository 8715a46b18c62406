package overlay_test

import (
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// A fifth of the room announces and does not deliver: the others hear everything.
func TestWithholding(t *testing.T) {
	t.Parallel()
	for _, size := range []int{9, 40} {
		w := room(overlaytest.Options{Seed: 7}, size)
		for _, m := range w.Members[:size/5] {
			m.Withholds = true
		}
		honest := w.Members[size/5:]
		var ids []overlay.ID
		for range 30 {
			ids = append(ids, honest[w.Random().IntN(len(honest))].Say())
			w.Run(time.Second)
		}
		w.Run(10 * time.Second)
		check(t, w, ids)
	}
}

// Who tells all neighbours to send it nothing, and announces what there is not, harms nobody.
func TestInvents(t *testing.T) {
	t.Parallel()
	w := room(overlaytest.Options{Seed: 8}, 30)
	for _, m := range w.Members[:5] {
		m.Lies = func(_ *overlaytest.Member, _ protocol.OverlayFrame) []protocol.OverlayFrame {
			invented := protocol.OverlayFrame{Kind: protocol.KindIHave}
			for range 50 {
				var id overlay.ID
				for i := range id {
					id[i] = byte(w.Random().Uint32())
				}
				invented.IDs, invented.Hops = append(invented.IDs, id), append(invented.Hops, 1)
			}
			prune := protocol.OverlayFrame{Kind: protocol.KindPrune, From: w.Members[10].Peer}
			return []protocol.OverlayFrame{prune, invented}
		}
	}
	ids := talk(w, 30, time.Second)
	w.Run(10 * time.Second)
	check(t, w, ids)
}

// [O9] Who floods is dropped, by name, by each neighbour, and the others go on.
func TestFlooding(t *testing.T) {
	t.Parallel()
	for _, flood := range []protocol.OverlayFrame{
		{Kind: protocol.KindJoin},
		{Kind: protocol.KindGraft, IDs: make([]overlay.ID, protocol.MaxIDs)},
		{Kind: protocol.KindForwardJoin, From: overlay.Peer{1}, Left: protocol.MaxLeft},
		{
			Kind: protocol.KindIntroduce, From: overlay.Peer{1}, To: overlay.Peer{2}, Step: protocol.StepOffer,
			Link: "AQEBAQEBAQEBAQEBAQEBAQEBAQE", Sealed: []byte{1},
		},
	} {
		w := room(overlaytest.Options{Seed: 9}, 20)
		hostile := w.Members[3]
		hostile.Lies = func(to *overlaytest.Member, f protocol.OverlayFrame) []protocol.OverlayFrame {
			return []protocol.OverlayFrame{f}
		}
		neighbours := hostile.Node.Neighbours()
		for range 5000 {
			for _, m := range w.Members {
				hostile.Transmit(m, flood)
			}
		}
		w.Run(time.Second)
		if len(w.Faults) != len(neighbours) {
			t.Errorf("%s: %d neighbours, of whom %d have dropped it", flood.Kind, len(neighbours), len(w.Faults))
		}
		for _, fault := range w.Faults {
			if fault.Of != hostile || fault.Reason != overlay.ReasonFlooded {
				t.Errorf("%s: somebody else was dropped: %s", flood.Kind, fault.Reason)
			}
		}
		w.Run(20 * time.Second)
		var ids []overlay.ID
		for range 10 {
			ids = append(ids, w.Members[10].Say())
			w.Run(time.Second)
		}
		w.Run(5 * time.Second)
		hostile.Crash()
		check(t, w, ids)
	}
}

// Who passes on what is forged is dropped, and is not linked to again soon.
func TestForged(t *testing.T) {
	t.Parallel()
	w := room(overlaytest.Options{Seed: 10}, 3)
	node, forger := w.Members[0].Node, w.Members[1].Peer
	actions := node.Refused(forger)
	if len(actions) == 0 || actions[0] != (overlay.Disconnect{Peer: forger, Reason: overlay.ReasonForged}) {
		t.Fatalf("got %v", actions)
	}
	if node.Accepts(forger, true) {
		t.Error("it may come again at once")
	}
	node.Tick(w.Now().Add(overlay.BlockedFor))
	if !node.Accepts(forger, true) {
		t.Error("it is blocked for ever")
	}
}
