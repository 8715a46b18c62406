package overlay

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	presenceEvery = 30 * time.Second
	// GoneAfter is how long after its last presence a member counts as gone (SPEC O2).
	GoneAfter = 100 * time.Second
	// MaxMembers is how many members are known at most; further ones are not taken note of.
	MaxMembers = 1000
)

// member is somebody whose presence was heard. Those who said goodbye are kept for GoneAfter, so that what comes late
// does not bring them back.
type member struct {
	counter uint64
	id      ID // of the presence
	heard   time.Time
	left    bool
	door    bool
	pace    bucket // what it may say
	// failed counts the calls in a row that did not reach it; it is not called again before notBefore.
	failed    int
	notBefore time.Time
}

// Members are those that are in the room, this one not among them, ascending.
func (n *Node) Members() []Peer {
	var here []Peer
	for peer, m := range n.members {
		if !m.left {
			here = append(here, peer)
		}
	}
	slices.SortFunc(here, comparePeers)
	return here
}

// Doors are the members that are doors (SPEC R2), this one not among them, ascending.
func (n *Node) Doors() []Peer {
	return slices.DeleteFunc(n.Members(), func(p Peer) bool { return !n.members[p].door })
}

func (n *Node) isHere(peer Peer) bool {
	m := n.members[peer]
	return m != nil && !m.left
}

// everybody is who is here and not a neighbour.
func (n *Node) everybody() []Peer {
	return slices.DeleteFunc(n.Members(), func(p Peer) bool { return n.link(p) != nil })
}

// announce asks for the own presence.
func (n *Node) announce(stay protocol.Stay) {
	if n.leaving {
		return
	}
	n.counter = max(n.counter+1, uint64(max(n.now.UnixMilli(), 1)))
	n.do(Announce{Counter: n.counter, Stay: stay})
}

// SetDoor says whether this member is a door, which it is not at first. Others hear of a change at once.
func (n *Node) SetDoor(door bool) []Action {
	stay := protocol.StayHere
	if door {
		stay = protocol.StayDoor
	}
	if n.stay != stay {
		n.stay = stay
		n.announce(stay)
	}
	return n.take()
}

// Leave asks for the presence that says goodbye. Links stay until the caller closes them; no new ones are made.
func (n *Node) Leave() []Action {
	n.announce(protocol.StayLeaving)
	n.leaving = true
	return n.take()
}

// present takes a presence and tells whether it is news. Too many of one member are none.
func (n *Node) present(p protocol.Presence, id ID, over *link) bool {
	m := n.members[p.Member]
	switch {
	case p.Member == n.self || m != nil && p.Counter <= m.counter || m == nil && len(n.members) >= MaxMembers:
		return false
	case m == nil:
		m = &member{left: true, pace: newBucket(presencesAtOnce, n.now)}
		n.members[p.Member] = m
	}
	if !m.pace.spend(1, presencesPerSecond, presencesAtOnce, n.now) {
		return false
	}
	m.counter, m.id, m.heard = p.Counter, id, n.now
	n.learn(p.Member, over, true)
	leaves := p.Stay == protocol.StayLeaving
	switch {
	case leaves && !m.left:
		n.gone(p.Member)
	case !leaves && m.left:
		n.here++
		n.do(Joined{Peer: p.Member})
	}
	m.left, m.door = leaves, p.Stay == protocol.StayDoor
	if !leaves {
		n.mention(p.Member)
	}
	return true
}

// mention lets a member into the passive view as often as others: every presence is a sample of who is here.
func (n *Node) mention(peer Peer) {
	if len(n.passive) < passiveView || n.random.IntN(n.here+1) < passiveView/4 {
		n.remember(peer)
	}
	n.lost = without(n.lost, peer)
	if n.mesh || len(n.links)+len(n.attempts) < Wanted {
		n.keepLinks()
	}
}

// gone takes a member off every list but that of who was heard.
func (n *Node) gone(peer Peer) {
	n.here--
	n.passive = without(n.passive, peer)
	n.do(Gone{Peer: peer})
}

// forget ends what is over: members that are not heard of, ways, offers, names that were blocked.
func (n *Node) forget() {
	n.heard.forget(n.now)
	n.trail.forget(n.now)
	var over []Peer
	for peer, m := range n.members {
		if n.now.Sub(m.heard) >= GoneAfter {
			over = append(over, peer)
		}
	}
	slices.SortFunc(over, comparePeers)
	for _, peer := range over {
		if !n.members[peer].left {
			n.gone(peer)
			n.lost = append(without(n.lost, peer), peer)
			n.lost = n.lost[max(0, len(n.lost)-maxLost):]
			n.lostAt = n.now
		}
		n.forgetMember(peer)
	}
	for peer, w := range n.ways {
		if n.now.Sub(w.at) >= wayFor {
			delete(n.ways, peer)
		}
	}
	for peer, until := range n.blocked {
		if !n.now.Before(until) {
			delete(n.blocked, peer)
		}
	}
}

func (n *Node) forgetMember(peer Peer) {
	delete(n.members, peer)
	for _, l := range n.links {
		delete(l.pruned, peer)
	}
}
