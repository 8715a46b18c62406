package overlay

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// maxWays is how many ways anybody can add to those of members.
	maxWays = 1024
	// wayFor is how long a way is taken to lead anywhere.
	wayFor = GoneAfter
)

// way is the neighbour from which something of a member came.
type way struct {
	over Peer
	at   time.Time
}

// way is the neighbour over which a member can be reached: nil if none is known.
func (n *Node) way(to Peer) *link {
	if l := n.link(to); l != nil {
		return l
	}
	w, known := n.ways[to]
	if !known || n.now.After(w.at.Add(wayFor)) {
		return nil
	}
	return n.link(w.over)
}

// Reaches tells whether a way is known over which somebody can be introduced to.
func (n *Node) Reaches(peer Peer) bool { return n.way(peer) != nil }

// learn takes note that something of a member came over a link. What is signed is better than what anybody can say.
func (n *Node) learn(of Peer, over *link, signed bool) {
	if of == n.self || !signed && n.way(of) != nil {
		return
	}
	if _, known := n.ways[of]; known || signed || len(n.ways) < maxWays { // of members there are MaxMembers at most
		n.ways[of] = way{over: over.peer, at: n.now}
	}
}

// Introduce sends an offer or an answer to a member over the links that there are (SPEC O8). Where no way is known, and
// where the offer that is answered came too long ago, nothing is sent: the attempt ends by itself.
func (n *Node) Introduce(to Peer, step protocol.Step, link protocol.RoomID, sealed []byte) []Action {
	f := protocol.OverlayFrame{
		Kind: protocol.KindIntroduce, From: n.self, To: to, Left: protocol.MaxLeft, Step: step, Link: link,
		Urgent: n.lonely(), Sealed: sealed,
	}
	if l := n.next(f); l != nil && to != n.self {
		n.send(l, f)
	}
	return n.take()
}

// next is the neighbour to whom an introduction goes: nil if there is none. Answers go back the way that their offer
// came; where its last link is gone, by the way of the caller's presence.
func (n *Node) next(f protocol.OverlayFrame) *link {
	if f.Step == protocol.StepOffer {
		return n.way(f.To)
	}
	over, came := n.trail.back(offer{f.Link, f.To, f.From}, n.now)
	if !came {
		return nil
	}
	if l := n.link(over); l != nil {
		return l
	}
	return n.way(f.To)
}

// introduction takes one that is for this member, or passes it on.
func (n *Node) introduction(l *link, f protocol.OverlayFrame) {
	if f.From == n.self || !n.relays(l) {
		return
	}
	n.learn(f.From, l, false)
	if f.To == n.self {
		n.introduced(l, f)
		return
	}
	isOffer := f.Step == protocol.StepOffer
	next := n.next(f)
	leads := next != nil && next != l && f.Left > 0
	if leads && isOffer {
		leads = n.trail.add(offer{f.Link, f.From, f.To}, l.peer, n.now)
	}
	switch {
	case leads:
		f.Left--
		n.send(next, f)
	case isOffer:
		n.refuse(l, f, protocol.StepUnreachable)
	}
}

// introduced takes an introduction that is for this member.
func (n *Node) introduced(l *link, f protocol.OverlayFrame) {
	switch a := n.attempts[f.From]; f.Step {
	case protocol.StepRefusal, protocol.StepUnreachable:
		if a != nil && a.outbound {
			delete(n.attempts, f.From)
			if f.Step == protocol.StepUnreachable {
				n.failures++
			}
			n.later(f.From)
			n.keepLinks()
		}
		return
	case protocol.StepOffer:
		if !n.Accepts(f.From, f.Urgent) {
			if n.link(f.From) == nil && (a == nil || !a.outbound) {
				n.refuse(l, f, protocol.StepRefusal)
			}
			return
		}
		n.trail.add(offer{f.Link, f.From, f.To}, l.peer, n.now)
		n.attempts[f.From] = &attempt{until: n.now.Add(attemptFor)}
	case protocol.StepAnswer:
		if a == nil || !a.outbound {
			return
		}
		a.until = n.now.Add(attemptFor)
	}
	n.do(Introduced{From: f.From, Step: f.Step, Link: f.Link, Sealed: f.Sealed})
}

// refuse says to who made an offer that nothing comes of it: nobody waits for what cannot come.
func (n *Node) refuse(l *link, f protocol.OverlayFrame, step protocol.Step) {
	n.send(l, protocol.OverlayFrame{
		Kind: protocol.KindIntroduce, From: f.To, To: f.From, Left: protocol.MaxLeft, Step: step,
		Link: f.Link,
	})
}
