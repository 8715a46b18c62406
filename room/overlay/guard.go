package overlay

import "time"

// What a neighbour may send (SPEC O9): frames and ids that are asked for in all; of those what brings nothing new, and
// what is to be passed on, which is so much less than the first that nobody is dropped for what others sent.
const (
	framesAtOnce       = 4000
	framesPerSecond    = 400
	wasteAtOnce        = 500
	wastePerSecond     = 20
	relayedAtOnce      = 200
	relayedPerSecond   = 20
	presencesAtOnce    = 4
	presencesPerSecond = 0.2
	// BlockedFor is how long who was dropped for a fault is not linked to.
	BlockedFor = 10 * time.Minute
	maxBlocked = 256
)

// bucket holds what may still be spent.
type bucket struct {
	left float64
	at   time.Time
}

func newBucket(full float64, now time.Time) bucket { return bucket{left: full, at: now} }

// spend takes an amount out, and tells whether it was there.
func (b *bucket) spend(amount, perSecond, full float64, now time.Time) bool {
	seconds := float64(now.Sub(b.at).Milliseconds()) / 1000
	b.left = min(full, b.left+float64(seconds*perSecond)) // not fused, which would depend on the processor
	b.at = now
	if b.left < amount {
		return false
	}
	b.left -= amount
	return true
}

// pays takes frames off what a neighbour may send, and drops it if that was too much.
func (n *Node) pays(l *link, frames int) bool {
	if l.frames.spend(float64(frames), framesPerSecond, framesAtOnce, n.now) {
		return true
	}
	n.drop(l, ReasonFlooded)
	return false
}

// wastes is pays for a frame that brought nothing new.
func (n *Node) wastes(l *link) bool {
	if l.waste.spend(1, wastePerSecond, wasteAtOnce, n.now) {
		return true
	}
	n.drop(l, ReasonFlooded)
	return false
}

// relays is pays for a frame that is to be passed on. One that is too much is left out.
func (n *Node) relays(l *link) bool {
	if l.relayed.spend(1, relayedPerSecond, relayedAtOnce, n.now) {
		return true
	}
	n.wastes(l)
	return false
}

// Refused takes it that a neighbour passed on what no honest member would, such as a signature that does not hold.
func (n *Node) Refused(peer Peer) []Action {
	if l := n.link(peer); l != nil {
		n.drop(l, ReasonForged)
	}
	return n.take()
}

func (n *Node) isBlocked(peer Peer) bool {
	until, found := n.blocked[peer]
	return found && n.now.Before(until)
}

// Charge takes frames that are not this package's off what a neighbour may send (SPEC O9), and drops it if that was too
// much.
func (n *Node) Charge(peer Peer, frames int) []Action {
	if l := n.link(peer); l != nil {
		n.pays(l, frames)
	}
	return n.take()
}

// Expel forgets somebody who is no member of the room any more, with the link to them. The caller ends that.
func (n *Node) Expel(peer Peer) []Action {
	if l := n.link(peer); l != nil {
		n.unlink(l)
	}
	delete(n.attempts, peer)
	n.lost = without(n.lost, peer)
	if m := n.members[peer]; m != nil {
		if !m.left {
			n.gone(peer)
		}
		n.forgetMember(peer)
	}
	n.keepLinks()
	return n.take()
}
