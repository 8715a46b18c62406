package overlaytest

import (
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// Do names an input of a node.
type Do string

// The inputs, named as the node's methods; the zero value lets time pass.
const (
	Connected Do = "connected"
	Lost      Do = "lost"
	Failed    Do = "failed"
	Refused   Do = "refused"
	Received  Do = "received"
	Pushed    Do = "pushed"
	Broadcast Do = "broadcast"
	Introduce Do = "introduce"
	SetDoor   Do = "setDoor"
	Leave     Do = "leave"
)

// Input is what a node is given, as data, so that it can be recorded and given again.
type Input struct {
	Do Do
	// Peer is whom it is about, or from.
	Peer overlay.Peer
	// Frame was received.
	Frame protocol.OverlayFrame
	// Item was pushed, over Hops, or is broadcast.
	Item overlay.Item
	Hops int
	// Step, Link and Sealed are those of Introduce.
	Step   protocol.Step
	Link   protocol.RoomID
	Sealed []byte
	// Door is what SetDoor says.
	Door bool
}

// Give lets a node tick and gives it the input.
func (in Input) Give(n *overlay.Node, now time.Time) []overlay.Action {
	return append(n.Tick(now), in.give(n)...)
}

func (in Input) give(n *overlay.Node) []overlay.Action {
	switch in.Do {
	case Connected:
		return n.Connected(in.Peer)
	case Lost:
		return n.Lost(in.Peer)
	case Failed:
		return n.Failed(in.Peer)
	case Refused:
		return n.Refused(in.Peer)
	case Received:
		return n.Received(in.Peer, in.Frame)
	case Pushed:
		return n.Pushed(in.Peer, in.Item, in.Hops)
	case Broadcast:
		return n.Broadcast(in.Item)
	case Introduce:
		return n.Introduce(in.Peer, in.Step, in.Link, in.Sealed)
	case SetDoor:
		return n.SetDoor(in.Door)
	case Leave:
		return n.Leave()
	}
	return nil
}

// Trace is all that a node was given, and what it made of that.
type Trace struct {
	// Begun is when the node was made, and Drawn what it drew then.
	Begun time.Time
	Drawn []Draw
	Steps []Step

	random overlay.Random
	drawn  []Draw // since the last step
}

// NewTrace records a node that it makes; random is its chance.
func NewTrace(self overlay.Peer, random overlay.Random, now time.Time) (*Trace, *overlay.Node) {
	t := &Trace{Begun: now, random: random}
	node := overlay.New(overlay.Config{Self: self, Random: t, Now: now})
	t.Drawn, t.drawn = t.drawn, nil
	return t, node
}

// Draw is a number that a node drew: from 0 to below Below.
type Draw struct{ Below, Got int }

// Step is a tick and an input after it.
type Step struct {
	At      time.Time
	Input   Input
	Drawn   []Draw
	Actions []overlay.Action
	// Next is when the node wants the next tick.
	Next time.Time
}

// IntN is for the node.
func (t *Trace) IntN(n int) int {
	got := t.random.IntN(n)
	t.drawn = append(t.drawn, Draw{Below: n, Got: got})
	return got
}

// Give gives the node an input and records it.
func (t *Trace) Give(node *overlay.Node, now time.Time, in Input) []overlay.Action {
	actions := in.Give(node, now)
	t.Steps = append(t.Steps, Step{At: now, Input: in, Drawn: t.drawn, Actions: actions, Next: node.Next()})
	t.drawn = nil
	return actions
}
