package membertest

import (
	"crypto/sha256"
	"errors"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// send sends a frame to a neighbour, or what the person makes of it.
func (p *Person) send(to *Person, f protocol.RoomFrame, bulk bool) {
	frames := []protocol.RoomFrame{f}
	if p.Lies != nil {
		frames = p.Lies(to, f)
	}
	for _, f := range frames {
		raw, err := f.Encode()
		if err != nil {
			panic(err) // the member made a frame that nobody may send
		}
		p.count(f, len(raw))
		if out := p.links[to]; bulk && out != nil {
			out.bulk++
			p.world.Counts.MostBulk = max(p.world.Counts.MostBulk, out.bulk)
		}
		p.carry(to, raw, bulk)
	}
}

func (p *Person) count(f protocol.RoomFrame, bytes int) {
	c := &p.world.Counts
	c.Frames++
	c.Bytes += bytes
	o, is := f.(protocol.OverlayFrame)
	if !is {
		return
	}
	switch o.Kind {
	case protocol.KindIntroduce:
		c.Introductions++
	case protocol.KindGossip:
		if o.Event != nil {
			c.Gossip += bytes
		}
	case protocol.KindIHave, protocol.KindGraft:
		events := 0
		for _, id := range o.IDs {
			if h := p.Member.History(); h != nil && h.Has(protocol.EventID(id)) {
				events++
			}
		}
		if len(o.IDs) > 0 {
			c.Gossip += bytes * events / len(o.IDs)
		}
	default:
	}
}

// Inject sends a frame that the program has not made. What cannot be written is not sent.
func (p *Person) Inject(to *Person, f protocol.RoomFrame) {
	if raw, err := f.Encode(); err == nil {
		p.carry(to, raw, false)
	}
}

// GossipBytes is what a frame has that carries a text, said by somebody who has seen what another one said: what each
// member has to get.
func GossipBytes(text string) float64 {
	body, _ := protocol.Said{Text: text}.Encode() // a text that is not too long
	e := protocol.Event{Body: body}
	e.Seen = make([]protocol.EventID, 1)
	f := protocol.OverlayFrame{Kind: protocol.KindGossip, Hops: []int{1}, Event: e.Encode()}
	raw, _ := f.Encode() // it is a frame
	return float64(len(raw))
}

// carry lets bytes travel over a link: in order, at a speed, and not if the link has ended meanwhile.
func (p *Person) carry(to *Person, raw []byte, bulk bool) {
	w := p.world
	out := p.links[to]
	if out == nil || out.closed {
		return
	}
	at := w.now.Add(w.delay(p, to) + p.slow + to.slow)
	if w.random.IntN(100) == 0 {
		at = at.Add(hiccup)
	}
	took := time.Duration(len(raw)) * time.Second / bandwidth
	if at = at.Add(took); at.Before(out.last.Add(took)) {
		at = out.last.Add(took)
	}
	out.last = at
	w.after(max(at.Sub(w.now), time.Nanosecond), func() { p.arrive(to, out, raw) })
	if bulk && !out.drains {
		out.drains = true
		w.after(max(at.Sub(w.now)-w.delay(p, to), time.Millisecond), func() {
			out.drains, out.bulk = false, 0
			if p.links[to] == out {
				p.Input(func(m *member.Member) []member.Action { return m.Drained(to.ID) })
			}
		})
	}
}

// arrive gives a frame to whom it was sent.
func (p *Person) arrive(to *Person, out *end, raw []byte) {
	in := out.opposite
	if to.links[p] != in || in.closed || !in.hello {
		return
	}
	f, err := protocol.ParseRoomFrame(raw)
	if errors.Is(err, protocol.ErrUnknownKind) {
		return
	}
	if err != nil {
		return // dropped, as SPEC C4 says
	}
	to.countHops(f)
	if to.reads != nil {
		to.reads(f)
	}
	if m, is := f.(protocol.Message); is && m.Kind == protocol.KindBye {
		defer delete(to.links, p)
	}
	to.Input(func(m *member.Member) []member.Action { return m.Received(p.ID, f) })
}

// countHops notes by how many hops an event has come, the first time.
func (p *Person) countHops(f protocol.RoomFrame) {
	o, is := f.(protocol.OverlayFrame)
	if !is || o.Event == nil {
		return
	}
	hash := sha256.Sum256(o.Event)
	if _, again := p.hops[hash]; !again {
		p.hops[hash] = o.Hops[0]
	}
}

// Cut ends the link between two without a word; both notice after a while.
func (w *World) Cut(a, b *Person) {
	for _, pair := range [][2]*Person{{a, b}, {b, a}} {
		one, other := pair[0], pair[1]
		l := one.links[other]
		if l == nil {
			continue
		}
		l.closed, l.opposite.closed = true, true
		delete(one.links, other)
		stay := one.stay
		w.after(time.Duration(w.random.Int64N(int64(w.options.Noticed))), func() {
			if one.stay == stay && one.links[other] == nil {
				one.Input(func(m *member.Member) []member.Action { return m.Unlinked(other.ID) })
			}
		})
	}
}

// Part cuts all links between people of whom parted says so, and lets none come to be, also not through the store; nil
// heals it.
func (w *World) Part(parted func(a, b *Person) bool) {
	if parted == nil {
		parted = func(_, _ *Person) bool { return false }
	}
	w.parted = parted
	for _, p := range w.People {
		for _, other := range p.linkedTo() {
			if parted(p, other) {
				w.Cut(p, other)
			}
		}
	}
}
