package overlay

import "github.com/parley-chat/parley/protocol"

// walk is how many hops a newcomer's name goes (HyParView's ARWL): Wanted to the power of it is more than a room has.
const walk = 4

// joined answers a neighbour that has no other: its name goes on walks, at whose ends it is called (HyParView section
// 4.2). In a mesh its presence is enough.
func (n *Node) joined(l *link) {
	if n.mesh || l.broughtIn {
		return
	}
	l.broughtIn = true
	walks := Wanted - 1
	for _, other := range n.anyOrder() {
		if other == l || walks == 0 {
			continue
		}
		walks--
		n.send(other, protocol.OverlayFrame{Kind: protocol.KindForwardJoin, From: l.peer, Left: walk})
	}
}

// forwardJoin passes the walk on, or calls the newcomer where it ends.
func (n *Node) forwardJoin(l *link, f protocol.OverlayFrame) {
	newcomer := f.From
	if n.mesh || newcomer == n.self || newcomer == l.peer || !n.relays(l) {
		return
	}
	n.learn(newcomer, l, false)
	left := min(f.Left, walk)
	end := left == 0 || len(n.links) == 1
	if end && n.Accepts(newcomer, false) && n.attempts[newcomer] == nil {
		n.call(newcomer, false)
		return
	}
	if left == 0 {
		return
	}
	if next := n.anotherThan(l.peer, newcomer); next != nil {
		n.send(next, protocol.OverlayFrame{Kind: protocol.KindForwardJoin, From: newcomer, Left: left - 1})
	}
}

// anotherThan is a neighbour chosen at random, nil if there is no other.
func (n *Node) anotherThan(one, two Peer) *link {
	for _, l := range n.anyOrder() {
		if l.peer != one && l.peer != two {
			return l
		}
	}
	return nil
}
