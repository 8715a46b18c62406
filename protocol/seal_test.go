package protocol

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"testing"
)

// twoSealers are the two sides of a link in each suite: what the first seals at the place, the second opens.
func twoSealers(tb testing.TB) map[Suite]struct {
	from, to Sealer
	at       Place
} {
	tb.Helper()
	secret, err := NewRoomSecret(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	from, to := newPrivate(tb), newPrivate(tb)
	at := Place{
		Room: secret.RoomID(), Kind: KindBatch, Number: 7,
		From: Key(from.PublicKey().Bytes()), To: Key(to.PublicKey().Bytes()),
	}
	inRoom := at
	inRoom.Link = "AAAAAAAAAAAAAAAAAAAAAAAAAAA"
	return map[Suite]struct {
		from, to Sealer
		at       Place
	}{
		SuiteRoom: {NewRoomSealer(secret, rand.Reader), NewRoomSealer(secret, rand.Reader), inRoom},
		SuitePair: {pairSealerOf(tb, from), pairSealerOf(tb, to), at},
	}
}

func newPrivate(tb testing.TB) *ecdh.PrivateKey {
	tb.Helper()
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func pairSealerOf(tb testing.TB, key *ecdh.PrivateKey) Sealer {
	tb.Helper()
	s, err := NewPairSealer(key)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// [L2] A payload has the smallest size that has room for it.
func TestSealedSizes(t *testing.T) {
	t.Parallel()
	for suite, two := range twoSealers(t) {
		overhead := map[Suite]int{SuiteRoom: roomOverhead, SuitePair: pairOverhead}[suite] + lengthBytes
		at := two.at
		for content, want := range map[int]int{
			0: 512, 1: 512, 512 - overhead: 512, 513 - overhead: 1024, 1024 - overhead: 1024, 1025 - overhead: 2048,
			2049 - overhead: 4096, 4096 - overhead: 4096, 4097 - overhead: 8192, 16384 - overhead: 16384,
		} {
			at.Kind = KindOffer
			sealed, err := two.from.Seal(at, bytes.Repeat([]byte{'x'}, content))
			if err != nil || len(sealed) != want {
				t.Errorf("suite %d: %d bytes become %d, %v; want %d", suite, content, len(sealed), err, want)
			}
		}
		for kind, limit := range map[PayloadKind]int{
			KindOffer: MaxDescriptionBytes, KindAnswer: MaxDescriptionBytes, KindBatch: MaxBatchBytes,
		} {
			at.Kind = kind
			var parse *ParseError
			_, err := two.from.Seal(at, make([]byte, limit-overhead+1))
			if !errors.As(err, &parse) || parse.Rule != "L2" {
				t.Errorf("suite %d, kind %d: one byte too many: %v", suite, kind, err)
			}
		}
	}
}

// [L3] A payload opens at its place, and at none that differs from it in one thing.
func TestSealedPlaces(t *testing.T) {
	t.Parallel()
	content := []byte(`{"candidates":[],"end":true}`)
	for suite, two := range twoSealers(t) {
		sealed, err := two.from.Seal(two.at, content)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := two.to.Open(two.at, sealed); err != nil || !bytes.Equal(got, content) {
			t.Errorf("suite %d: at its place: %q, %v", suite, got, err)
		}
		for what, move := range map[string]func(*Place){
			"another room":       func(p *Place) { p.Room = "BBBBBBBBBBBBBBBBBBBBBBBBBBA" },
			"another link":       func(p *Place) { p.Link = "BBBBBBBBBBBBBBBBBBBBBBBBBBA" },
			"room and link swap": func(p *Place) { p.Room, p.Link = p.Link, p.Room },
			"another kind":       func(p *Place) { p.Kind = KindAnswer },
			"another number":     func(p *Place) { p.Number++ },
			"another writer":     func(p *Place) { p.From[31] ^= 1 },
			"another reader":     func(p *Place) { p.To[0] ^= 1 },
			"sent back":          func(p *Place) { p.From, p.To = p.To, p.From },
		} {
			at := two.at
			if move(&at); at == two.at {
				t.Fatalf("%s is the same place", what)
			}
			if _, err := two.to.Open(at, sealed); !errors.Is(err, ErrNotOpened) {
				t.Errorf("suite %d: %s: %v", suite, what, err)
			}
		}
	}
}

// [L5] Whatever is changed of a payload, it is refused by name.
func TestSealedChanges(t *testing.T) {
	t.Parallel()
	for suite, two := range twoSealers(t) {
		sealed, err := two.from.Seal(two.at, []byte(`{"candidates":[],"end":true}`))
		if err != nil {
			t.Fatal(err)
		}
		for bit := range 8 * len(sealed) {
			changed := bytes.Clone(sealed)
			changed[bit/8] ^= 1 << (bit % 8)
			want := ErrNotOpened
			switch bit / 8 {
			case 0:
				want = ErrUnsupportedVersion
			case 1:
				want = ErrUnsupportedSuite
			}
			_, err := two.to.Open(two.at, changed)
			// X25519 ignores the highest bit of a public key, and HPKE binds the key as it was sent.
			if !errors.Is(err, want) {
				t.Errorf("suite %d: bit %d changed: %v, want %v", suite, bit, err, want)
			}
		}
		for _, size := range []int{0, 1, 2, 256, 511, 513, 1023} {
			_, err := two.to.Open(two.at, append(bytes.Clone(sealed), make([]byte, 512)...)[:size])
			if _, refused := errors.AsType[*ParseError](err); !refused {
				t.Errorf("suite %d: %d bytes: %v", suite, size, err)
			}
		}
	}
}

// [L2] Padding that is not zero, and a length that is too large, are refused although they were sealed.
func TestSealedPadding(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(padded []byte){
		"not zero":       func(p []byte) { p[len(p)-1] = 1 },
		"too long":       func(p []byte) { p[0] = 0xff },
		"one byte short": func(p []byte) { p[0], p[1] = byte((len(p)-1)>>8), byte(len(p)-1) },
	} {
		padded, err := pad([]byte("{}"), roomOverhead, MaxBatchBytes)
		if err != nil {
			t.Fatal(err)
		}
		change(padded)
		var parse *ParseError
		if _, err := unpad(padded); !errors.As(err, &parse) || parse.Rule != "L2" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// [V4] A key that is no public key is refused before anything is sealed to it.
func TestSealToNoKey(t *testing.T) {
	t.Parallel()
	sealer := pairSealerOf(t, newPrivate(t))
	var parse *ParseError
	if _, err := sealer.Seal(Place{Kind: KindOffer, From: Key{1}}, nil); !errors.As(err, &parse) || parse.Rule != "V4" {
		t.Errorf("to the zero key: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	two := twoSealers(f)
	for _, one := range two {
		sealed, err := one.from.Seal(one.at, []byte("{}"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(sealed)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, one := range two {
			content, err := one.to.Open(one.at, payload)
			if err == nil && string(content) != "{}" {
				t.Errorf("opened %q, which nobody sealed", content)
			}
		}
	})
}

// [L3] A store that names somebody's own key as the other's, and shows them what they have written, is refused.
func TestMirror(t *testing.T) {
	for suite, one := range twoSealers(t) {
		payload, err := one.from.Seal(one.at, []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		mirror := one.at
		mirror.From = mirror.To
		if _, err := one.to.Seal(mirror, []byte("{}")); !errors.Is(err, ErrNotOpened) {
			t.Errorf("suite %d: sealed: %v", suite, err)
		}
		if room, ok := one.to.(*roomSealer); ok { // as it would be sealed without the rule
			head := payload[: sealedHeader+gcmNonceBytes : sealedHeader+gcmNonceBytes]
			padded, err := pad([]byte("{}"), roomOverhead, limitOf(mirror))
			if err != nil {
				t.Fatal(err)
			}
			payload = room.aead.Seal(head, head[sealedHeader:], padded, mirror.bytes(suite))
		}
		if _, err := one.to.Open(mirror, payload); !errors.Is(err, ErrNotOpened) {
			t.Errorf("suite %d: opened: %v", suite, err)
		}
	}
}
