package overlay_test

import (
	"fmt"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// notes gives peers, items and links short names.
type notes struct {
	names map[any]string
	list  []overlay.Peer
	items map[string]itemNote
}

func newNotes() *notes { return &notes{names: map[any]string{}, items: map[string]itemNote{}} }

// written is what was recorded of a node, as a case of the file.
func (n *notes) written(
	rule, name string, self overlay.Peer, node *overlay.Node, trace *overlaytest.Trace,
) traceCase {
	begun := trace.Begun
	c := traceCase{Rule: rule, Name: name, Begun: begun.UnixMilli(), Drawn: draws(trace.Drawn)}
	n.peer(self)
	last := begun
	for _, step := range trace.Steps {
		now := begun.Add(step.At.Sub(begun).Truncate(time.Millisecond))
		one := traceStep{
			After: now.Sub(last).Milliseconds(), Drawn: draws(step.Drawn), Next: step.Next.Sub(now).Milliseconds(),
		}
		if step.Input.Do != "" {
			in := n.input(step.Input)
			one.In = &in
		}
		for _, a := range step.Actions {
			one.Out = append(one.Out, n.action(a))
		}
		last = now
		c.Steps = append(c.Steps, one)
	}
	c.Members, c.Doors = n.peers(node.Members()), n.peers(node.Doors())
	c.Linked, c.Mesh = n.peers(node.Neighbours()), node.Mesh()
	for _, peer := range n.list {
		c.Peers = append(c.Peers, peer.String())
	}
	c.Items = n.items
	return c
}

func draws(drawn []overlaytest.Draw) []int {
	var out []int
	for _, d := range drawn {
		out = append(out, d.Below, d.Got)
	}
	return out
}

func (n *notes) peer(peer overlay.Peer) string {
	if n.names[peer] == "" {
		n.names[peer] = fmt.Sprintf("p%d", len(n.list))
		n.list = append(n.list, peer)
	}
	return n.names[peer]
}

func (n *notes) peers(peers []overlay.Peer) []string {
	out := []string{}
	for _, peer := range peers {
		out = append(out, n.peer(peer))
	}
	return out
}

func (n *notes) id(id overlay.ID) string { return n.named(id, "i") }

func (n *notes) link(id protocol.RoomID) string { return n.named(id, "l") }

func (n *notes) named(key any, prefix string) string {
	if n.names[key] == "" {
		n.names[key] = fmt.Sprintf("%s%d", prefix, len(n.names))
	}
	return n.names[key]
}

func (n *notes) item(item overlay.Item) string {
	name := n.id(item.ID)
	note := itemNote{By: n.peer(item.Author)}
	if item.Presence != nil {
		note.Counter, note.Stay = item.Presence.Counter, item.Presence.Stay
	}
	n.items[name] = note
	return name
}

func (n *notes) frame(f protocol.OverlayFrame) *frameNote {
	out := &frameNote{T: f.Kind, Hops: f.Hops, Left: f.Left, Step: f.Step, Urgent: f.Urgent}
	for _, id := range f.IDs {
		out.IDs = append(out.IDs, n.id(id))
	}
	if f.From != (overlay.Peer{}) {
		out.From = n.peer(f.From)
	}
	if f.To != (overlay.Peer{}) {
		out.To = n.peer(f.To)
	}
	if f.Link != "" {
		out.Link = n.link(f.Link)
	}
	return out
}

func (n *notes) input(in overlaytest.Input) note {
	out := note{Do: string(in.Do), Hops: in.Hops, Step: in.Step, Door: in.Door}
	if in.Peer != (overlay.Peer{}) {
		out.Peer = n.peer(in.Peer)
	}
	switch in.Do {
	case overlaytest.Pushed, overlaytest.Broadcast:
		out.Item = n.item(in.Item)
	case overlaytest.Received:
		out.Frame = n.frame(in.Frame)
	case overlaytest.Introduce:
		out.Link = n.link(in.Link)
	default:
	}
	return out
}

func (n *notes) action(action overlay.Action) note {
	switch a := action.(type) {
	case overlay.Connect:
		return note{Do: "connect", Peer: n.peer(a.Peer), ByStore: a.ByStore}
	case overlay.Alone:
		return note{Do: "alone"}
	case overlay.Disconnect:
		return note{Do: "disconnect", Peer: n.peer(a.Peer), Reason: a.Reason}
	case overlay.Send:
		return note{Do: "send", Peer: n.peer(a.Peer), Frame: n.frame(a.Frame)}
	case overlay.Push:
		return note{Do: "push", Peer: n.peer(a.Peer), Item: n.id(a.ID), Hops: a.Hops}
	case overlay.Deliver:
		return note{Do: "deliver", Peer: n.peer(a.From), Item: n.item(a.Item), Hops: a.Hops}
	case overlay.Announce:
		return note{Do: "announce", Counter: a.Counter, Stay: a.Stay}
	case overlay.Introduced:
		return note{Do: "introduced", Peer: n.peer(a.From), Step: a.Step, Link: n.link(a.Link)}
	case overlay.Joined:
		return note{Do: "joined", Peer: n.peer(a.Peer)}
	case overlay.Gone:
		return note{Do: "gone", Peer: n.peer(a.Peer)}
	}
	panic("an action that the test does not know")
}
