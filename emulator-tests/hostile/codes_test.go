package hostile_test

import (
	"context"
	"testing"

	"github.com/parley-chat/parley/emulator-tests/hostile"
	"github.com/parley-chat/parley/peer"
)

// Ann makes a short code in the left store and reads it aloud; Bob enters it in the right one. Whatever is changed of
// what they exchange, he does not get the room's secret, and nobody is shown anything.
func TestShortCodes(t *testing.T) {
	t.Parallel()
	lies := hostile.Lies()
	for name, want := range map[string]peer.Failure{
		"honest":                            "",
		"code: another nonce":               peer.CodeWrong,
		"guess: another share":              peer.CodeOver, // it is no point then, and nobody answers
		"guess: another answer":             peer.Tampered,
		"guess: another tag of the creator": peer.CodeWrong,
		"guess: another tag of the joiner":  peer.CodeOver,
		"guess: another secret":             peer.Tampered,
	} {
		lie, known := lies[name]
		if !known {
			t.Errorf("there is no lie %q", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newInRoom(t, lie)
			err := r.meetByCode(t)
			if got := peer.NameOf(err); got != want {
				t.Fatalf("Bob: %v, want %q", err, want)
			}
			if want == "" {
				r.talked(t)
				return
			}
			r.end(t)
			r.ann.wasShownNothing(t)
			r.bob.wasShownNothing(t)
		})
	}
}

// meetByCode is meet with a code that Ann reads aloud.
func (r *inRoom) meetByCode(t *testing.T) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.creates(t)
	code, err := r.anns.Code(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, code) })
	services := r.services(t, hostile.Right, "bob")
	if err := r.Await(ctx, shown(hostile.Right, "codes/"+code.Short().Slot)); err != nil {
		t.Fatal(err)
	}
	if r.bobs, err = peer.EnterCode(ctx, services, code.Short(), r.bobHas); err != nil {
		return err
	}
	r.bob.attends(r.bobs)
	return nil
}
