package hostile_test

import (
	"context"
	"sync"
	"testing"

	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/internal/firestoretest"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
)

// matches is how often a stranger's search is taken over by an attacker in the middle. Emoji that are equal are to be
// expected once in 2^42 runs.
const matches = 200

// The function and the store are the attacker's: each of two strangers is paired with a peer of its own, which passes
// on what it hears. Nothing can refuse that, for neither knows whom they wanted; but they would see other emoji.
func TestManInTheMiddleOfStrangers(t *testing.T) {
	t.Parallel()
	const lanes = 10
	var mu sync.Mutex
	equal, runs := 0, 0
	for range lanes {
		t.Run("lane", func(t *testing.T) {
			t.Parallel()
			left, right := newStrangers(t), newStrangers(t)
			for range matches / lanes {
				same := manInTheMiddle(t, left, right)
				mu.Lock()
				runs++
				if same {
					equal++
				}
				mu.Unlock()
			}
		})
	}
	t.Cleanup(func() {
		t.Logf("[H7] %d runs, %d with equal emoji", runs, equal)
		if equal != 0 || runs != matches {
			t.Errorf("[H7] in %d of %d runs the emoji are equal", equal, runs)
		}
	})
}

// strangers is one store with a function, where a victim and the attacker are the only ones.
type strangers struct {
	victim, attacker peer.Services
}

func newStrangers(t *testing.T) *strangers {
	t.Helper()
	project := firestoretest.Project(t)
	m := &peertest.Matcher{Store: open(t, project, "owner")}
	as := func(uid string) peer.Services {
		return peer.Services{Store: open(t, project, token(uid)), API: m.For(uid), UID: uid}
	}
	return &strangers{victim: as("victim"), attacker: as("attacker")}
}

// pair lets the victim find the attacker.
func (s *strangers) pair(t *testing.T) (victims, attackers *peer.Conn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	waiting := make(chan struct{})
	first, o := nearby(nil), nearby(nil)
	var once sync.Once
	first.OnEvent = func(e peer.Event) {
		if e == peer.EventWaiting {
			once.Do(func() { close(waiting) })
		}
	}
	var both sync.WaitGroup
	var failed, failedToo error
	both.Go(func() { victims, failed = peer.QuickMatch(ctx, s.victim, first) })
	both.Go(func() {
		<-waiting
		attackers, failedToo = peer.QuickMatch(ctx, s.attacker, o)
	})
	both.Wait()
	if failed != nil || failedToo != nil {
		t.Fatalf("the victim: %v, the attacker: %v", failed, failedToo)
	}
	return victims, attackers
}

// manInTheMiddle lets two victims talk through the attacker, and tells whether they would see the same emoji.
func manInTheMiddle(t *testing.T, left, right *strangers) (equal bool) {
	t.Helper()
	var ann, bob, toAnn, toBob *peer.Conn
	var both sync.WaitGroup
	both.Go(func() { ann, toAnn = left.pair(t) })
	both.Go(func() { bob, toBob = right.pair(t) })
	both.Wait()
	if ann == nil || bob == nil {
		t.FailNow() // pair has said why
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var passing sync.WaitGroup
	passing.Go(func() { _ = hostile.Relay(ctx, toAnn, toBob) })
	for _, way := range []struct{ from, to *peer.Conn }{{ann, bob}, {bob, ann}} {
		if err := way.from.Send(ctx, "Is it you?"); err != nil {
			t.Error(err)
		}
		if text, err := way.to.Receive(ctx); err != nil || text != "Is it you?" {
			t.Errorf("through the middle came %q, %v", text, err)
		}
	}
	a, b := ann.Safety(), bob.Safety()
	if a.Number != "" || b.Number != "" {
		t.Error("[H8] strangers have a safety number")
	}
	passing.Go(func() { closing(t, ann) })
	passing.Go(func() { closing(t, bob) })
	passing.Wait()
	return a.Emoji == b.Emoji
}

// A thief of the link is in the room like everybody who was given it. Alone in the middle, it passes on what it hears;
// both victims talk, to somebody whose identity, emoji and number are not the other's.
func TestThiefOfALink(t *testing.T) {
	t.Parallel()
	r := newInRoom(t, func(m hostile.Message) []hostile.Message {
		if m.IsRoom() {
			return hostile.Honest(m)
		}
		return nil // and nothing else, so that each is alone with the thief
	})
	if err := r.meet(t); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var ends [2]*peer.Conn
	for side := range ends {
		services := r.services(t, hostile.Side(side), "thief")
		room, err := peer.Enter(ctx, services, r.anns.Secret(), nearby(nil))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closing(t, room) })
		if ends[side], err = room.Next(ctx); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var passing sync.WaitGroup
	defer passing.Wait()
	defer stop()
	passing.Go(func() { _ = hostile.Relay(ctx, ends[0], ends[1]) })
	r.ann.hears(t, "I am Bob")
	r.bob.hears(t, "I am Ann")
	a, b := r.ann.met[0].Safety(), r.bob.met[0].Safety()
	if a.Emoji == b.Emoji || a.Number == b.Number {
		t.Error("[H7][H8] nobody could tell that there is a thief in the middle")
	}
	if a.Identity == r.bobIs.Identity() || b.Identity == r.annIs.Identity() {
		t.Error("[H5] the thief has proved to be one of them")
	}
}
