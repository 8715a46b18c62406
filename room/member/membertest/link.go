package membertest

import (
	"encoding/base64"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// end is one direction of a link.
type end struct {
	opposite *end
	last     time.Time // when the last frame arrives
	hello    bool      // the other's has come: the member knows of the link
	drains   bool      // it is on its way that the buffer is empty
	bulk     int       // frames of events since it was
	caller   bool
	closed   bool
}

// call is an offer that travels by introductions.
type call struct{ from, to *Person }

// connect calls somebody whom the member wants to be linked to.
func (p *Person) connect(a member.Connect) {
	w, other, stay := p.world, p.world.byPeer[a.Peer], p.stay
	failed := func() {
		if p.stay == stay {
			p.Input(func(m *member.Member) []member.Action { return m.Failed(a.Peer) })
		}
	}
	if a.ByStore {
		w.after(storeTakes, func() {
			if p.stay != stay || p.Member == nil {
				return
			}
			doors := w.read(p.Member.Code(), p)
			for _, d := range doors {
				if d.key == a.Key {
					p.callByStore(d, p.Member.Code(), failed)
					return
				}
			}
			failed()
		})
		return
	}
	w.after(gathering, func() {
		if p.stay != stay {
			return
		}
		link := w.newLink()
		w.calls[link] = call{p, other}
		w.after(time.Minute, func() { delete(w.calls, link) })
		p.Input(func(m *member.Member) []member.Action {
			return m.Introduce(a.Peer, protocol.StepOffer, link, make([]byte, sealedBytes))
		})
	})
}

// sealedBytes are those of an offer or an answer.
const sealedBytes = 2048

func (w *World) newLink() protocol.RoomID {
	var id [20]byte
	_, _ = w.secret.Read(id[:]) // it never fails
	return protocol.RoomID(base64.RawURLEncoding.EncodeToString(id[:]))
}

// introduced answers an offer, and connects when an answer has come.
func (p *Person) introduced(a member.Introduced) {
	w, from, stay := p.world, p.world.byPeer[a.From], p.stay
	if from == nil || a.Key != from.key { // it does not open
		p.Input(func(m *member.Member) []member.Action { return m.Failed(a.From) })
		return
	}
	switch a.Step {
	case protocol.StepOffer:
		w.after(gathering, func() {
			if p.stay == stay {
				p.Input(func(m *member.Member) []member.Action {
					return m.Introduce(a.From, protocol.StepAnswer, a.Link, make([]byte, sealedBytes))
				})
			}
		})
	case protocol.StepAnswer:
		if c, known := w.calls[a.Link]; !known || c.from != p || c.to != from {
			return
		}
		delete(w.calls, a.Link)
		theirs := from.stay
		w.after(6*w.delay(p, from), func() {
			if p.stay == stay && from.stay == theirs {
				w.connect(p, from, protocol.RoomSecret{})
			}
		})
	case protocol.StepRefusal, protocol.StepUnreachable:
	}
}

// connect opens a channel, if both are there to have it: both say hello.
func (w *World) connect(caller, callee *Person, code protocol.RoomSecret) {
	if caller.Member == nil || callee.Member == nil || w.parted(caller, callee) {
		for _, pair := range [][2]*Person{{caller, callee}, {callee, caller}} {
			pair[0].Input(func(m *member.Member) []member.Action { return m.Failed(pair[1].ID) })
		}
		return
	}
	w.Counts.Links++
	if code != (protocol.RoomSecret{}) {
		w.Counts.ByStore++
	}
	a, b := &end{caller: true}, &end{}
	a.opposite, b.opposite = b, a
	w.greet(caller, callee, a, code)
	w.greet(callee, caller, b, code)
}

// greet sends one side's hello; when it comes, the other knows of the link.
func (w *World) greet(from, to *Person, out *end, code protocol.RoomSecret) {
	hello := protocol.Message{Kind: protocol.KindHello, Hello: protocol.Hello{Room: new(from.Member.Hello())}}
	frame, err := hello.Encode()
	if err != nil {
		panic(err) // the member has said what nobody may say
	}
	stay, key := to.stay, from.key
	at := w.now.Add(w.delay(from, to))
	out.last = at
	w.after(at.Sub(w.now), func() {
		back := out.opposite
		if to.stay != stay || to.Member == nil || back.closed {
			return
		}
		m, err := protocol.ParseMessage(frame)
		if err != nil {
			panic(err)
		}
		with := member.Link{Theirs: *m.Hello.Room, Caller: back.caller, Key: key, Code: code}
		if old := to.links[from]; old != nil {
			if !to.Member.Replaces(from.ID, with) {
				w.close(from, to, back)
				return
			}
			w.close(from, to, old)
		}
		back.hello = true
		to.links[from] = back
		to.Input(func(m *member.Member) []member.Action { return m.Linked(from.ID, with) })
	})
}

// close ends a link that another one takes the place of: nobody is told.
func (w *World) close(a, b *Person, e *end) {
	e.closed, e.opposite.closed = true, true
	for _, pair := range [][2]*Person{{a, b}, {b, a}} {
		if l := pair[0].links[pair[1]]; l == e || l == e.opposite {
			delete(pair[0].links, pair[1])
		}
	}
}

// hangUp ends a link with a bye.
func (p *Person) hangUp(other *Person, reason protocol.ByeReason) {
	l := p.links[other]
	if l == nil {
		return
	}
	p.send(other, protocol.Message{Kind: protocol.KindBye, Reason: reason}, false)
	delete(p.links, other)
}
