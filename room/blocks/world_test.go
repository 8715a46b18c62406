package blocks_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/blocks"
)

var begun = time.UnixMilli(1_767_225_600_000)

// world is a room whose members exchange blocks, in a time of its own. Blocks are small: with 4096 bytes, 1 MB/s here
// is 64 MB/s there.
type world struct {
	size, piece, channel int // of blocks, of their pieces, and how much is in a channel

	t       testing.TB
	now     int64 // µs
	events  []event
	serial  int
	members []*member
	files   map[protocol.BlockID]*file
	taken   map[[2]*member]int // bytes of blocks that came from one to the other
}

type event struct {
	at     int64
	serial int
	do     func()
}

// file is a set of which everything is known.
type file struct {
	set    protocol.BlockID
	ids    []protocol.BlockID
	blocks [][]byte
}

// member is one that keeps the rules, unless lies says otherwise.
type member struct {
	w     *world
	id    blocks.Peer
	x     *blocks.Exchange
	disk  map[protocol.BlockID][]byte
	up    int64 // bytes in a second
	delay int64 // µs to everybody
	wires []*wire
	busy  bool
	turn  int
	wake  time.Time
	sent  int
	// lies gets all frames, if it is set, and nothing else comes of them.
	lies   func(from *member, f protocol.BlockFrame)
	claims *file // what a liar says that it has
	answer func(l, to *member, r protocol.Request)
	blamed map[blocks.Peer]blocks.Fault
	full   bool // its disk is
	trace  *recorder
	most   int // bytes of blocks that were in memory at once, to be checked or kept
	memory int
}

// wire is a channel, one way of it.
type wire struct {
	to       *member
	cut      bool
	waiting  []protocol.BlockFrame
	buffered int
}

func newWorld(t testing.TB) *world {
	return &world{
		t: t, size: 4096, piece: 1024, channel: 16 * 1024, files: make(map[protocol.BlockID]*file),
		taken: make(map[[2]*member]int),
	}
}

func (w *world) file(name byte, count int) *file {
	f := &file{}
	for i := range count {
		block := make([]byte, w.size)
		block[0] = name
		binary.BigEndian.PutUint32(block[1:], uint32(i))
		f.blocks = append(f.blocks, block)
		f.ids = append(f.ids, protocol.BlockIDOf(block))
	}
	f.set = f.ids[0]
	w.files[f.set] = f
	return f
}

func (w *world) member(name byte, up int64) *member {
	m := &member{
		w: w, id: blocks.Peer{name}, disk: make(map[protocol.BlockID][]byte), up: up, delay: 10_000,
		blamed: make(map[blocks.Peer]blocks.Fault),
	}
	m.x = blocks.New(blocks.Config{Self: m.id, Now: begun, Piece: w.piece})
	w.members = append(w.members, m)
	return m
}

func (w *world) at(after int64, do func()) {
	w.serial++
	e := event{w.now + after, w.serial, do}
	i, _ := slices.BinarySearchFunc(w.events, e, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.serial, b.serial))
	})
	w.events = slices.Insert(w.events, i, e)
}

// run goes on until done, and says when that was; the test fails if it takes longer.
func (w *world) run(most time.Duration, done func() bool) time.Duration {
	w.t.Helper()
	end := w.now + most.Microseconds()
	for !done() {
		if len(w.events) == 0 || w.events[0].at > end {
			w.t.Fatalf("not done after %v", most)
		}
		e := w.events[0]
		w.events = w.events[1:]
		w.now = e.at
		e.do()
	}
	return time.Duration(w.now) * time.Microsecond
}

// pass lets time pass.
func (w *world) pass(time time.Duration) {
	over := false
	w.at(time.Microseconds(), func() { over = true })
	w.run(time, func() bool { return over })
}

func (w *world) time() time.Time { return begun.Add(time.Duration(w.now/1000) * time.Millisecond) }

// link links two members.
func (w *world) link(a, b *member) {
	a.wires, b.wires = append(a.wires, &wire{to: b}), append(b.wires, &wire{to: a})
	for _, m := range []*member{a, b} {
		l := m.wires[len(m.wires)-1]
		if m.lies == nil {
			m.give(input{Do: "linked", Peer: l.to.id, Room: w.channel})
		} else if m.claims != nil {
			m.send(l, protocol.BlockHave{Set: m.claims.set, Flags: protocol.HaveAll})
		}
	}
}

func (w *world) linkAll() {
	for i, a := range w.members {
		for _, b := range w.members[:i] {
			w.link(a, b)
		}
	}
}

// cut breaks a link: what is on its way is lost.
func (w *world) cut(a, b *member) {
	for _, m := range []*member{a, b} {
		m.wires = slices.DeleteFunc(m.wires, func(l *wire) bool {
			l.cut = l.cut || l.to == a || l.to == b
			return l.to == a || l.to == b
		})
	}
	for _, m := range []*member{a, b} {
		if m.lies == nil {
			m.give(input{Do: "unlinked", Peer: map[*member]*member{a: b, b: a}[m].id})
		}
	}
}

// leave ends all links of a member.
func (m *member) leave() {
	for len(m.wires) > 0 {
		m.w.cut(m, m.wires[0].to)
	}
}

// record begins to write down what the member is given.
func (m *member) record() *member {
	m.trace = &recorder{last: begun}
	short(&m.trace.peers, "p", m.id)
	return m
}

// give gives an input, after a tick, and does what comes of both.
func (m *member) give(in input) {
	now := m.w.time()
	out := slices.Concat(m.x.Tick(now), in.give(m.x))
	if m.trace != nil {
		m.trace.step(now, in, out, m.x)
	}
	for _, a := range out {
		m.do(a)
	}
	if next := m.x.Next(); !next.IsZero() && !next.Equal(m.wake) {
		m.wake = next
		m.w.at(max(0, next.Sub(begun).Microseconds()-m.w.now), func() {
			if m.wake.Equal(next) {
				m.wake = time.Time{}
				m.give(input{})
			}
		})
	}
}

func (m *member) do(a blocks.Action) {
	switch a := a.(type) {
	case blocks.Send:
		for _, l := range m.wires {
			if l.to.id == a.Peer {
				m.send(l, a.Frame)
			}
		}
	case blocks.ReadBlock:
		m.w.at(1000, func() { m.give(input{Do: "read", Task: a.Task, Bytes: m.disk[a.ID]}) })
	case blocks.Check:
		m.memory += len(a.Bytes)
		m.most = max(m.most, m.memory)
		m.w.at(100, func() {
			ok := protocol.BlockIDOf(a.Bytes) == a.ID
			if !ok {
				m.memory -= len(a.Bytes)
			}
			m.give(input{Do: "checked", Task: a.Task, OK: ok})
		})
	case blocks.Keep:
		m.w.at(1000, func() { m.keep(a) })
	case blocks.Blame:
		m.blamed[a.Peer] = a.Why
	}
}

// keep writes a block. Once the first is there, so is the plan.
func (m *member) keep(a blocks.Keep) {
	m.memory -= len(a.Bytes)
	if !m.full {
		if !bytes.Equal(m.w.files[a.Set].blocks[a.Index], a.Bytes) {
			m.w.t.Error("kept a block that is another")
		}
		m.disk[a.ID] = a.Bytes
	}
	m.give(input{Do: "kept", Task: a.Task, OK: !m.full})
	if a.Index == 0 && !m.full {
		m.give(input{Do: "extend", Set: a.Set, IDs: m.w.files[a.Set].ids[1:], OK: true})
	}
}

func (m *member) send(l *wire, f protocol.BlockFrame) {
	l.waiting = append(l.waiting, f)
	l.buffered += len(f.Encode())
	if l.buffered > m.w.channel+protocol.MaxBlockFrame {
		m.w.t.Fatal("a channel has more than it takes")
	}
	if !m.busy {
		m.transmit()
	}
}

// transmit sends the next frame of the channel whose turn it is.
func (m *member) transmit() {
	m.busy = false
	for range m.wires {
		m.turn++
		l := m.wires[m.turn%len(m.wires)]
		if len(l.waiting) == 0 {
			continue
		}
		raw := l.waiting[0].Encode()
		l.waiting = l.waiting[1:]
		m.busy = true
		m.sent += len(raw)
		m.w.at(int64(len(raw))*1_000_000/m.up, func() {
			l.buffered -= len(raw)
			m.w.at(m.delay, func() {
				if !l.cut {
					l.to.receive(m, raw)
				}
			})
			m.transmit()
			if !l.cut && m.lies == nil {
				m.give(input{Do: "drained", Peer: l.to.id, Room: m.w.channel - l.buffered})
			}
		})
		return
	}
}

func (m *member) receive(from *member, raw []byte) {
	f, err := protocol.ParseBlockFrame(raw)
	if err != nil {
		m.w.t.Fatal(err)
	}
	if m.lies != nil {
		m.lies(from, f)
		return
	}
	if piece, ok := f.(protocol.BlockPiece); ok {
		m.w.taken[[2]*member{from, m}] += len(piece.Bytes)
	}
	m.give(input{Do: "received", Peer: from.id, Frame: f})
}

// tell sends what a liar likes to.
func (m *member) tell(to *member, f protocol.BlockFrame) {
	for _, l := range m.wires {
		if l.to == to && l.buffered < m.w.channel {
			m.send(l, f)
		}
	}
}

// liar says that it has all of a file, and answers each want as it likes.
func (w *world) liar(name byte, f *file, answer func(l, to *member, r protocol.Request)) *member {
	l := w.member(name, 1_000_000)
	l.lies = func(from *member, frame protocol.BlockFrame) {
		if want, ok := frame.(protocol.BlockWant); ok {
			l.answer(l, from, want.Request)
		}
	}
	l.claims, l.answer = f, answer
	return l
}

func (m *member) serve(f *file) {
	for i, id := range f.ids {
		m.disk[id] = f.blocks[i]
	}
	m.give(input{Do: "serve", Set: f.set, IDs: f.ids[1:]})
}

func (m *member) want(f *file) { m.give(input{Do: "want", Set: f.set}) }

func (m *member) complete(f *file) bool {
	p := m.x.Progress(f.set)
	return p.Complete() && p.Have == len(f.ids)
}

func all(f *file, members ...*member) func() bool {
	return func() bool {
		return !slices.ContainsFunc(members, func(m *member) bool { return !m.complete(f) })
	}
}
