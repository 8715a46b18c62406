package history

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// History is the set of events of one room. Make it with [New]; not safe for concurrent use.
type History struct {
	root *node
	// settings are the last ones of all.
	settings *node
	nodes    map[protocol.EventID]*node
	heads    map[*node]struct{} // taken, and not yet a parent
	chains   map[chainKey]*chain
	authors  map[protocol.Identity]*author

	waiting waiting
	refused refusals
	// bodiless are those whose body did not come, and was not forgotten on purpose.
	bodiless map[*node]struct{}
	ending   endings
	shares   map[*node]ancestry // by admission: what came before it
	dropped  []protocol.EventID // whose bodies were forgotten, until Forgotten tells it
}

// Change is what came of adding an event.
type Change struct {
	// Taken are new in the set, parents before children.
	Taken []protocol.EventID
	// Silenced were taken, now or before, and say nothing, because of a removal (SPEC E10).
	Silenced []protocol.EventID
	// Bodies came for events that were stubs.
	Bodies []protocol.EventID
	// Missing are the parents to ask for, of the event that was added.
	Missing []protocol.EventID
	// Faults are those of other events than the one added: of forks, and of events that waited.
	Faults []Fault
}

// New begins with a room's first event and the name that [protocol.ParseEvent] or SignEvent gave it, for a zero root.
// It is refused with a *ParseError if its body is not there or not a room's (SPEC E8).
func New(first protocol.Event, root protocol.EventID, now time.Time) (*History, error) {
	settings, err := protocol.ParseRoomSettings(first.Body)
	if err != nil {
		return nil, err
	}
	h := &History{
		nodes: map[protocol.EventID]*node{}, heads: map[*node]struct{}{},
		chains: map[chainKey]*chain{}, authors: map[protocol.Identity]*author{},
		waiting: newWaiting(), refused: newRefusals(),
		bodiless: map[*node]struct{}{}, shares: map[*node]ancestry{},
	}
	h.root = &node{id: root, event: first, arrived: now, rule: &rule{sets: &settings}, removed: &removals{}}
	h.root.inForce = h.root
	h.keep(h.root)
	return h, nil
}

// Root is the id of the first event.
func (h *History) Root() protocol.EventID { return h.root.id }

// Founder is who began the room.
func (h *History) Founder() protocol.Identity { return h.root.event.Author }

// Len is how many events are taken.
func (h *History) Len() int { return len(h.nodes) }

// Has tells whether an event is taken.
func (h *History) Has(id protocol.EventID) bool { return h.nodes[id] != nil }

// Event gives an event that is taken, without its body if that is not there; false if it is not taken.
func (h *History) Event(id protocol.EventID) (protocol.Event, bool) {
	if n := h.nodes[id]; n != nil {
		return n.event, true
	}
	return protocol.Event{}, false
}

// Before tells whether one event comes before another in the order that all share (SPEC E6). Both are taken.
func (h *History) Before(a, b protocol.EventID) bool { return h.nodes[a].before(h.nodes[b]) }

// Says tells whether an event counts: it is taken, no removal has made it silent, and, if it is an admission, a
// removal or settings, its author was entitled to it. What texts and the like mean is for package timeline.
func (h *History) Says(id protocol.EventID) bool {
	n := h.nodes[id]
	return n != nil && !n.silent && (!n.event.Kind.Rules() || n.rule != nil)
}

// Add takes an event that [protocol.ParseEvent] has read in this room, or keeps it until its parents are there. What
// is there already changes nothing, unless it brings the body of a stub. A *FaultError is a refusal for good, with who
// is at fault; a *ParseError one of an event that comes without what it needs, and may come again with it.
func (h *History) Add(e protocol.Event, id protocol.EventID, now time.Time) (Change, error) {
	var c Change
	if n := h.nodes[id]; n != nil {
		if h.fill(n, e.Body) {
			c.Bodies = append(c.Bodies, id)
		}
		return c, nil
	}
	if fault := h.refused.find(id); fault != nil {
		return c, fault
	}
	if e.Kind.Rules() && e.Body == nil {
		return c, &protocol.ParseError{Rule: "E3", Field: "body", Reason: "missing where it says who may do what"}
	}
	n := &node{id: id, event: e, arrived: now}
	if missing := h.missing(n); len(missing) > 0 && h.refusedParent(n) == nil {
		h.waiting.put(n, missing, h.knows)
		c.Missing = h.waiting.unknown(missing)
		return c, nil
	}
	err := h.settle(n, &c)
	h.release(n.id, &c)
	if err != nil {
		return c, err
	}
	return c, nil
}

// settle takes or refuses an event whose parents are all known.
func (h *History) settle(n *node, c *Change) *protocol.FaultError {
	if err := h.refusedParent(n); err != nil {
		return h.refuse(n, err)
	}
	n.parents = h.parentsOf(n)
	if err := h.judge(n); err != nil {
		return h.refuse(n, err)
	}
	h.keep(n)
	c.Taken = append(c.Taken, n.id)
	if other := h.forkOf(n); other != nil {
		fault := Fault{Author: n.event.Author, Rule: "E12", Event: n.id, Other: other.id}
		h.blame(fault)
		c.Faults = append(c.Faults, fault)
	}
	h.silence(n, c)
	return nil
}

// release settles what has waited for an event, and what has waited for that.
func (h *History) release(id protocol.EventID, c *Change) {
	for settled := []protocol.EventID{id}; len(settled) > 0; {
		for _, n := range h.waiting.take(settled[0], h.nodes[settled[0]] == nil) {
			settled = append(settled, n.id)
			if fault := h.settle(n, c); fault != nil {
				c.Faults = append(c.Faults, faultOf(fault))
			}
		}
		settled = settled[1:]
	}
}

// keep puts an event that is taken where it is found again.
func (h *History) keep(n *node) {
	n.index = len(h.nodes)
	h.nodes[n.id] = n
	for _, p := range n.parents {
		delete(h.heads, p)
	}
	h.heads[n] = struct{}{}
	h.chainOf(n).put(n)
	if n.event.Body == nil {
		h.bodiless[n] = struct{}{}
	}
	if last := n.settingsAfter(); h.settings == nil || h.settings.before(last) {
		h.settings = last
	}
	h.ending.put(n)
}

func (h *History) parentsOf(n *node) []*node {
	parents := make([]*node, 0, 1+len(n.event.Seen))
	if n.event.N > 1 {
		parents = append(parents, h.nodes[n.event.Previous])
	}
	for _, id := range n.event.Seen {
		parents = append(parents, h.nodes[id])
	}
	return parents
}

func (h *History) missing(n *node) []protocol.EventID {
	var missing []protocol.EventID
	for id := range n.parentIDs {
		if h.nodes[id] == nil {
			missing = append(missing, id)
		}
	}
	return missing
}
