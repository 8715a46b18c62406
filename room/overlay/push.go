package overlay

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// better is by how many hops an announcement must have been nearer than the event for the tree to change
	// (Plumtree's threshold, section 3.8).
	better = 3
	// flushAfter is how long announcements wait for others to go with.
	flushAfter  = 100 * time.Millisecond
	idsPerFrame = protocol.MaxIDs
)

// Broadcast sends an item of this member to everybody. What was broadcast before is not sent again.
func (n *Node) Broadcast(item Item) []Action {
	if !n.heard.add(item, 0, n.now) {
		return n.take()
	}
	if item.Presence != nil {
		n.presence = item.ID
	}
	for _, l := range n.links {
		if n.mesh || !l.pruned[n.self] {
			n.do(Push{Peer: l.peer, ID: item.ID, Hops: 1})
			continue
		}
		n.announceTo(l, item.ID)
	}
	return n.take()
}

// Pushed takes an item of a neighbour's gossip frame. The caller has checked it, its signature above all; if that does
// not hold, it calls [Node.Refused] instead. What SPEC E14 lets wait it keeps back, so that this node does not flood
// others with it.
func (n *Node) Pushed(from Peer, item Item, hops int) []Action {
	l := n.link(from)
	if l == nil || !n.pays(l, 1) {
		return n.take()
	}
	l.unqueue(item.ID)
	n.delivered(l, item.ID)
	if n.heard.has(item.ID) {
		if n.wastes(l) && !n.mesh {
			n.prune(l, item.Author)
			n.send(l, protocol.OverlayFrame{Kind: protocol.KindPrune, From: item.Author})
		}
		return n.take()
	}
	if item.Presence != nil && !n.present(*item.Presence, item.ID, l) {
		n.heard.add(item, hops, n.now) // so that nobody is asked for it
		n.found(item.ID, hops)
		return n.take()
	}
	n.heard.add(item, hops, n.now)
	n.do(Deliver{Item: item, From: from, Hops: hops})
	nearer := n.found(item.ID, hops)
	if !n.mesh {
		delete(l.pruned, item.Author)
		n.optimise(l, nearer, item.Author)
	}
	n.forward(l, item, min(hops+1, protocol.MaxHops))
	return n.take()
}

// Held takes it that a neighbour has brought an item that is not taken now: what is too much (SPEC E14), or waits for
// something else. It is not asked for again, and may be taken by Pushed later.
func (n *Node) Held(from Peer, id ID) []Action {
	l := n.link(from)
	if l == nil || !n.pays(l, 1) {
		return n.take()
	}
	n.delivered(l, id)
	if m := n.missing[id]; m != nil {
		n.waitNoMore(id, m)
	}
	return n.take()
}

// forward passes an item on: to eager neighbours itself, to others its id (Plumtree section 3.4). In a mesh its author
// has sent it to everybody.
func (n *Node) forward(from *link, item Item, hops int) {
	for _, l := range n.links {
		switch {
		case l == from:
		case !n.mesh && !l.pruned[item.Author]:
			n.do(Push{Peer: l.peer, ID: item.ID, Hops: hops})
		default:
			n.announceTo(l, item.ID)
		}
	}
}

// optimise changes the tree where somebody announced an item who is nearer to its author than who pushed it (Plumtree
// section 3.8).
func (n *Node) optimise(pushed, nearer *link, author Peer) {
	if nearer == nil || nearer == pushed {
		return
	}
	delete(nearer.pruned, author)
	n.prune(pushed, author)
	n.send(nearer, protocol.OverlayFrame{Kind: protocol.KindGraft, From: author})
	n.send(pushed, protocol.OverlayFrame{Kind: protocol.KindPrune, From: author})
}

// prune takes a link out of an author's tree.
func (n *Node) prune(l *link, author Peer) {
	if len(l.pruned) < MaxMembers && (author == n.self || n.members[author] != nil) {
		l.pruned[author] = true
	}
}

// announceTo puts an id into the neighbour's next announcement.
func (n *Node) announceTo(l *link, id ID) {
	if len(l.queue) < maxHeard {
		l.queue = append(l.queue, id)
	}
	if n.flushAt.IsZero() {
		n.flushAt = n.now.Add(n.spread(flushAfter))
	}
}

// unqueue takes back an announcement to who has the item.
func (l *link) unqueue(id ID) {
	for i, queued := range l.queue {
		if queued == id {
			l.queue = append(l.queue[:i], l.queue[i+1:]...)
			return
		}
	}
}

// flush announces what has been queued.
func (n *Node) flush() {
	for _, l := range n.links {
		var f protocol.OverlayFrame
		for _, id := range l.queue {
			e := n.heard.entries[id]
			if e == nil || n.superseded(id, e) {
				continue
			}
			f.IDs, f.Hops = append(f.IDs, id), append(f.Hops, min(e.hops+1, protocol.MaxHops))
			if len(f.IDs) == idsPerFrame {
				f.Kind = protocol.KindIHave
				n.send(l, f)
				f = protocol.OverlayFrame{}
			}
		}
		if len(f.IDs) > 0 {
			f.Kind = protocol.KindIHave
			n.send(l, f)
		}
		l.queue = nil
	}
}

// recall announces to a new neighbour what it may have missed: what was heard lately, of presences the last of each.
func (n *Node) recall(l *link) {
	for _, id := range n.heard.order {
		e := n.heard.entries[id]
		since := n.now.Sub(e.at)
		if since < recallFor && (!e.presence || since < recallPresence) && !n.superseded(id, e) {
			n.announceTo(l, id)
		}
	}
}

// superseded tells whether an item is a presence after which there came another.
func (n *Node) superseded(id ID, e *entry) bool {
	if !e.presence {
		return false
	}
	if e.author == n.self {
		return id != n.presence
	}
	m := n.members[e.author]
	return m == nil || m.id != id
}
