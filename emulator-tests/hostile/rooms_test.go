package hostile_test

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/peer"
)

// inRoom is Ann, who made a link room in the left store, and Bob, who entered it in the right one and so is the caller.
type inRoom struct {
	*split
	ann, bob       *witness
	annIs, bobIs   *peer.Device
	anns, bobs     *peer.Room
	annHas, bobHas *peer.Options
}

func newInRoom(t *testing.T, lie hostile.Lie) *inRoom {
	t.Helper()
	r := &inRoom{split: newSplit(t, lie), ann: newWitness("Ann"), bob: newWitness("Bob")}
	r.annIs, r.bobIs = newDevice(t), newDevice(t)
	r.annHas, r.bobHas = nearby(r.annIs), nearby(r.bobIs)
	return r
}

func newDevice(t *testing.T) *peer.Device {
	t.Helper()
	d, err := peer.NewDevice(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// creates makes the room, with Ann in it, and waits until it has been carried.
func (r *inRoom) creates(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var err error
	if r.anns, err = peer.Create(ctx, r.services(t, hostile.Left, "ann"), r.annHas); err != nil {
		t.Fatal(err)
	}
	r.ann.attends(r.anns)
	t.Cleanup(func() { r.end(t) })
	room := "rooms/" + string(r.anns.Secret().RoomID())
	if err := r.Await(ctx, shown(hostile.Right, room)); err != nil {
		t.Fatal(err)
	}
}

// meet makes the room and brings both into it. Bob's error says that he could not enter.
func (r *inRoom) meet(t *testing.T) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.creates(t)
	services := r.services(t, hostile.Right, "bob")
	var err error
	if r.bobs, err = peer.Enter(ctx, services, r.anns.Secret(), r.bobHas); err != nil {
		return err
	}
	r.bob.attends(r.bobs)
	return nil
}

// end is when both have left, and all is known that they were shown.
func (r *inRoom) end(t *testing.T) {
	t.Helper()
	for _, room := range []*peer.Room{r.anns, r.bobs} {
		if room != nil {
			closing(t, room)
		}
	}
	r.ann.beside.Wait()
	r.bob.beside.Wait()
}

func shown(side hostile.Side, path string) func(hostile.State) bool {
	return func(s hostile.State) bool { return s.Shown[side][path] != nil }
}

// gaveUp tells that Bob has called, and calls no more.
func gaveUp(s hostile.State) bool {
	for path := range s.Shown[hostile.Right] {
		if strings.Contains(path, "/links/") {
			return false
		}
	}
	return slices.ContainsFunc(s.Told, func(m hostile.Message) bool { return strings.Contains(m.Path, "/links/") })
}

// areIn tells that both have entered.
func areIn(s hostile.State) bool {
	members := 0
	for _, m := range s.Told {
		if strings.Contains(m.Path, "/members/") {
			members++
		}
	}
	return members >= 2
}

// talked checks that both heard the other, and nobody else, and would see it.
func (r *inRoom) talked(t *testing.T) {
	t.Helper()
	r.ann.hears(t, "I am Bob")
	r.bob.hears(t, "I am Ann")
	r.ann.mu.Lock()
	defer r.ann.mu.Unlock()
	r.bob.mu.Lock()
	defer r.bob.mu.Unlock()
	for _, end := range r.ann.met {
		if end.Safety().Identity != r.bobIs.Identity() {
			t.Error("Ann was shown somebody else")
		}
	}
	for _, end := range r.bob.met {
		if end.Safety().Identity != r.annIs.Identity() {
			t.Error("Bob was shown somebody else")
		}
	}
	a, b := r.ann.met[len(r.ann.met)-1].Safety(), r.bob.met[len(r.bob.met)-1].Safety()
	if a.Emoji != b.Emoji || a.Number != b.Number {
		t.Error("[H7][H8] they would see different emoji or numbers")
	}
}

// What becomes of a lie in a link room. Where nobody is shown anything, Ann and Bob may each be told why.
type outcome struct {
	talk     bool
	ann, bob peer.Failure             // empty: as if nobody were there
	enter    peer.Failure             // of Bob, who does not get in
	until    func(hostile.State) bool // what else there is to wait for, where nobody is told anything
}

func outcomesInRooms() map[string]outcome {
	refusedOffer := outcome{ann: peer.Tampered}
	refusedAnswer := outcome{ann: peer.ConnectionFailed, bob: peer.Tampered}
	return map[string]outcome{
		"honest": {talk: true},

		"offer: the first bit of the nonce flipped":  refusedOffer,
		"offer: a bit in the middle flipped":         refusedOffer,
		"offer: the last bit flipped":                refusedOffer,
		"offer: half of it":                          refusedOffer,
		"offer: version 0":                           {ann: peer.ProtocolError},
		"offer: version 2":                           {ann: peer.ProtocolError},
		"offer: the suite of the other kind of room": refusedOffer,
		"offer: a suite that does not exist":         refusedOffer,
		"offer: withheld":                            {until: gaveUp},

		"answer: the first bit of the nonce flipped":  refusedAnswer,
		"answer: the last bit flipped":                refusedAnswer,
		"answer: version 0":                           {ann: peer.ConnectionFailed, bob: peer.ProtocolError},
		"answer: the suite of the other kind of room": refusedAnswer,
		"answer: the offer, mirrored":                 refusedAnswer,
		"answer: withheld":                            {until: gaveUp},

		"link: under another id":             refusedOffer,
		"link: another key of the caller":    refusedOffer,
		"link: another uid of the caller":    {talk: true}, // a uid proves nothing: the identity does
		"link: closed as full":               {bob: peer.RoomFull},
		"link: closed as left":               {until: gaveUp},
		"link: closed as failed":             {until: gaveUp},
		"members: another key":               refusedOffer,
		"members: withheld":                  {until: areIn},
		"members: somebody who is not there": {talk: true},
		"room: over":                         {enter: peer.RoomOver},
	}
}

func TestLinkRooms(t *testing.T) {
	t.Parallel()
	outcomes := outcomesInRooms()
	for name, lie := range hostile.Lies() {
		want, here := outcomes[name]
		if !here {
			continue
		}
		delete(outcomes, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newInRoom(t, lie)
			err := r.meet(t)
			if peer.NameOf(err) != want.enter {
				t.Fatalf("Bob enters: %v, want %q", err, want.enter)
			}
			r.comesTo(t, want)
		})
	}
	for name := range outcomes {
		t.Errorf("there is no lie %q", name)
	}
}

func (r *inRoom) comesTo(t *testing.T, want outcome) {
	t.Helper()
	if want.talk {
		r.talked(t)
		return
	}
	if want.ann != "" {
		r.ann.fails(t, want.ann)
	}
	if want.bob != "" {
		r.bob.fails(t, want.bob)
	}
	if want.until != nil {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := r.Await(ctx, want.until); err != nil {
			t.Fatalf("they wait for something: %v", err)
		}
	}
	r.end(t)
	r.ann.wasShownNothing(t)
	r.bob.wasShownNothing(t)
}
