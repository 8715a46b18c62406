package overlay_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/vectortest"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

var writeTraces = flag.Bool("write-traces", false, "make protocol/vectors/overlay-trace.json anew")

var tracePath = filepath.Join("..", "..", "protocol", "vectors", "overlay-trace.json")

const traceAbout = "SPEC O1 to O10: all that one node of a simulated room was given, and what came of it. Times are " +
	"milliseconds. peers: identities; p0 is the node's own. items: i and a number stands for an id of 32 bytes; by is " +
	"the author, and a presence has a counter and the byte that says its stay. l and a number stands for a link id. " +
	"steps: a tick so many ms after the step before, and then the input in; out are the actions of both; drawn the " +
	"numbers that the node drew for them, each after its bound; next: after so many ms it wants the next tick. What is " +
	"sealed is the byte 1. members, doors, linked, mesh: in the end. Written by package room/overlay."

// traceCase is one case of the file: what one node was given, and what came of it.
type traceCase struct {
	Rule string `json:"rule"`
	Name string `json:"name"`
	// Begun is in milliseconds since 1970, as all times.
	Begun int64    `json:"begun"`
	Peers []string `json:"peers"`
	// Items says of each item its author, and of presences the counter and the byte that tells the stay.
	Items map[string]itemNote `json:"items"`
	// Drawn are the numbers that the node drew when it was made.
	Drawn   []int       `json:"drawn"`
	Steps   []traceStep `json:"steps"`
	Members []string    `json:"members"`
	Doors   []string    `json:"doors"`
	Linked  []string    `json:"linked"`
	Mesh    bool        `json:"mesh"`
}

type itemNote struct {
	By      string        `json:"by"`
	Counter uint64        `json:"counter,omitempty"`
	Stay    protocol.Stay `json:"stay,omitempty"`
}

// traceStep is a tick, so many milliseconds after the step before, an input, if there is one, and what came of both.
// Drawn has for each number its bound and then itself. Next is how long after it the node wants the next tick.
type traceStep struct {
	After int64  `json:"after,omitempty"`
	In    *note  `json:"in,omitempty"`
	Drawn []int  `json:"drawn,omitempty"`
	Out   []note `json:"out,omitempty"`
	Next  int64  `json:"next"`
}

// note is an input or an action. Peers are p and their place in the case's list, items i and a number, links l.
type note struct {
	Do      string         `json:"do"`
	Peer    string         `json:"peer,omitempty"`
	Item    string         `json:"item,omitempty"`
	Hops    int            `json:"hops,omitempty"`
	Frame   *frameNote     `json:"frame,omitempty"`
	Step    protocol.Step  `json:"step,omitempty"`
	Link    string         `json:"link,omitempty"`
	Counter uint64         `json:"counter,omitempty"`
	Stay    protocol.Stay  `json:"stay,omitempty"`
	Reason  overlay.Reason `json:"reason,omitempty"`
	ByStore bool           `json:"byStore,omitempty"`
	Door    bool           `json:"door,omitempty"`
}

// frameNote is a frame. Where it carries something sealed, that is one byte, 1.
type frameNote struct {
	T      protocol.OverlayKind `json:"t"`
	IDs    []string             `json:"ids,omitempty"`
	Hops   []int                `json:"hops,omitempty"`
	From   string               `json:"from,omitempty"`
	To     string               `json:"to,omitempty"`
	Left   int                  `json:"left,omitempty"`
	Step   protocol.Step        `json:"step,omitempty"`
	Link   string               `json:"link,omitempty"`
	Urgent bool                 `json:"urgent,omitempty"`
}

// [O1] to [O10] The same inputs give the same actions, in both languages.
func TestTraces(t *testing.T) {
	if *writeTraces {
		var cases []traceCase
		for _, s := range traced {
			m := s.play()
			cases = append(cases, newNotes().written(s.rule, s.name, m.Peer, m.Node, m.Trace))
		}
		for _, c := range chaotic {
			self, node, trace := c.play()
			cases = append(cases, newNotes().written("O1", c.name, self, node, trace))
		}
		vectortest.Write(t, tracePath, traceAbout, cases)
	}
	for _, c := range vectortest.Read[traceCase](t, tracePath) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) { c.replay(t) })
	}
}

// replay gives everything to a new node.
func (c traceCase) replay(t *testing.T) {
	names := newNotes()
	for i := range c.Peers {
		names.peer(c.peer(t, fmt.Sprintf("p%d", i)))
	}
	drawn := &replayed{t: t, left: c.Drawn}
	now := time.UnixMilli(c.Begun)
	node := overlay.New(overlay.Config{Self: c.peer(t, "p0"), Now: now, Random: drawn})
	for i, step := range c.Steps {
		drawn.end(i)
		drawn.left = step.Drawn
		now = now.Add(time.Duration(step.After) * time.Millisecond)
		var in overlaytest.Input
		if step.In != nil {
			in = names.inputOf(t, c, *step.In)
		}
		var out []note
		for _, a := range in.Give(node, now) {
			out = append(out, names.action(a))
		}
		if !reflect.DeepEqual(out, step.Out) {
			t.Fatalf("step %d: got %+v\nwant %+v", i, out, step.Out)
		}
		if next := node.Next().Sub(now).Milliseconds(); next != step.Next {
			t.Fatalf("step %d: the next tick is wanted after %d ms, want %d", i, next, step.Next)
		}
	}
	drawn.end(len(c.Steps))
	if !slices.Equal(names.peers(node.Members()), c.Members) || !slices.Equal(names.peers(node.Doors()), c.Doors) ||
		!slices.Equal(names.peers(node.Neighbours()), c.Linked) || node.Mesh() != c.Mesh {
		t.Error("in the end others are known")
	}
}

// replayed is the chance of a node that was recorded.
type replayed struct {
	t    *testing.T
	left []int
}

func (r *replayed) IntN(n int) int {
	if len(r.left) == 0 || r.left[0] != n {
		r.t.Fatalf("drew a number below %d, want %v", n, r.left)
	}
	got := r.left[1]
	r.left = r.left[2:]
	return got
}

func (r *replayed) end(step int) {
	if len(r.left) > 0 {
		r.t.Fatalf("before step %d: did not draw %v", step, r.left)
	}
}
