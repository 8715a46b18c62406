package protocol

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// voice is one side of a conversation as a peer has it, without a network.
type voice struct {
	out   *Outbox
	in    HeardStream
	said  []string
	shown []string
	wire  []NumberedText // handed to the connection and not yet arrived
	acks  []uint64       // likewise
}

// newVoice is a side whose page has just been loaded.
func newVoice(t *testing.T, r *rand.Rand) *voice {
	t.Helper()
	stream, err := NewStreamID(strings.NewReader(fmt.Sprintf("%016x", r.Uint64())))
	if err != nil {
		t.Fatal(err)
	}
	return &voice{out: NewOutbox(stream)}
}

func (v *voice) say(text string) {
	sent, err := v.out.Put(text)
	if err != nil {
		return
	}
	v.said = append(v.said, text)
	v.wire = append(v.wire, sent)
}

// hears lets some of what the other has sent arrive.
func (v *voice) hears(other *voice, n int) {
	for range min(n, len(other.wire)) {
		text := other.wire[0]
		other.wire = other.wire[1:]
		if v.in.Take(text.N) {
			v.shown = append(v.shown, text.Text)
		}
		v.acks = append(v.acks, v.in.Last())
	}
}

func (v *voice) hearsAcks(other *voice, n int) {
	for range min(n, len(other.acks)) {
		v.out.Ack(other.acks[0])
		other.acks = other.acks[1:]
	}
}

// reconnect loses all that is on its way, and begins a connection.
func reconnect(a, b *voice) {
	for _, side := range [][2]*voice{{a, b}, {b, a}} {
		me, other := side[0], side[1]
		me.wire, me.acks = nil, nil
		stream, from := me.out.Stream()
		other.in.Hello(Hello{Stream: stream, From: from, Heard: me.in.Heard()})
	}
	_, a.wire = a.out.Resume(b.in.Heard())
	_, b.wire = b.out.Resume(a.in.Heard())
}

// [M2][M4] Whatever is lost with connections, each text is shown once and in order.
func TestMessagesArrive(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		a, b := newVoice(t, r), newVoice(t, r)
		reconnect(a, b)
		for i := range 200 {
			switch r.IntN(8) {
			case 0, 1:
				a.say(fmt.Sprint("a", i))
			case 2, 3:
				b.say(fmt.Sprint("b", i))
			case 4:
				a.hears(b, r.IntN(4))
				a.hearsAcks(b, r.IntN(4))
			case 5:
				b.hears(a, r.IntN(4))
				b.hearsAcks(a, r.IntN(4))
			case 6:
				b.hearsAcks(a, r.IntN(9))
			case 7:
				reconnect(a, b)
			}
		}
		reconnect(a, b)
		a.hears(b, MaxKeptTexts)
		b.hears(a, MaxKeptTexts)
		a.hearsAcks(b, MaxKeptTexts)
		b.hearsAcks(a, MaxKeptTexts)
		if !slices.Equal(a.shown, b.said) || !slices.Equal(b.shown, a.said) {
			t.Fatalf("seed %d: said %v and %v, shown %v and %v", seed, a.said, b.said, b.shown, a.shown)
		}
		if a.out.Kept()+b.out.Kept() != 0 {
			t.Fatalf("[M3] seed %d: %d and %d are still kept", seed, a.out.Kept(), b.out.Kept())
		}
	}
}

// [M5] Whose page was loaded again is told what was not acknowledged, and nothing that the page before had taken.
func TestLoadedAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	a, b := newVoice(t, r), newVoice(t, r)
	reconnect(a, b)
	for i := range 5 {
		a.say(fmt.Sprint(i))
	}
	b.hears(a, 3)
	a.hearsAcks(b, 2)
	b = newVoice(t, r)
	reconnect(a, b)
	b.hears(a, 9)
	if want := []string{"2", "3", "4"}; !slices.Equal(b.shown, want) {
		t.Errorf("shown %v, want %v", b.shown, want)
	}
	b.say("hello again")
	a.hears(b, 1)
	if !slices.Equal(a.shown, []string{"hello again"}) {
		t.Errorf("shown %v", a.shown)
	}
}

// [M6] What is kept is bounded, and there is room again when something is acknowledged.
func TestOutboxBounds(t *testing.T) {
	many := NewOutbox("stream")
	for range MaxKeptTexts {
		if _, err := many.Put("x"); err != nil {
			t.Fatal(err)
		}
	}
	large := NewOutbox("stream")
	text := strings.Repeat("x", MaxKeptBytes/16)
	for range 16 {
		if _, err := large.Put(text); err != nil {
			t.Fatal(err)
		}
	}
	for name, o := range map[string]*Outbox{"many": many, "large": large} {
		if _, err := o.Put("x"); !errors.Is(err, ErrOutboxFull) {
			t.Errorf("%s: %v", name, err)
		}
		if n := o.Ack(1); n != 1 {
			t.Errorf("%s: acknowledged %d", name, n)
		}
		if _, err := o.Put("x"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// [M3] An ack of what was never sent, or once more, changes nothing.
func TestAcksThatAreNone(t *testing.T) {
	o := NewOutbox("stream")
	for range 3 {
		if _, err := o.Put("x"); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		n     uint64
		acked int
	}{{4, 0}, {maxNumber, 0}, {2, 2}, {2, 0}, {1, 0}, {3, 1}} {
		if got := o.Ack(c.n); got != c.acked {
			t.Errorf("ack %d: %d, want %d", c.n, got, c.acked)
		}
	}
	if acked, again := o.Resume(&Heard{Stream: "another", N: 1}); acked != 0 || len(again) != 0 {
		t.Errorf("[M4] another's stream: %d, %v", acked, again)
	}
}
