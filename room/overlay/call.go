package overlay

import (
	"slices"
	"time"
)

const (
	// passiveView is how many members are kept in mind to be called when a neighbour is lost (HyParView section 4.1).
	passiveView = 30
	// attemptFor is how long a connection may take to come: an introduction and the 20 s of SPEC S5.
	attemptFor = 25 * time.Second
	// answerFor is how long the answer to an offer may take.
	answerFor = 6 * time.Second
	// storeAfter is how many calls in a row reach nobody before the store is asked: a part of the room may be cut off.
	storeAfter = 4
	// callAgain is the first pause before who could not be reached is called again; it doubles up to callAgainMost.
	callAgain     = 10 * time.Second
	callAgainMost = 5 * time.Minute
	maxLost       = 30
	// reunionFor is how long after the latest loss a reunion is tried as often as can be; then ever more rarely, and
	// after lostFor not any more.
	reunionFor = 2 * time.Minute
	lostFor    = time.Hour
)

// attempt is a connection that is being made.
type attempt struct {
	outbound bool
	until    time.Time
}

// remember puts a member into the passive view, in the place of another if it is full.
func (n *Node) remember(peer Peer) {
	if peer == n.self || n.link(peer) != nil || slices.Contains(n.passive, peer) || !n.isHere(peer) {
		return
	}
	if len(n.passive) < passiveView {
		n.passive = append(n.passive, peer)
		return
	}
	n.passive[n.random.IntN(passiveView)] = peer
}

// callAll calls everybody who is here, as is right in a mesh.
func (n *Node) callAll() {
	alone := len(n.links) == 0
	candidates := n.everybody()
	if alone {
		candidates = n.likeliest()
	}
	for _, peer := range candidates {
		m := n.members[peer]
		if alone && len(n.attempts) > 0 { // one through the store is enough: it introduces to the others
			return
		}
		if !n.now.Before(m.notBefore) {
			n.call(peer, n.way(peer) == nil || m.failed > 0)
		}
	}
}

// callSome calls members of the passive view, chosen at random (HyParView section 4.3). Who is alone calls through the
// store, three at a time.
func (n *Node) callSome(count int) {
	alone, cut := len(n.links) == 0, n.failures >= storeAfter
	candidates := slices.Clone(n.passive)
	if alone {
		count = min(count, 3-len(n.attempts))
		candidates = n.likeliest()
	} else {
		shuffle(n, candidates)
	}
	for _, peer := range candidates {
		if count <= 0 {
			return
		}
		byStore := n.way(peer) == nil
		if byStore && !alone && !cut || n.now.Before(n.members[peer].notBefore) {
			continue
		}
		if n.call(peer, byStore || cut) {
			count--
		}
	}
}

// likeliest is who is here, the likeliest to be reached through the store first: doors, which listen there, and of them
// and of others those that were heard of last.
func (n *Node) likeliest() []Peer {
	return slices.SortedStableFunc(slices.Values(n.Members()), func(a, b Peer) int {
		one, other := n.members[a], n.members[b]
		switch {
		case one.door && !other.door:
			return -1
		case other.door && !one.door:
			return 1
		}
		return other.heard.Compare(one.heard)
	})
}

// lonely is who has so few links that members that have enough do not refuse it.
func (n *Node) lonely() bool { return len(n.links) < 2 }

// call asks for a link, if there is none and none is being made.
func (n *Node) call(peer Peer, byStore bool) bool {
	if peer == n.self || n.link(peer) != nil || n.attempts[peer] != nil || n.isBlocked(peer) ||
		len(n.links)+len(n.attempts) >= maxLinks {
		return false
	}
	wait := answerFor
	if byStore {
		wait = attemptFor
	}
	n.attempts[peer] = &attempt{outbound: true, until: n.now.Add(wait)}
	n.do(Connect{Peer: peer, ByStore: byStore})
	return true
}

// Failed takes the end of an attempt to connect, whoever began it.
func (n *Node) Failed(peer Peer) []Action {
	n.fail(peer)
	n.keepLinks()
	return n.take()
}

func (n *Node) fail(peer Peer) {
	a := n.attempts[peer]
	if a == nil {
		return
	}
	delete(n.attempts, peer)
	if a.outbound {
		n.failures++
		n.later(peer)
	}
}

// later leaves a member alone for a while.
func (n *Node) later(peer Peer) {
	if m := n.members[peer]; m != nil {
		pause := min(callAgain<<min(m.failed, 8), callAgainMost)
		m.notBefore = n.now.Add(n.spread(pause))
		m.failed++
	}
}

// reunite calls somebody who went without goodbye, through the store: a room that was parted finds itself again. All
// members together do so about twice a minute at first, however many they are.
func (n *Node) reunite() {
	since := n.now.Sub(n.lostAt)
	if since > lostFor {
		n.lost = nil
	}
	often := float64(reunionFor) / float64(reunionFor+since)
	if len(n.lost) == 0 || n.leaving || !n.happens(often/float64(n.here+1)) {
		return
	}
	n.call(n.lost[n.random.IntN(len(n.lost))], true)
}

// enterAgain is for who knows nobody any more.
func (n *Node) enterAgain() {
	if !n.entered || n.now.Before(n.aloneAt) {
		return
	}
	n.aloneAt = n.now.Add(n.spread(min(presenceEvery<<min(n.alone, 8), callAgainMost)))
	n.alone++
	n.do(Alone{})
}

// Accepts tells whether a link that somebody else begins is welcome: what an answer to a call through the store
// depends on. Urgent is a caller's who has hardly any other.
func (n *Node) Accepts(peer Peer, urgent bool) bool {
	if peer == n.self || n.leaving || n.isBlocked(peer) || n.link(peer) != nil {
		return false
	}
	if a := n.attempts[peer]; a != nil && a.outbound && slices.Compare(n.self[:], peer[:]) < 0 {
		return false // both call: the lesser one's call counts
	}
	limit := Full
	if n.mesh || urgent {
		limit = maxLinks
	}
	return len(n.links)+len(n.attempts) < limit || n.attempts[peer] != nil || urgent && n.givesWay()
}

// expire ends attempts that have taken too long.
func (n *Node) expire() {
	var over []Peer
	for peer, a := range n.attempts {
		if !n.now.Before(a.until) {
			over = append(over, peer)
		}
	}
	slices.SortFunc(over, comparePeers)
	for _, peer := range over {
		n.fail(peer)
	}
}

func comparePeers(a, b Peer) int { return slices.Compare(a[:], b[:]) }
