package overlay_test

import (
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// traced are the rooms of which one member is recorded, which play gives.
var traced = []struct {
	rule, name string
	play       func() *overlaytest.Member
}{
	{"O7", "a mesh of five, one of whom leaves and one crashes", func() *overlaytest.Member {
		w := tracedRoom(21, 5, 2)
		talk(w, 6, 300*time.Millisecond)
		w.Members[4].Leave()
		talk(w, 2, time.Second)
		w.Members[1].Crash()
		w.Run(30 * time.Second)
		w.Members[2].Leave()
		w.Run(2 * time.Second)
		return w.Members[2]
	}},
	{"O7", "the founder sees a room grow past ten and shrink", func() *overlaytest.Member { return thereAndBack(22, 0) }},
	{"O7", "a newcomer to a mesh that becomes an overlay, and a mesh again", func() *overlaytest.Member {
		return thereAndBack(23, 8)
	}},
	{"O6", "a newcomer to an overlay", func() *overlaytest.Member {
		w := tracedRoom(24, 16, 15)
		talk(w, 8, 500*time.Millisecond)
		return w.Members[15]
	}},
	{"O7", "a crowd comes through one member", func() *overlaytest.Member {
		w := overlaytest.New(overlaytest.Options{Seed: 25, Traced: []int{0}})
		founder := w.Join(nil)
		for range 24 {
			w.Join(founder)
		}
		w.Run(6 * time.Second)
		return founder
	}},
	{"O5", "links break and members crash", func() *overlaytest.Member {
		w := tracedRoom(26, 13, 3)
		for range 8 {
			m := w.Members[3]
			for _, peer := range m.Node.Neighbours()[:min(2, len(m.Node.Neighbours()))] {
				for _, other := range w.Alive() {
					if other.Peer == peer {
						w.Cut(m, other)
					}
				}
			}
			talk(w, 2, 500*time.Millisecond)
			if other := somebody(w); other != m && len(w.Alive()) > 8 {
				other.Crash()
			}
		}
		w.Run(5 * time.Second)
		return w.Members[3]
	}},
	{"O5", "neighbours announce and do not deliver", func() *overlaytest.Member {
		w := tracedRoom(27, 12, 7)
		for _, m := range w.Members[:4] {
			m.Withholds = true
		}
		for range 25 {
			w.Members[10].Say()
			w.Run(400 * time.Millisecond)
		}
		return w.Members[7]
	}},
	{"O10", "everybody else is gone", func() *overlaytest.Member {
		w := tracedRoom(28, 3, 1)
		w.Members[0].Crash()
		w.Members[2].Crash()
		w.Run(6 * time.Minute)
		return w.Members[1]
	}},
	{"O10", "a room is parted for a while", func() *overlaytest.Member {
		w := tracedRoom(29, 4, 1)
		w.Part(func(a, b *overlaytest.Member) bool { return (a == w.Members[0]) != (b == w.Members[0]) })
		w.Run(2 * time.Minute)
		w.Part(nil)
		for range 20 {
			if w.Run(15 * time.Second); together(w) {
				break
			}
		}
		return w.Members[1]
	}},
	{"O9", "a neighbour floods with questions", func() *overlaytest.Member {
		return flooded(protocol.OverlayFrame{Kind: protocol.KindGraft, IDs: make([]overlay.ID, protocol.MaxIDs)}, 30)
	}},
	{"O9", "a neighbour floods with introductions", func() *overlaytest.Member {
		return flooded(protocol.OverlayFrame{
			Kind: protocol.KindIntroduce, From: overlay.Peer{1}, To: overlay.Peer{2}, Step: protocol.StepOffer,
			Link: "AQEBAQEBAQEBAQEBAQEBAQEBAQE", Sealed: []byte{1},
		}, 720)
	}},
	{"O8", "an offer comes again, and answers go back", func() *overlaytest.Member {
		w := tracedRoom(35, 4, 1)
		offer := protocol.OverlayFrame{
			Kind: protocol.KindIntroduce, From: w.Members[3].Peer, To: w.Members[0].Peer, Step: protocol.StepOffer,
			Left: 4, Link: "AQEBAQEBAQEBAQEBAQEBAQEBAQE", Sealed: []byte{1},
		}
		w.Members[2].Transmit(w.Members[1], offer)
		w.Run(time.Second)
		w.Members[3].Transmit(w.Members[1], offer)
		w.Run(time.Second)
		answer := offer
		answer.From, answer.To, answer.Step = offer.To, offer.From, protocol.StepAnswer
		w.Members[0].Transmit(w.Members[1], answer)
		w.Run(10 * time.Second)
		w.Members[0].Transmit(w.Members[1], answer) // too late
		w.Run(time.Second)
		return w.Members[1]
	}},
	{"O9", "a neighbour passes on what is forged", func() *overlaytest.Member {
		w := tracedRoom(31, 4, 1)
		w.Members[1].Refuse(w.Members[2])
		w.Run(15 * time.Second)
		return w.Members[1]
	}},
	{"R2", "doors", func() *overlaytest.Member {
		w := tracedRoom(34, 5, 2)
		for _, i := range []int{0, 2} {
			w.Members[i].SetDoor(true)
			w.Run(time.Second)
		}
		w.Run(40 * time.Second) // others are heard of later
		w.Part(func(a, b *overlaytest.Member) bool { return a == w.Members[2] || b == w.Members[2] })
		w.Run(70 * time.Second)
		w.Part(nil)
		w.Run(20 * time.Second)
		w.Members[2].SetDoor(false)
		w.Run(time.Second)
		return w.Members[2]
	}},
}

// tracedRoom is a room of which one member is recorded.
func tracedRoom(seed uint64, size, member int) *overlaytest.World {
	return room(overlaytest.Options{Seed: seed, Traced: []int{member}}, size)
}

func thereAndBack(seed uint64, member int) *overlaytest.Member {
	w := tracedRoom(seed, 9, member)
	for range 4 {
		w.Join(somebody(w))
		talk(w, 3, 500*time.Millisecond)
	}
	w.Run(5 * time.Second)
	for i := len(w.Members) - 1; len(w.Alive()) > 7; i-- {
		if i != member {
			w.Members[i].Leave()
			talk(w, 3, 500*time.Millisecond)
		}
	}
	w.Run(10 * time.Second)
	return w.Members[member]
}

// flooded is a member to whom a neighbour sends a frame too often.
func flooded(f protocol.OverlayFrame, times int) *overlaytest.Member {
	w := tracedRoom(30, 3, 1)
	hostile := w.Members[2]
	hostile.Lies = func(*overlaytest.Member, protocol.OverlayFrame) []protocol.OverlayFrame { return nil }
	for range times {
		hostile.Transmit(w.Members[1], f)
	}
	w.Run(10 * time.Second)
	return w.Members[1]
}
