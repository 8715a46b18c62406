package protocol

import (
	"bytes"
	"crypto/rand"
	"slices"
	"testing"
)

func TestShortCodeVectors(t *testing.T) {
	eachVector(t, "short-code.json", func(t *testing.T, c vectorCase) {
		got, err := ParseShortCode(c.Input)
		checkParse(t, c, err)
		if want := (ShortCode{Slot: c.Slot, Words: c.Words}); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

// [N1] A word is told from another by its first four letters, and each number of 11 bits has one.
func TestWords(t *testing.T) {
	t.Parallel()
	if n := len(words()); n != 1<<wordBits {
		t.Fatalf("%d words", n)
	}
	starts := map[string]bool{}
	for _, word := range words() {
		start := word[:min(4, len(word))]
		if starts[start] || lowerASCII(word) != word {
			t.Errorf("%q: begins like another, or is not lower case", word)
		}
		starts[start] = true
	}
	if !slices.IsSorted(words()) {
		t.Error("they are looked up by halves, and are not sorted")
	}
}

func TestNewShortCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		random []byte
		want   string
	}{
		{[]byte{0, 0, 7, 255}, "abandon-zoo"},
		{[]byte{255, 255, 248, 0}, "zoo-abandon"},
	} {
		if got, err := NewWords(bytes.NewReader(c.random)); err != nil || got != c.want {
			t.Errorf("%x: %q, %v; want %q", c.random, got, err, c.want)
		}
	}
	for digits := MinSlotDigits; digits <= MaxSlotDigits; digits++ {
		slot, err := NewSlot(rand.Reader, digits)
		if err != nil || !isSlot(slot) || len(slot) != digits {
			t.Errorf("a slot of %d digits: %q, %v", digits, slot, err)
		}
	}
	if _, err := NewWords(bytes.NewReader(nil)); err == nil {
		t.Error("words without randomness")
	}
	if _, err := NewSlot(bytes.NewReader(nil), MinSlotDigits); err == nil {
		t.Error("a slot without randomness")
	}
}

func FuzzShortCode(f *testing.F) {
	for _, c := range readVectors(f, "short-code.json") {
		f.Add(c.Input)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParseShortCode(typed)
		if err != nil {
			return
		}
		if back, err := ParseShortCode(code.String()); err != nil || back != code {
			t.Errorf("%v reads back as %v, %v", code, back, err)
		}
	})
}
