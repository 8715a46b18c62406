package overlay

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// How many links a member has (SPEC O7).
const (
	// MeshUp members are all linked to each other; with one more the room becomes an overlay, and a mesh again with
	// MeshDown, this one counted.
	MeshUp   = 10
	MeshDown = 8
	// Wanted is how many links a member of an overlay looks for.
	Wanted = 5
	// Enough is how many it keeps without asking whether one can be spared.
	Enough = 6
	// Full is how many it has at most, unless somebody needs one urgently.
	Full = 8

	maxLinks = 16 // whatever happens
)

const (
	keepEvery   = time.Second
	forgetEvery = 5 * time.Second
	spareEvery  = 2 * time.Second
	// settled is how long who is new leaves it to the others to call.
	settled = 3 * time.Second
)

// link is a neighbour.
type link struct {
	peer  Peer
	since time.Time
	// pruned are the authors of whom the neighbour gets only ids: it has the rest from others. At most MaxMembers.
	pruned map[Peer]bool
	// queue is what will be announced to the neighbour with the next flush.
	queue []ID
	// waiting is how many items are missing that it was the first to announce.
	waiting int
	// broken is how often in a row it did not deliver what it had announced.
	broken    int
	broughtIn bool // its JOIN was answered
	frames    bucket
	waste     bucket
	relayed   bucket
}

func (n *Node) link(peer Peer) *link {
	i := slices.IndexFunc(n.links, func(l *link) bool { return l.peer == peer })
	if i < 0 {
		return nil
	}
	return n.links[i]
}

// Neighbours are the members that this one is linked to, in the order in which they came.
func (n *Node) Neighbours() []Peer {
	peers := make([]Peer, len(n.links))
	for i, l := range n.links {
		peers[i] = l.peer
	}
	return peers
}

// Mesh tells whether the room is small enough that everybody is linked to everybody.
func (n *Node) Mesh() bool { return n.mesh }

// Connected takes a new link, whoever began it. The peer has proved who it is.
func (n *Node) Connected(peer Peer) []Action {
	delete(n.attempts, peer)
	if n.link(peer) != nil || peer == n.self {
		return n.take()
	}
	if n.isBlocked(peer) || len(n.links) >= maxLinks && !n.giveWay() {
		n.do(Disconnect{Peer: peer, Reason: ReasonSpare})
		return n.take()
	}
	l := &link{
		peer: peer, since: n.now, pruned: map[Peer]bool{},
		frames: newBucket(framesAtOnce, n.now), waste: newBucket(wasteAtOnce, n.now),
		relayed: newBucket(relayedAtOnce, n.now),
	}
	n.links = append(n.links, l)
	n.entered = true
	n.failures, n.alone, n.aloneAt = 0, 0, time.Time{}
	n.passive = without(n.passive, peer)
	n.lost = without(n.lost, peer)
	if m := n.members[peer]; m != nil {
		m.failed = 0
	}
	n.recall(l)
	if len(n.links) == 1 {
		n.linked = n.now
		n.send(l, protocol.OverlayFrame{Kind: protocol.KindJoin})
		n.announce(n.stay)
	}
	return n.take()
}

// Lost takes the end of a link that this side did not ask for.
func (n *Node) Lost(peer Peer) []Action {
	if l := n.link(peer); l != nil {
		n.unlink(l)
		n.remember(peer)
		n.keepLinks()
	}
	return n.take()
}

// Replaced takes the end of a link in whose place there is another one to the same neighbour: [Node.Connected] follows,
// and nobody is called in between.
func (n *Node) Replaced(peer Peer) {
	if l := n.link(peer); l != nil {
		n.unlink(l)
		n.remember(peer)
	}
}

// unlink forgets a link.
func (n *Node) unlink(l *link) {
	n.links = slices.DeleteFunc(n.links, func(other *link) bool { return other == l })
	if len(n.links) == 0 {
		n.linked = time.Time{}
	}
}

// drop ends a link for a fault of the neighbour's.
func (n *Node) drop(l *link, reason Reason) {
	n.unlink(l)
	n.passive = without(n.passive, l.peer)
	if len(n.blocked) < maxBlocked {
		n.blocked[l.peer] = n.now.Add(BlockedFor)
	}
	n.do(Disconnect{Peer: l.peer, Reason: reason})
	n.keepLinks()
}

// keepLinks looks for links where some are wanted, and offers those that can be spared.
func (n *Node) keepLinks() {
	n.size()
	isNew := len(n.links) > 0 && n.now.Before(n.linked.Add(settled))
	switch {
	case n.leaving || isNew:
	case len(n.links)+len(n.attempts) == 0 && n.here == 0:
		n.enterAgain()
	case n.mesh:
		n.callAll()
	case len(n.links)+len(n.attempts) < Wanted:
		n.callSome(Wanted - len(n.links) - len(n.attempts))
	case len(n.links) > Enough && !n.now.Before(n.spareAt):
		n.spareAt = n.now.Add(n.spread(spareEvery))
		n.send(n.spare(), protocol.OverlayFrame{Kind: protocol.KindPart})
	}
}

// size changes from mesh to overlay and back. In a new overlay nothing is pruned yet, so everything goes everywhere.
func (n *Node) size() {
	switch {
	case n.mesh && n.here+1 > MeshUp:
		n.mesh = false
	case !n.mesh && n.here+1 <= MeshDown:
		n.mesh = true
	}
}

// anyOrder are the links, in an order by chance.
func (n *Node) anyOrder() []*link {
	links := slices.Clone(n.links)
	shuffle(n, links)
	return links
}

// spare is a link that would be missed least: one by which hardly anything is passed on.
func (n *Node) spare() *link {
	return slices.MaxFunc(n.anyOrder(), func(a, b *link) int { return len(a.pruned) - len(b.pruned) })
}

// givesWay tells whether the link that there has been longest may end for one that is needed more (HyParView section
// 4.2: a newcomer is always let in). Who is at its other end has had time to find others.
func (n *Node) givesWay() bool {
	return len(n.links) > 0 && n.now.Sub(n.links[0].since) >= settled
}

// giveWay ends that link.
func (n *Node) giveWay() bool {
	if !n.givesWay() {
		return false
	}
	oldest := n.links[0]
	n.unlink(oldest)
	n.remember(oldest.peer)
	n.do(Disconnect{Peer: oldest.peer, Reason: ReasonSpare})
	return true
}

// part answers a neighbour that has links to spare: the link ends if this side can spare it too (SPEC O7).
func (n *Node) part(l *link) {
	enough := Wanted
	if n.now.Before(n.spareAt) {
		enough++ // another one may go, that this side has asked
	}
	if n.mesh || len(n.links) <= enough {
		return
	}
	n.unlink(l)
	n.remember(l.peer)
	n.do(Disconnect{Peer: l.peer, Reason: ReasonSpare})
}

func without(peers []Peer, peer Peer) []Peer {
	return slices.DeleteFunc(peers, func(p Peer) bool { return p == peer })
}
