package hostile_test

import (
	"context"
	"testing"

	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
)

// What becomes of a lie to two strangers, of whom Ann waits in the left store, while Bob comes in the right one. A
// store that puts its own keys in place of theirs stands in the middle: that is TestManInTheMiddleOfStrangers.
func outcomesForStrangers() map[string]outcome {
	refusedOffer, refusedAnswer := outcome{ann: peer.Tampered}, outcome{bob: peer.Tampered}
	return map[string]outcome{
		"honest": {talk: true},
		"offer: the first bit of the nonce flipped":   refusedOffer,
		"offer: the last bit flipped":                 refusedOffer,
		"offer: half of it":                           refusedOffer,
		"offer: the suite of the other kind of room":  refusedOffer,
		"offer: version 0":                            {ann: peer.ProtocolError},
		"link: another key of the caller":             refusedOffer,
		"answer: the last bit flipped":                refusedAnswer,
		"answer: the suite of the other kind of room": refusedAnswer,
		"answer: the offer, mirrored":                 refusedAnswer,
		"answer: version 0":                           {bob: peer.ProtocolError},
	}
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	lies := hostile.Lies()
	for name, want := range outcomesForStrangers() {
		lie, known := lies[name]
		if !known {
			t.Errorf("there is no lie %q", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ann, bob := newWitness("Ann"), newWitness("Bob")
			search(t, newSplit(t, lie), ann, bob)
			switch {
			case want.talk:
				ann.hears(t, "I am Bob")
				bob.hears(t, "I am Ann")
				return
			case want.ann != "":
				ann.fails(t, want.ann)
			default:
				bob.fails(t, want.bob)
			}
			ann.leaves()
			bob.leaves()
			ann.wasShownNothing(t)
			bob.wasShownNothing(t)
		})
	}
}

// search lets Ann wait for a stranger and then Bob look for one. Both stop at the end of the test.
func search(t *testing.T, s *split, ann, bob *witness) {
	t.Helper()
	m := &peertest.Matcher{Store: open(t, s.projects[hostile.Right], "owner")}
	waiting := make(chan struct{}, 1)
	first := nearby(nil)
	first.OnEvent = func(e peer.Event) {
		if e == peer.EventWaiting {
			select {
			case waiting <- struct{}{}:
			default:
			}
		}
	}
	as := func(side hostile.Side, uid string) peer.Services {
		services := s.services(t, side, uid)
		services.API = m.For(uid)
		return services
	}
	ann.searches(t, as(hostile.Left, "ann"), first)
	<-waiting
	bob.searches(t, as(hostile.Right, "bob"), nearby(nil))
}

// searches looks for one stranger until the person leaves.
func (w *witness) searches(t *testing.T, s peer.Services, o *peer.Options) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w.leaves = func() {
		cancel()
		w.mu.Lock()
		met := w.met
		w.mu.Unlock()
		for _, conn := range met {
			_ = conn.Close() // the other may have left
		}
		w.beside.Wait()
	}
	t.Cleanup(w.leaves)
	w.beside.Go(func() {
		conn, err := peer.QuickMatch(ctx, s, o)
		switch {
		case err == nil:
			w.meets(conn)
		case ctx.Err() == nil:
			w.note(func() { w.failures = append(w.failures, peer.NameOf(err)) })
		}
	})
}
