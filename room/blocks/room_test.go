package blocks_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// sendTo is how long it takes from one to so many, and how much the sender sends.
func sendTo(t *testing.T, receivers, count int) (time.Duration, float64) {
	w := newWorld(t)
	f := w.file(1, count)
	sender := w.member(100, 1_000_000)
	for i := range receivers {
		w.member(byte(10*i+1), 1_000_000)
	}
	w.linkAll()
	sender.serve(f)
	for _, m := range w.members[1:] {
		m.want(f)
	}
	took := w.run(time.Hour, all(f, w.members[1:]...))
	return took, float64(sender.sent) / float64(count*w.size)
}

// [B9] A sender sends about one of everything, and five have it nearly as soon as one.
func TestToMany(t *testing.T) {
	for _, count := range []int{100, 400, 2000} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			one, _ := sendTo(t, 1, count)
			five, sent := sendTo(t, 5, count)
			t.Logf("to one %v, to five %v (%.2f×), sent %.2f×", one, five, float64(five)/float64(one), sent)
			if float64(five) > 1.5*float64(one) || sent > 1.3 {
				t.Error("too much")
			}
		})
	}
}

// [B9] One of five who want it is asleep: what would have been its share is shared too.
func TestToManyOneAsleep(t *testing.T) {
	w := newWorld(t)
	f := w.file(1, 400)
	sender := w.member(100, 1_000_000)
	for i := range 4 {
		w.member(byte(10*i+1), 1_000_000)
	}
	awake := w.members[1:5]
	asleep := w.liar(25, f, func(*member, *member, protocol.Request) {})
	asleep.claims = nil
	w.linkAll()
	sender.serve(f)
	for _, m := range awake {
		asleep.tell(m, protocol.BlockHave{Set: f.set, Flags: protocol.HaveWants})
		m.want(f)
	}
	took := w.run(time.Minute, all(f, awake...))
	sent := float64(sender.sent) / float64(400*w.size)
	t.Logf("%v, sent %.2f×", took, sent)
	if sent > 1.3 {
		t.Error("too much")
	}
}
