package membertest

import (
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

// villain is a member who does what they like with what they have: their own key, the link, and all that they have
// heard. What their honest program does not do they do by hand, over the links that it has.
type villain struct {
	*Person

	play    *play
	removal protocol.EventID // the one by which they were removed; zero as long as they were not
	read    map[protocol.EventID]bool
	told    []protocol.RoomSecret
	puppets []protocol.Identity
	// shadow is what they work with: all that they know, and what they have made up.
	shadow  *history.History
	writer  *history.Writer
	flooded bool // once is enough
}

// villain gives the one that a person is; nil for an honest one.
func (p *play) villain(one *Person) *villain {
	for _, v := range p.villains {
		if v.Person == one {
			return v
		}
	}
	return nil
}

// maxMute is how many have documents and answer nobody: with as many as are read (SPEC R3) nobody comes in any more by
// that link, until the room moves.
const maxMute = mostRead - 2

// newVillain lets somebody come who means harm. Some say nothing of what they should pass on.
func (p *play) newVillain() {
	v := &villain{Person: p.newPerson(), play: p, read: map[protocol.EventID]bool{}}
	p.villains = append(p.villains, v)
	v.mute, v.reads = len(p.villains) <= maxMute, v.overhear
	v.code = p.Founder().Member.Code()
	v.writer = history.NewWriter(v.private, p.secret)
	if p.random.IntN(3) == 0 {
		v.Lies = v.withhold
	}
	v.start(nil)
}

// evil lets one of those who mean harm do something.
func (p *play) evil() {
	here := 0
	for _, v := range p.villains {
		if v.Member != nil {
			here++
		}
	}
	if here < p.script.Hostile {
		if n := len(p.villains); n > 0 && p.random.IntN(2) == 0 {
			p.villains[p.random.IntN(n)].again()
		} else if n < 4*p.script.Hostile {
			p.newVillain()
		}
	}
	if len(p.villains) > 0 {
		p.villains[p.random.IntN(len(p.villains))].act()
	}
}

// again comes back, with all that was kept or with nothing but the key and an old link.
func (v *villain) again() {
	if v.Member != nil {
		return
	}
	if v.Ended != "" {
		v.play.report.Refused++
	}
	if v.world.random.IntN(2) == 0 {
		v.Forget()
	}
	v.start(nil)
}

// overhear takes note of what a villain reads, whatever their program makes of it. Who may do what is no secret
// (SPEC R4): who passes it on may not have heard yet that the villain was removed.
func (v *villain) overhear(f protocol.RoomFrame) {
	var events [][]byte
	switch f := f.(type) {
	case protocol.OverlayFrame:
		events = [][]byte{f.Event}
	case protocol.RoomEvents:
		events = f.Events
	case protocol.RoomEpoch:
		v.told = append(v.told, f.Code)
	}
	for _, data := range events {
		if e, id, err := protocol.ParseEvent(v.play.root(), data); err == nil && e.Body != nil && !e.Kind.Rules() {
			v.read[id] = true
		}
	}
}

func (p *play) root() protocol.EventID { return p.Founder().Member.Root() }

// withhold leaves out half of what should be passed on, and answered.
func (v *villain) withhold(_ *Person, f protocol.RoomFrame) []protocol.RoomFrame {
	_, answers := f.(protocol.RoomEvents)
	o, is := f.(protocol.OverlayFrame)
	if (answers || is && o.Kind == protocol.KindGossip) && v.world.random.IntN(2) == 0 {
		v.play.report.Lies++
		return nil
	}
	return []protocol.RoomFrame{f}
}

// act does one evil thing.
func (v *villain) act() {
	if v.Member == nil || v.Member.History() == nil || len(v.links) == 0 {
		return
	}
	v.learn()
	acts := []func(){
		v.fork, v.forge, v.misplace, v.oversize, v.flood, v.stubs, v.replay, v.invent, v.intrude, v.lie, v.ask, v.pretend,
		v.sneakIn,
	}
	acts[v.world.random.IntN(len(acts))]()
	v.play.report.Forgeries++
}

// learn has all in the shadow that the honest program knows; who was removed leaves the removal out.
func (v *villain) learn() {
	h := v.Member.History()
	if v.shadow == nil {
		first, _ := h.Event(h.Root())
		v.shadow, _ = history.New(first, h.Root(), v.world.now) // it was one before
	}
	for _, id := range h.Events()[1:] {
		if e, _ := h.Event(id); !v.shadow.Has(id) && e.Kind != protocol.EventRemoval {
			_, _ = v.shadow.Add(e, id, v.world.now) // what comes after a removal waits for ever
		}
	}
}
