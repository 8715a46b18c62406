package blocks_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// honest are the members that keep the rules.
func (w *world) honest() []*member {
	return slices.DeleteFunc(slices.Clone(w.members), func(m *member) bool { return m.lies != nil })
}

// check wants that nobody honest was blamed by somebody honest, and that memory was bounded.
func (w *world) check() {
	w.t.Helper()
	for _, m := range w.honest() {
		for _, other := range w.honest() {
			if why, ok := m.blamed[other.id]; ok {
				w.t.Errorf("%d blames %d for %s", m.id[0], other.id[0], why)
			}
		}
		if m.most > 160*w.size {
			w.t.Errorf("%d had %d blocks in memory", m.id[0], m.most/w.size)
		}
	}
}

// [B9] The sender goes for ever at 37 %; what it has sent is among the others, and one more has all.
func TestSenderGone(t *testing.T) {
	w := newWorld(t)
	f := w.file(1, 300)
	sender, holder := w.member(1, 1_000_000), w.member(2, 300_000)
	a, b := w.member(3, 1_000_000), w.member(4, 1_000_000)
	w.link(sender, a)
	w.link(sender, b)
	w.link(a, b)
	sender.serve(f)
	holder.serve(f)
	a.want(f)
	b.want(f)
	w.run(time.Minute, func() bool { return a.x.Progress(f.set).Have >= 111 })
	sender.leave()
	w.pass(5 * time.Second)
	if a.complete(f) || b.complete(f) {
		t.Fatal("they had all already")
	}
	w.link(holder, a)
	before := holder.sent
	w.run(time.Minute, all(f, a, b))
	if sent := holder.sent - before; sent > 210*w.size {
		t.Errorf("the holder sent %d blocks of the 189 that lacked", sent/w.size)
	}
	w.check()
}

// [B9] Links break again and again: less than a block for each neighbour and time is sent in vain.
func TestResume(t *testing.T) {
	w := newWorld(t)
	w.channel = w.size // what is in a channel is lost too
	f := w.file(1, 200)
	sender, m := w.member(1, 200_000), w.member(2, 200_000)
	sender.serve(f)
	m.want(f)
	breaks := 0
	for !m.complete(f) {
		w.link(sender, m)
		have := m.x.Progress(f.set).Have
		w.run(time.Minute, func() bool { return m.complete(f) || m.x.Progress(f.set).Have >= have+20 })
		breaks++
		w.pass(time.Duration(breaks%8) * 3 * time.Millisecond)
		w.cut(sender, m)
	}
	in := w.taken[[2]*member{sender, m}]
	t.Logf("%d bytes more than the file in %d links", in-200*w.size, breaks)
	if in-200*w.size > breaks*w.size {
		t.Error("too much came in vain")
	}
	w.check()
}

// [B9] One slow holder among quick ones holds nobody up.
func TestSlowHolder(t *testing.T) {
	w := newWorld(t)
	f := w.file(1, 400)
	for name, up := range []int64{2000, 500_000, 500_000} {
		w.member(byte(name+1), up).serve(f)
	}
	m := w.member(9, 1_000_000)
	w.linkAll()
	m.want(f)
	if took := w.run(time.Minute, all(f, m)); took > 4*time.Second {
		t.Errorf("took %v", took)
	}
	w.check()
}

// lies are the ways of liars. Each says that it has all.
var lies = []struct {
	name   string
	blamed bool
	answer func(l, to *member, f *file, r protocol.Request)
}{
	{"wrong bytes", true, func(l, to *member, _ *file, r protocol.Request) {
		for at := 0; at < l.w.size; at += l.w.piece {
			l.tell(to, protocol.BlockPiece{
				Request: r, Offset: uint32(at), Size: uint32(l.w.size), Bytes: make([]byte, l.w.piece),
			})
		}
	}},
	{"wrong size", true, func(l, to *member, f *file, r protocol.Request) {
		l.tell(to, protocol.BlockPiece{Request: r, Size: 10, Bytes: f.blocks[0][:10]})
	}},
	{"no end", true, func(l, to *member, f *file, r protocol.Request) {
		for range 20 {
			l.tell(to, protocol.BlockPiece{Request: r, Size: protocol.MaxBlockBytes, Bytes: f.blocks[0][:9]})
		}
	}},
	{"none", true, func(l, to *member, _ *file, r protocol.Request) { l.tell(to, protocol.BlockNone{Request: r}) }},
	{"silence", false, func(*member, *member, *file, protocol.Request) {}},
	{"wants and haves without end", false, func(l, to *member, f *file, r protocol.Request) {
		for i := range protocol.Request(200) {
			l.tell(to, protocol.BlockWant{Request: 1000*r + i, Block: f.ids[int(i)%len(f.ids)]})
			l.tell(to, protocol.BlockHave{Set: protocol.BlockIDOf([]byte{byte(i), byte(r)}), Flags: protocol.HaveWants})
			l.tell(to, protocol.BlockHave{Set: f.set, Flags: protocol.HaveFlags(i % 2), First: 1 << 20, Bits: []byte{255}})
		}
	}},
	{"what nobody asked for", true, func(l, to *member, _ *file, r protocol.Request) {
		for i := range protocol.Request(300) {
			piece := protocol.BlockPiece{Request: 1 << 30, Size: protocol.MaxBlockBytes}
			piece.Bytes = make([]byte, protocol.MaxPiece)
			l.w.at(int64(i), func() { to.give(input{Do: "received", Peer: l.id, Frame: piece}) })
		}
		l.tell(to, protocol.BlockNone{Request: r})
	}},
}

// [B8] Whoever lies is named, where it can be known, and the others get the file.
func TestLiars(t *testing.T) {
	for _, lie := range lies {
		t.Run(lie.name, func(t *testing.T) {
			w := newWorld(t)
			f := w.file(1, 60)
			w.member(9, 400_000).serve(f)
			a, b := w.member(5, 1_000_000), w.member(2, 1_000_000)
			l := w.liar(4, f, nil)
			l.answer = func(l, to *member, r protocol.Request) { lie.answer(l, to, f, r) }
			a.want(f)
			b.want(f)
			w.linkAll()
			w.run(time.Minute, all(f, a, b))
			if _, ok := a.blamed[l.id]; ok != lie.blamed {
				t.Errorf("blamed: %v", a.blamed)
			}
			w.check()
		})
	}
}

// [B9] Whatever happens by chance, those who are linked to what they lack end with it.
func TestChaos(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { chaos(t, seed) })
	}
}

func chaos(t *testing.T, seed uint64) {
	w, chance := newWorld(t), rand.New(rand.NewPCG(seed, 1))
	f, g := w.file(1, 1+chance.IntN(150)), w.file(2, 1+chance.IntN(60))
	for range 3 + chance.IntN(5) {
		m := w.member(byte(10+len(w.members)), 50_000<<chance.IntN(6))
		m.delay = int64(1000 * (1 + chance.IntN(80)))
	}
	for range chance.IntN(3) {
		lie := lies[chance.IntN(len(lies))]
		l := w.liar(byte(10+len(w.members)), []*file{f, g}[chance.IntN(2)], nil)
		l.answer = func(l, to *member, r protocol.Request) { lie.answer(l, to, l.claims, r) }
	}
	honest := w.honest()
	honest[0].serve(f)
	honest[1].serve(g)
	if chance.IntN(2) == 0 {
		honest[2].serve(f)
	}
	w.linkAll()
	for _, m := range honest {
		m.want(f)
		m.want(g)
	}
	for range 30 {
		w.pass(time.Duration(chance.IntN(400)) * time.Millisecond)
		a, b := w.members[chance.IntN(len(w.members))], honest[chance.IntN(len(honest))]
		set := []*file{f, g}[chance.IntN(2)].set
		switch linked := slices.ContainsFunc(a.wires, func(l *wire) bool { return l.to == b }); {
		case chance.IntN(4) == 0:
			b.give(input{Do: "pause", Set: set})
		case chance.IntN(6) == 0:
			b.give(input{Do: "priority", Set: set, First: chance.IntN(100), Count: chance.IntN(20)})
		case chance.IntN(7) == 0:
			b.full = !b.full
		case linked:
			w.cut(a, b)
		case a != b:
			w.link(a, b)
		}
	}
	for i, a := range honest {
		for _, b := range honest[:i] {
			if !slices.ContainsFunc(a.wires, func(l *wire) bool { return l.to == b }) {
				w.link(a, b)
			}
		}
		a.full = false
	}
	w.pass(100 * time.Millisecond) // what was not kept has paused by then
	for _, a := range honest {
		a.want(f)
		a.want(g)
	}
	w.run(10*time.Minute, all(f, honest...))
	w.run(10*time.Minute, all(g, honest...))
	w.check()
}
