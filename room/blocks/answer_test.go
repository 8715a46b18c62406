package blocks_test

import (
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/blocks"
)

// held is an exchange that holds a file of so many blocks, and has a neighbour.
func held(t testing.TB, count, room int) (*blocks.Exchange, *file, blocks.Peer) {
	f, peer := newWorld(t).file(1, count), blocks.Peer{2}
	x := blocks.New(blocks.Config{Self: blocks.Peer{1}, Now: begun})
	x.Serve(f.set, f.ids[1:])
	x.Linked(peer, room)
	return x, f, peer
}

// sent are the frames of one kind among what is to be done.
func sent[F protocol.BlockFrame](out []blocks.Action) []F {
	var frames []F
	for _, a := range out {
		if s, ok := a.(blocks.Send); ok {
			if f, ok := s.Frame.(F); ok {
				frames = append(frames, f)
			}
		}
	}
	return frames
}

func reads(out []blocks.Action) []blocks.ReadBlock {
	var list []blocks.ReadBlock
	for _, a := range out {
		if r, ok := a.(blocks.ReadBlock); ok {
			list = append(list, r)
		}
	}
	return list
}

// [B5] [B6] 64 wants wait, of which two are read at once; what is more, and what is not there, is answered with none.
func TestAnswers(t *testing.T) {
	x, f, peer := held(t, 100, 1<<20)
	var out []blocks.Action
	for i := range 70 {
		out = append(out, x.Received(peer, protocol.BlockWant{Request: protocol.Request(i), Block: f.ids[i]})...)
	}
	got := reads(out)
	if len(got) != 2 || len(sent[protocol.BlockNone](out)) != 6 {
		t.Fatalf("%d are read, none for %v", len(got), sent[protocol.BlockNone](out))
	}
	x.Received(peer, protocol.BlockCancel{Request: 0})
	x.Received(peer, protocol.BlockCancel{Request: 2})
	if out := x.Read(got[0].Task, f.blocks[0]); len(sent[protocol.BlockPiece](out)) != 0 {
		t.Error("what was cancelled was sent")
	}
	out = x.Read(got[1].Task, f.blocks[1])
	if pieces := sent[protocol.BlockPiece](out); len(pieces) != 1 || pieces[0].Request != 1 {
		t.Errorf("got %v", pieces)
	}
	if next := reads(out); len(next) != 1 || next[0].Index != 4 {
		t.Errorf("then %v is read", next)
	}
	out = x.Received(peer, protocol.BlockWant{Request: 100, Block: protocol.BlockID{1}})
	if !slices.Equal(sent[protocol.BlockNone](out), []protocol.BlockNone{{Request: 100}}) {
		t.Error("what is not there is not said to be so")
	}
	out = x.Drop(f.set)
	haves := sent[protocol.BlockHave](out)
	if len(haves) != 1 || haves[0].Flags != protocol.HaveDeclined || len(sent[protocol.BlockNone](out)) != 59 {
		t.Errorf("dropped: %v, none for %d", haves, len(sent[protocol.BlockNone](out)))
	}
	if !x.Next().IsZero() {
		t.Error("a tick is wanted for nothing")
	}
}

// [B3] What a channel does not take waits, in pieces that have not been cut.
func TestRoom(t *testing.T) {
	x, f, peer := held(t, 2, 1<<20)
	x.Drained(peer, 3000)
	out := x.Received(peer, protocol.BlockWant{Block: f.ids[1]})
	if out = x.Read(reads(out)[0].Task, f.blocks[1]); len(out) != 0 {
		t.Errorf("sent %v", out)
	}
	if len(x.Received(peer, protocol.BlockCancel{})) != 0 || len(x.Drained(peer, 1<<20)) != 0 {
		t.Error("what was cancelled was sent")
	}
}

// [B4] Who begins to want is told at most 5 times a second what is there, however often it begins.
func TestBeginsToWant(t *testing.T) {
	x, f, peer := held(t, 2, 1<<20)
	x.Extend(f.ids[1], nil, false) // another set, held in part
	x.Have(f.ids[1], []byte{0x80})
	told := 0
	for i := range 1000 {
		out := x.Tick(begun.Add(time.Duration(i) * time.Millisecond))
		have := protocol.BlockHave{Set: f.ids[1], Flags: protocol.HaveFlags(i % 2)}
		told += len(sent[protocol.BlockHave](append(out, x.Received(peer, have)...)))
	}
	if told < 4 || told > 6 {
		t.Errorf("told %d times", told)
	}
}

// [B4] Who had all before it was known to be all says once that it has all.
func TestAllBeforeItIsKnown(t *testing.T) {
	set, peer := protocol.BlockID{1}, blocks.Peer{2}
	x := blocks.New(blocks.Config{Self: blocks.Peer{1}, Now: begun})
	x.Linked(peer, 1<<20)
	x.Want(set)
	x.Received(peer, protocol.BlockHave{Set: set, Flags: protocol.HaveWants})
	x.Have(set, []byte{0x80})
	out := x.Serve(set, nil)
	for i := range 25 {
		out = append(out, x.Tick(begun.Add(time.Duration(i)*200*time.Millisecond))...)
	}
	if told := sent[protocol.BlockHave](out); len(told) != 1 || told[0].Flags != protocol.HaveAll {
		t.Errorf("told %v", told)
	}
}

// pass is one file of so many blocks from ten neighbours, half of whom have all. Nothing is hashed or kept.
func pass(count int) {
	ids := make([]protocol.BlockID, count)
	for i := range ids {
		ids[i] = protocol.BlockID{byte(i), byte(i >> 8), byte(i >> 16), 1}
	}
	x, now := blocks.New(blocks.Config{Self: blocks.Peer{77}, Now: begun}), begun
	x.Extend(ids[0], ids[1:], true)
	every := make([]byte, protocol.MaxHaveBits)
	for j := range every {
		every[j] = 0xb7
	}
	for n := range byte(10) {
		peer := blocks.Peer{20 * n}
		x.Linked(peer, 1<<40)
		if n%2 == 0 {
			x.Received(peer, protocol.BlockHave{Set: ids[0], Flags: protocol.HaveAll})
			continue
		}
		for first := 0; first+8*len(every) <= protocol.MaxSetBlocks && first < count; first += 8 * len(every) {
			have := protocol.BlockHave{Set: ids[0], Flags: protocol.HaveWants, First: uint32(first), Bits: every}
			x.Received(peer, have)
		}
	}
	todo := x.Want(ids[0])
	for steps := 0; len(todo) > 0 || !x.Progress(ids[0]).Complete(); steps++ {
		if len(todo) == 0 || steps%1000 == 0 {
			now = now.Add(50 * time.Millisecond)
			todo = append(todo, x.Tick(now)...)
			continue
		}
		a := todo[0]
		todo = todo[1:]
		switch a := a.(type) {
		case blocks.Send:
			if want, ok := a.Frame.(protocol.BlockWant); ok {
				piece := protocol.BlockPiece{Request: want.Request, Size: 1, Bytes: []byte{1}}
				todo = append(todo, x.Received(a.Peer, piece)...)
			}
		case blocks.Check:
			todo = append(todo, x.Checked(a.Task, true)...)
		case blocks.Keep:
			todo = append(todo, x.Kept(a.Task, true)...)
		}
	}
}

func BenchmarkPass(b *testing.B) {
	for name, count := range map[string]int{"10GB": 40_000, "50GB": 200_000} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				pass(count)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*count), "ns/block")
		})
	}
}
