package protocol

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

// streamStep is one step of vectors/stream.json; its "about" says what the members mean.
type streamStep struct {
	Do        string   `json:"do"`
	Text      string   `json:"text"`
	Repeat    int      `json:"repeat"`
	Times     int      `json:"times"`
	OK        bool     `json:"ok"`
	N         uint64   `json:"n"`
	Heard     *Heard   `json:"heard"`
	Stream    StreamID `json:"stream"`
	HelloFrom uint64   `json:"helloFrom"`

	From  uint64 `json:"from"`
	Kept  int    `json:"kept"`
	Acked int    `json:"acked"`
	Last  uint64 `json:"last"`
}

// [M2] to [M6]: both languages do the same in the same order of events.
func TestStreamVectors(t *testing.T) {
	t.Parallel()
	type streamCase struct {
		Rule  string       `json:"rule"`
		Name  string       `json:"name"`
		Steps []streamStep `json:"steps"`
	}
	for _, c := range vectortest.Read[streamCase](t, filepath.Join("vectors", "stream.json")) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			t.Parallel()
			out := NewOutbox("AQEBAQEBAQEBAQEBAQEBAQ")
			var in HeardStream
			for i, step := range c.Steps {
				step.check(t, i, out, &in)
			}
		})
	}
}

// check does the step and compares what comes of it with what the vector says.
func (s streamStep) check(t *testing.T, i int, out *Outbox, in *HeardStream) {
	t.Helper()
	acked, ok := 0, s.OK // ok is for put and take to say
	switch s.Do {
	case "put":
		text := "a"
		if s.Text != "" {
			text = strings.Repeat(s.Text, s.Repeat)
		}
		for range max(s.Times, 1) {
			_, err := out.Put(text)
			ok = err == nil
		}
	case "ack":
		acked = out.Ack(s.N)
	case "resume":
		acked, _ = out.Resume(s.Heard)
	case "hello":
		in.Hello(Hello{Stream: s.Stream, From: s.HelloFrom})
	case "take":
		ok = in.Take(s.N)
	default:
		t.Fatalf("the test does not know step %q", s.Do)
	}
	if ok != s.OK || acked != s.Acked || in.Last() != s.Last {
		t.Fatalf("step %d, %s: ok=%v acked=%d last=%d, want ok=%v acked=%d last=%d",
			i, s.Do, ok, acked, in.Last(), s.OK, s.Acked, s.Last)
	}
	_, from := out.Stream()
	if s.From != 0 && (from != s.From || out.Kept() != s.Kept) {
		t.Fatalf("step %d, %s: %d kept from %d, want %d from %d", i, s.Do, out.Kept(), from, s.Kept, s.From)
	}
}
