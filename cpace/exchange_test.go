package cpace

import (
	"bytes"
	"crypto/rand"
	"testing"

	"github.com/parley-chat/parley/protocol"
)

func ourBinding(t testing.TB) Binding {
	t.Helper()
	code, err := protocol.ParseShortCode("417-apple-river")
	if err != nil {
		t.Fatal(err)
	}
	b := Binding{Code: code, CodeID: "AAAAAAAAAAAAAAAAAAAAAAAAAAA", Joiner: "ann", Creator: "ben"}
	b.CodeNonce[0], b.GuessNonce[0] = 1, 2
	return b
}

// confirmed runs both sides until the joiner has its tag.
func confirmed(t *testing.T, joiners, creators Binding) (*Joiner, *Creator, []byte, error) {
	t.Helper()
	joiner, err := NewJoiner(rand.Reader, joiners)
	must(t, err)
	creator, err := Answer(rand.Reader, creators, joiner.Share())
	must(t, err)
	tag, err := joiner.Confirm(creator.Share(), creator.Tag())
	return joiner, creator, tag, err
}

// [N4] Both sides must mean the same in everything: words, slot, code, nonces, people.
func TestBindingCounts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Binding){
		"words":         func(b *Binding) { b.Code.Words = "apple-rival" },
		"words swapped": func(b *Binding) { b.Code.Words = "river-apple" },
		"slot":          func(b *Binding) { b.Code.Slot = "418" },
		"code's nonce":  func(b *Binding) { b.CodeNonce[15]++ },
		"guess's nonce": func(b *Binding) { b.GuessNonce[15]++ },
		"nonces moved":  func(b *Binding) { b.CodeNonce, b.GuessNonce = b.GuessNonce, b.CodeNonce },
		"joiner":        func(b *Binding) { b.Joiner = "zoe" },
		"creator":       func(b *Binding) { b.Creator = "zoe" },
		"swapped":       func(b *Binding) { b.Joiner, b.Creator = b.Creator, b.Joiner },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := ourBinding(t)
			change(&other)
			joiner, creator, tag, err := confirmed(t, ourBinding(t), other)
			wantError(t, err, ErrWords)
			if tag != nil {
				t.Error("[N6] a tag was given before the creator's was right")
			}
			_, err = joiner.Take(make([]byte, SealedBytes))
			wantError(t, err, ErrOver)
			_, err = creator.Give(rand.Reader, make([]byte, TagBytes), protocol.RoomSecret{})
			wantError(t, err, ErrWords)
		})
	}
	t.Run("code's id", func(t *testing.T) {
		t.Parallel()
		other := ourBinding(t)
		other.CodeID = "CCCCCCCCCCCCCCCCCCCCCCCCCCA"
		joiner, creator, tag, err := confirmed(t, ourBinding(t), other)
		must(t, err)
		sealed, err := creator.Give(rand.Reader, tag, protocol.RoomSecret{1})
		must(t, err)
		_, err = joiner.Take(sealed)
		wantError(t, err, ErrWords)
	})
}

// flips gives raw with each of its bits changed, one at a time.
func flips(raw []byte, check func([]byte)) {
	for i := range len(raw) * 8 {
		changed := bytes.Clone(raw)
		changed[i/8] ^= 1 << (i % 8)
		check(changed)
	}
}

// [N6] Any changed bit of what travels is found out.
func TestChangedBits(t *testing.T) {
	t.Parallel()
	b := ourBinding(t)
	joiner, err := NewJoiner(rand.Reader, b)
	must(t, err)
	creator, err := Answer(rand.Reader, b, joiner.Share())
	must(t, err)
	flips(creator.Tag(), func(tag []byte) {
		again := *joiner
		again.scalar = scalarOf(t, joiner.scalar.Bytes())
		_, err := again.Confirm(creator.Share(), tag)
		wantError(t, err, ErrWords)
	})
	flips(creator.Share(), func(share []byte) {
		again := *joiner
		again.scalar = scalarOf(t, joiner.scalar.Bytes())
		if _, err := again.Confirm(share, creator.Tag()); err == nil {
			t.Errorf("the share %x passed", share)
		}
	})
	tag, err := joiner.Confirm(creator.Share(), creator.Tag())
	must(t, err)
	flips(tag, func(changed []byte) {
		again := *creator
		again.isk = bytes.Clone(creator.isk)
		_, err := again.Give(rand.Reader, changed, protocol.RoomSecret{})
		wantError(t, err, ErrWords)
	})
	sealed, err := creator.Give(rand.Reader, tag, protocol.RoomSecret{1})
	must(t, err)
	flips(sealed, func(changed []byte) {
		again := *joiner
		again.isk = bytes.Clone(joiner.isk)
		_, err := again.Take(changed)
		wantError(t, err, ErrWords)
	})
}

func TestTags(t *testing.T) {
	t.Parallel()
	b := ourBinding(t)
	joiner, creator, tag, err := confirmed(t, b, b)
	must(t, err)
	if bytes.Equal(tag, creator.Tag()) {
		t.Error("[N6] a creator's tag can be sent back to it")
	}
	_, err = joiner.Confirm(creator.Share(), creator.Tag())
	wantError(t, err, ErrOver)
	for _, wrong := range [][]byte{nil, {}, tag[:63], append(bytes.Clone(tag), 0), creator.Tag()} {
		_, again, _, err := confirmed(t, b, b)
		must(t, err)
		_, err = again.Give(rand.Reader, wrong, protocol.RoomSecret{})
		wantError(t, err, ErrWords)
		_, err = again.Give(rand.Reader, again.joinerTag, protocol.RoomSecret{})
		wantError(t, err, ErrOver) // [N5] one guess for a run
	}
}

func TestRandomnessFails(t *testing.T) {
	t.Parallel()
	b := ourBinding(t)
	none := bytes.NewReader(nil)
	if _, err := NewJoiner(none, b); err == nil {
		t.Error("a joiner without randomness")
	}
	_, creator, tag, err := confirmed(t, b, b)
	must(t, err)
	if _, err := Answer(none, b, creator.Share()); err == nil {
		t.Error("a creator without randomness")
	}
	if _, err := creator.Give(none, tag, protocol.RoomSecret{}); err == nil {
		t.Error("sealed without randomness")
	}
}

// Whatever a joiner sends, the creator answers or says that it is no share.
func FuzzAnswer(f *testing.F) {
	b := ourBinding(f)
	f.Add(make([]byte, ShareBytes))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, share []byte) {
		creator, err := Answer(rand.Reader, b, share)
		if err != nil {
			wantError(t, err, ErrShare)
			return
		}
		if len(share) != ShareBytes || len(creator.Share()) != ShareBytes || len(creator.Tag()) != TagBytes {
			t.Errorf("%x was answered with %d and %d bytes", share, len(creator.Share()), len(creator.Tag()))
		}
	})
}
