package blocks_test

import (
	"flag"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/vectortest"
	"github.com/parley-chat/parley/room/blocks"
)

var writeTraces = flag.Bool("write-traces", false, "make protocol/vectors/blocks-trace.json anew")

var tracePath = filepath.Join("..", "..", "protocol", "vectors", "blocks-trace.json")

const traceAbout = "SPEC B4 to B9: all that one exchange of blocks in a simulated room was given, and what " +
	"came of it. " +
	"Times are milliseconds; it begins at 0. piece: how many bytes of a block are in a frame. peers: " +
	"identities; p0 is the own one. sets: digests of their first blocks. steps: a tick so many ms after " +
	"the step before, and then the input in; out are the actions of both; next: after so many ms the next " +
	"tick is wanted, -1 is not at all. Frames and bytes are in base64url; bytes that are absent are none, " +
	"and the answer to a read is then that it is not there. ok of extend: the plan is whole. ends: how it " +
	"stands with each set in the end, one that is not known is 0 of 0; rates with each neighbour. Written " +
	"by package room/blocks."

// [B9] The same inputs give the same actions, in both languages.
func TestTraces(t *testing.T) {
	if *writeTraces {
		var cases []traceCase
		for _, s := range traced {
			m := s.play(small(t))
			cases = append(cases, m.trace.written(s.rule, s.name, m))
		}
		vectortest.Write(t, tracePath, traceAbout, cases)
	}
	for _, c := range vectortest.Read[traceCase](t, tracePath) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) { c.replay(t) })
	}
}

// replay gives everything to a new exchange.
func (c traceCase) replay(t *testing.T) {
	var n names
	for i := range c.Peers {
		n.peers = append(n.peers, [32]byte(raw(t, c.Peers[i])))
	}
	for i := range c.Sets {
		n.sets = append(n.sets, [32]byte(raw(t, c.Sets[i])))
	}
	now := begun
	x := blocks.New(blocks.Config{Self: n.peers[0], Now: now, Piece: c.Piece})
	for i, step := range c.Steps {
		now = now.Add(time.Duration(step.After) * time.Millisecond)
		out := n.actions(append(x.Tick(now), step.In.inputOf(t, c).give(x)...))
		if !reflect.DeepEqual(out, step.Out) {
			t.Fatalf("step %d: got %+v\nwant %+v", i, out, step.Out)
		}
		if got := next(now, x); got != step.Next {
			t.Fatalf("step %d: the next tick is wanted after %d ms, want %d", i, got, step.Next)
		}
	}
	if ends, rates := n.ends(x); !reflect.DeepEqual(ends, c.Ends) || !reflect.DeepEqual(rates, c.Rates) {
		t.Errorf("in the end: got %+v %+v, want %+v %+v", ends, rates, c.Ends, c.Rates)
	}
}

// small is a world for traces: blocks of 24 bytes in two pieces.
func small(t *testing.T) *world {
	w := newWorld(t)
	w.size, w.piece, w.channel = 24, 16, 192
	return w
}

// traced are the rooms of which one member is recorded.
var traced = []struct {
	rule, name string
	play       func(w *world) *member
}{
	{"B9", "one of three who want it", func(w *world) *member { return w.sharing(2) }},
	{"B7", "the one who has it", func(w *world) *member { return w.sharing(0) }},
	{"B9", "the sender goes, links break and come back", func(w *world) *member {
		f := w.file(1, 40)
		sender, other := w.member(100, 8000), w.member(50, 8000)
		third, m := w.member(20, 8000), w.member(7, 8000).record()
		w.linkAll()
		sender.serve(f)
		for _, m := range w.members[1:] {
			m.want(f)
		}
		w.run(time.Minute, func() bool { return m.x.Progress(f.set).Have > 14 })
		w.cut(other, m)
		w.run(time.Minute, func() bool { return other.complete(f) })
		sender.leave()
		w.pass(300 * time.Millisecond)
		w.link(other, m)
		w.run(time.Minute, all(f, third, m))
		return m
	}},
	{"B9", "who is slow is asked for less, and another too", func(w *world) *member {
		f := w.file(1, 16)
		slow, m := w.member(3, 9), w.member(7, 8000).record()
		slow.serve(f)
		m.want(f)
		w.linkAll()
		w.pass(45 * time.Second)
		quick := w.member(9, 300)
		quick.serve(f)
		w.link(quick, m)
		w.run(time.Minute, all(f, m))
		w.pass(time.Second)
		return m
	}},
	{"B9", "one who wants it is asleep", func(w *world) *member {
		f := w.file(1, 40)
		sender, m, other := w.member(9, 20_000), w.member(7, 20_000).record(), w.member(4, 20_000)
		asleep := w.liar(5, f, func(*member, *member, protocol.Request) {})
		asleep.claims = nil
		w.linkAll()
		sender.serve(f)
		for _, m := range []*member{m, other} {
			asleep.tell(m, protocol.BlockHave{Set: f.set, Flags: protocol.HaveWants})
			m.want(f)
		}
		w.run(time.Minute, all(f, m, other))
		return m
	}},
	{"B4", "sets are paused, declined, dropped, and wanted again", func(w *world) *member { return w.whims() }},
	{"B8", "neighbours lie", func(w *world) *member { return w.lied() }},
}

func (w *world) sharing(recorded int) *member {
	f := w.file(1, 40)
	for i := range 4 {
		w.member(byte(200-50*i), 20_000)
	}
	m := w.members[recorded].record()
	w.linkAll()
	w.members[0].serve(f)
	for _, m := range w.members[1:] {
		m.want(f)
	}
	w.run(time.Minute, all(f, w.members...))
	w.pass(time.Second)
	return m
}

// whims is a member that has some already, whose plan comes in parts, and that changes its mind.
func (w *world) whims() *member {
	f, g, h := w.file(1, 30), w.file(2, 12), w.file(3, 5)
	sender, m, other := w.member(9, 4000), w.member(7, 4000).record(), w.member(4, 4000)
	w.linkAll()
	for _, f := range []*file{f, g, h} {
		sender.serve(f)
	}
	m.give(input{Do: "extend", Set: f.set, IDs: f.ids[1:9]})
	for _, i := range []int{0, 2, 3} {
		m.disk[f.ids[i]] = f.blocks[i]
	}
	m.give(input{Do: "have", Set: f.set, Bytes: []byte{0xb0}})
	m.want(g)
	m.want(f)
	other.want(g)
	w.pass(100 * time.Millisecond)
	m.give(input{Do: "extend", Set: f.set, IDs: f.ids[9:], OK: true})
	m.give(input{Do: "priority", Set: f.set, First: 20, Count: 5})
	m.give(input{Do: "decline", Set: h.set})
	w.pass(80 * time.Millisecond)
	m.give(input{Do: "pause", Set: f.set})
	other.want(f)
	w.pass(400 * time.Millisecond)
	m.full = true
	m.want(f)
	w.pass(400 * time.Millisecond)
	m.full = false
	m.want(f)
	m.want(h)
	w.pass(50 * time.Millisecond)
	sender.give(input{Do: "drop", Set: h.set})
	w.run(time.Minute, all(f, m))
	m.give(input{Do: "drop", Set: f.set})
	w.pass(time.Second)
	m.want(f)
	m.give(input{Do: "extend", Set: f.set, IDs: f.ids[1:3], OK: true})
	w.pass(time.Second)
	return m
}

// lied is a member among those who lie in each way.
func (w *world) lied() *member {
	f := w.file(1, 24)
	honest, m := w.member(9, 1500), w.member(7, 8000).record()
	w.liar(1, f, func(l, to *member, r protocol.Request) { // other bytes
		l.tell(to, protocol.BlockPiece{Request: r, Size: 3, Bytes: []byte{1, 2, 3}})
	})
	w.liar(2, f, func(l, to *member, r protocol.Request) { l.tell(to, protocol.BlockNone{Request: r}) })
	w.liar(3, f, func(l, to *member, r protocol.Request) { // the second before the first
		l.tell(to, protocol.BlockPiece{Request: r, Offset: 16, Size: 24, Bytes: []byte{1, 2, 3}})
	})
	w.liar(4, f, func(l, to *member, r protocol.Request) { // of one and then of another
		l.tell(to, protocol.BlockPiece{Request: r, Size: 24, Bytes: []byte{1, 2, 3}})
	})
	w.linkAll()
	honest.serve(f)
	m.want(f)
	for _, l := range w.members[2:] {
		for r := range protocol.Request(3) {
			l.tell(m, protocol.BlockWant{Request: r % 2, Block: f.ids[0]})
		}
		l.tell(m, protocol.BlockCancel{Request: 1})
		l.tell(m, protocol.BlockPiece{Request: 99, Size: 24, Bytes: []byte{1}})
	}
	w.run(time.Minute, all(f, m))
	w.pass(time.Second)
	return m
}
