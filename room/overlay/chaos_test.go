package overlay_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// chaotic are nodes that are given anything, in any order: what no room would do, but implementations have to agree.
var chaotic = []chaos{
	{name: "anything among few", seed: 1, peers: 8, steps: 420, long: true},
	{name: "anything among many", seed: 2, peers: 24, steps: 700, calm: 120},
	{name: "anything among many, who are seldom linked", seed: 3, peers: 20, steps: 700, unlinked: true, long: true},
}

// chaos is one such run.
type chaos struct {
	name        string
	seed        uint64
	peers       int
	steps       int
	calm        int  // steps at first in which all come
	unlinked    bool // links come seldom
	long        bool // pauses can be of minutes
	random      *rand.Rand
	self        overlay.Peer
	list        []overlay.Peer
	node        *overlay.Node
	trace       *overlaytest.Trace
	now         time.Time
	items       []overlay.Item
	counter     uint64
	toBroadcast []overlay.Item
	offers      []protocol.OverlayFrame // that came
}

func (c chaos) play() (overlay.Peer, *overlay.Node, *overlaytest.Trace) {
	c.random = rand.New(rand.NewPCG(c.seed, 5))
	for range c.peers + 1 {
		c.list = append(c.list, c.anyPeer())
	}
	c.self, c.list = c.list[0], c.list[1:]
	c.now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c.trace, c.node = overlaytest.NewTrace(c.self, rand.New(rand.NewPCG(c.seed, 6)), c.now)
	for i := range c.steps {
		if i >= c.calm {
			c.now = c.now.Add(c.pause())
		}
		c.give(c.input(i < c.calm))
	}
	c.give(overlaytest.Input{Do: overlaytest.Leave})
	return c.self, c.node, c.trace
}

func (c *chaos) give(in overlaytest.Input) {
	for _, a := range c.trace.Give(c.node, c.now, in) {
		switch a := a.(type) {
		case overlay.Announce:
			p := &protocol.Presence{Member: c.self, Counter: a.Counter, Stay: a.Stay}
			c.toBroadcast = append(c.toBroadcast, c.item(c.self, p))
		case overlay.Connect:
			if !a.ByStore && c.random.IntN(3) > 0 {
				defer c.give(c.introduce(a.Peer, protocol.StepOffer))
			}
		}
	}
}

// pause is mostly short.
func (c *chaos) pause() time.Duration {
	most := []time.Duration{50 * time.Millisecond, time.Second, 5 * time.Second, 2 * time.Minute}
	kind := c.random.IntN(100)
	switch {
	case kind < 60:
		return time.Duration(c.random.Int64N(int64(most[0])))
	case kind < 90:
		return time.Duration(c.random.Int64N(int64(most[1])))
	case kind < 99 || !c.long:
		return time.Duration(c.random.Int64N(int64(most[2])))
	}
	return time.Duration(c.random.Int64N(int64(most[3])))
}

func (c *chaos) input(calm bool) overlaytest.Input {
	if len(c.toBroadcast) > 0 && c.random.IntN(2) == 0 {
		item := c.toBroadcast[0]
		c.toBroadcast = c.toBroadcast[1:]
		return overlaytest.Input{Do: overlaytest.Broadcast, Item: item}
	}
	linked := c.node.Neighbours()
	kind := c.random.IntN(100)
	if calm || len(linked) == 0 {
		kind %= 50
	}
	switch {
	case kind < 3 && !calm:
		return overlaytest.Input{}
	case kind < 10 && (!c.unlinked || kind < 5):
		return overlaytest.Input{Do: overlaytest.Connected, Peer: c.one(c.list)}
	case kind < 14 && !calm:
		return overlaytest.Input{Do: overlaytest.Failed, Peer: c.one(c.list)}
	case len(linked) == 0:
		return overlaytest.Input{Do: overlaytest.Broadcast, Item: c.item(c.self, nil)}
	case kind < 16 && !calm:
		return overlaytest.Input{Do: overlaytest.Lost, Peer: c.one(linked)}
	case kind < 50:
		return c.pushed(c.one(linked))
	case kind < 52:
		return overlaytest.Input{Do: overlaytest.Broadcast, Item: c.item(c.self, nil)}
	case kind < 53:
		return overlaytest.Input{Do: overlaytest.SetDoor, Door: c.random.IntN(2) == 0}
	case kind < 55:
		if len(c.offers) > 0 && c.random.IntN(3) > 0 {
			offer := c.offers[max(0, len(c.offers)-1-c.random.IntN(4))]
			return overlaytest.Input{
				Do: overlaytest.Introduce, Peer: offer.From, Step: protocol.StepAnswer, Link: offer.Link, Sealed: []byte{1},
			}
		}
		return c.introduce(c.one(c.list), protocol.StepAnswer)
	case kind == 55 && c.random.IntN(10) == 0:
		return overlaytest.Input{Do: overlaytest.Refused, Peer: c.one(linked)}
	}
	return overlaytest.Input{Do: overlaytest.Received, Peer: c.one(linked), Frame: c.frame()}
}

func (c *chaos) one(peers []overlay.Peer) overlay.Peer { return peers[c.random.IntN(len(peers))] }

func (c *chaos) anyPeer() overlay.Peer {
	var peer overlay.Peer
	for i := range peer {
		peer[i] = byte(c.random.Uint32())
	}
	return peer
}

func (c *chaos) item(author overlay.Peer, p *protocol.Presence) overlay.Item {
	item := overlay.Item{ID: overlay.ID(c.anyPeer()), Author: author, Presence: p}
	c.items = append(c.items, item)
	return item
}

// known is the id of something said lately, or of nothing that there is.
func (c *chaos) known() overlay.Item {
	if len(c.items) == 0 || c.random.IntN(4) == 0 {
		return c.item(c.one(c.list), nil)
	}
	return c.items[max(0, len(c.items)-1-c.random.IntN(12))]
}

func (c *chaos) pushed(from overlay.Peer) overlaytest.Input {
	in := overlaytest.Input{Do: overlaytest.Pushed, Peer: from, Hops: 1 + c.random.IntN(9)}
	what := c.random.IntN(5)
	if len(c.items) == 0 {
		what = 2
	}
	switch what {
	case 0:
		in.Item = c.known()
	case 1:
		in.Item = c.items[len(c.items)-1] // perhaps announced, and not heard yet
	case 2:
		in.Item = c.item(c.one(c.list), nil)
	default:
		c.counter++
		p := &protocol.Presence{Member: c.one(c.list), Counter: c.counter, Stay: protocol.Stay(c.random.IntN(8))}
		if p.Stay > protocol.StayDoor {
			p.Stay = protocol.StayHere
		}
		in.Item = c.item(p.Member, p)
	}
	return in
}

func (c *chaos) introduce(to overlay.Peer, step protocol.Step) overlaytest.Input {
	return overlaytest.Input{Do: overlaytest.Introduce, Peer: to, Step: step, Link: c.link(), Sealed: []byte{1}}
}

func (c *chaos) link() protocol.RoomID {
	return protocol.RoomID(binary.BigEndian.AppendUint32(nil, c.random.Uint32()))
}

// frame is any frame that could be read.
func (c *chaos) frame() protocol.OverlayFrame {
	kinds := []protocol.OverlayKind{
		protocol.KindIHave, protocol.KindIHave, protocol.KindIHave, protocol.KindGraft, protocol.KindPrune,
		protocol.KindJoin, protocol.KindForwardJoin, protocol.KindPart, protocol.KindIntroduce, protocol.KindIntroduce,
	}
	f := protocol.OverlayFrame{Kind: kinds[c.random.IntN(len(kinds))]}
	switch f.Kind {
	case protocol.KindIHave:
		for range 1 + c.random.IntN(4) {
			f.IDs, f.Hops = append(f.IDs, c.known().ID), append(f.Hops, 1+c.random.IntN(6))
		}
	case protocol.KindGraft:
		if c.random.IntN(2) == 0 {
			f.From = c.one(c.list)
			break
		}
		for range 1 + c.random.IntN(3) {
			f.IDs = append(f.IDs, c.known().ID)
		}
	case protocol.KindPrune:
		f.From = c.one(append(slices.Clone(c.list), c.self))
	case protocol.KindForwardJoin:
		f.From, f.Left = c.one(c.list), c.random.IntN(protocol.MaxLeft+1)
	case protocol.KindIntroduce:
		steps := []protocol.Step{protocol.StepOffer, protocol.StepAnswer, protocol.StepRefusal, protocol.StepUnreachable}
		f.From, f.To, f.Link, f.Urgent = c.one(c.list), c.self, c.link(), c.random.IntN(2) == 0
		f.Left, f.Step = c.random.IntN(protocol.MaxLeft+1), steps[c.random.IntN(len(steps))]
		if c.random.IntN(2) == 0 {
			f.To = c.one(slices.DeleteFunc(slices.Clone(c.list), func(p overlay.Peer) bool { return p == f.From }))
		}
		c.relate(&f)
		f.Sealed = sealedOf(f.Step)
	default:
	}
	return f
}

// relate lets an offer now and then be one that came before, and what is no offer mostly answer one.
func (c *chaos) relate(f *protocol.OverlayFrame) {
	isOffer, again := f.Step == protocol.StepOffer, c.random.IntN(8)
	switch {
	case len(c.offers) > 0 && isOffer && again == 0:
		*f = c.offers[len(c.offers)-1]
	case isOffer:
		c.offers = append(c.offers, *f)
	case len(c.offers) > 0 && again > 1:
		offer := c.offers[max(0, len(c.offers)-1-c.random.IntN(4))]
		f.From, f.To, f.Link = offer.To, offer.From, offer.Link
	}
}
