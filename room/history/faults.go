package history

import (
	"slices"

	"github.com/parley-chat/parley/protocol"
)

const (
	// maxRefused is how many refused events are remembered, so that what comes after them is refused without asking.
	maxRefused = 4096
	// maxFaults is how many faults of one member are remembered: more make it no worse.
	maxFaults = 8
)

// Fault is what somebody has signed against a rule. It can be shown to anybody who has the events.
type Fault struct {
	Author protocol.Identity
	Rule   string // such as "E5"; "E12" is a fork
	Event  protocol.EventID
	// Other is the other half of a fork; zero elsewhere.
	Other protocol.EventID
}

// Faults are those of a member, in the order in which they were met, at most 8. Of people who were never let in none
// are remembered: anybody can make any number of keys.
func (h *History) Faults(member protocol.Identity) []Fault {
	if a := h.authors[member]; a != nil {
		return slices.Clone(a.faults)
	}
	return nil
}

// Blame remembers a fault that [protocol.ParseEvent] has found.
func (h *History) Blame(found *protocol.FaultError) { h.blame(faultOf(found)) }

func (h *History) blame(f Fault) {
	if !h.knows(f.Author) {
		return
	}
	if a := h.author(f.Author); len(a.faults) < maxFaults && !slices.Contains(a.faults, f) {
		a.faults = append(a.faults, f)
	}
}

func faultOf(found *protocol.FaultError) Fault {
	return Fault{Author: found.Author, Rule: found.Err.Rule, Event: found.Event}
}

// refuse remembers a refusal, and names the author.
func (h *History) refuse(n *node, because *protocol.ParseError) *protocol.FaultError {
	fault := &protocol.FaultError{Author: n.event.Author, Event: n.id, Err: because}
	h.refused.put(fault)
	h.Blame(fault)
	return fault
}

// refusedParent tells that an event names one that was refused, which nobody honest does.
func (h *History) refusedParent(n *node) *protocol.ParseError {
	for id := range n.parentIDs {
		if h.refused.find(id) != nil {
			return &protocol.ParseError{Rule: "E5", Field: "parents", Reason: "one was refused"}
		}
	}
	return nil
}

// refusals are the last ones. Whether an event is refused depends on its id alone, so they hold for good.
type refusals struct {
	faults map[protocol.EventID]*protocol.FaultError
	order  []protocol.EventID // a ring, once it is full
	oldest int
}

func newRefusals() refusals {
	return refusals{faults: map[protocol.EventID]*protocol.FaultError{}}
}

func (r *refusals) find(id protocol.EventID) *protocol.FaultError { return r.faults[id] }

func (r *refusals) put(fault *protocol.FaultError) {
	if len(r.order) < maxRefused {
		r.order = append(r.order, fault.Event)
	} else {
		delete(r.faults, r.order[r.oldest])
		r.order[r.oldest] = fault.Event
		r.oldest = (r.oldest + 1) % maxRefused
	}
	r.faults[fault.Event] = fault
}
