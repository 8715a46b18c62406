package overlay

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Peer names a member.
type Peer = protocol.Identity

// ID names what is broadcast.
type ID = protocol.GossipID

// Item is what is broadcast, without its bytes: those are kept by the caller, under the id, as long as an action may
// ask for them ([Push]), which is for RememberFor.
type Item struct {
	ID ID
	// Author said it: the event's author, the presence's member.
	Author Peer
	// Presence is what the item says if it is a presence, nil if it is an event.
	Presence *protocol.Presence
}

// Config is what a [Node] needs. All of it must be set.
type Config struct {
	// Self is the own member.
	Self Peer
	// Random chooses neighbours and spreads times. The node is its only user. Whoever guesses it can guess who is
	// called next, no more.
	Random Random
	// Now is the time at which the node begins.
	Now time.Time
}

// Random is chance; a *rand.Rand is one.
type Random interface {
	// IntN gives a number from 0 to below n, each as likely as the others.
	IntN(n int) int
}

// Node is one member's part of the overlay. It is not safe for concurrent use. Inputs return what is to be done, in
// order; time stands still between two calls of Tick, so that one comes before each other input.
type Node struct {
	self    Peer
	random  Random
	begun   time.Time
	now     time.Time // begun and some whole milliseconds, so that the same comes of it in every language
	mesh    bool      // few enough that everybody is linked to everybody
	links   []*link
	passive []Peer
	// attempts are connections that are being made, of this side and of others. At most maxLinks.
	attempts map[Peer]*attempt
	ways     map[Peer]way
	trail    trail
	members  map[Peer]*member
	here     int       // members that are not leaving, without this one
	lost     []Peer    // members that went without goodbye, the latest last
	lostAt   time.Time // when the latest went
	blocked  map[Peer]time.Time

	heard   memory
	missing map[ID]*missing
	asking  []ID // the keys of missing, in the order of arrival

	counter  uint64 // of the last presence
	presence ID
	stay     protocol.Stay // what its presences say while it is here
	leaving  bool
	entered  bool      // it has had a link
	linked   time.Time // since when there is a link; zero without
	alone    int       // how often in a row Alone was said
	failures int       // introductions that failed in a row

	flushAt, graftAt, keepAt, presenceAt, spareAt, forgetAt, aloneAt time.Time // zero: nothing to be done then

	out []Action
}

// New makes a node without neighbours. Its first link is made by the caller, through the store.
func New(config Config) *Node {
	n := &Node{
		self: config.Self, random: config.Random, begun: config.Now, now: config.Now, mesh: true,
		attempts: map[Peer]*attempt{}, ways: map[Peer]way{}, members: map[Peer]*member{}, blocked: map[Peer]time.Time{},
		trail: trail{came: map[offer]way{}},
		heard: memory{entries: map[ID]*entry{}}, missing: map[ID]*missing{},
	}
	n.keepAt, n.forgetAt = n.now.Add(keepEvery), n.now.Add(forgetEvery)
	n.presenceAt = n.now.Add(n.spread(presenceEvery))
	return n
}

// Tick sets the time, which never goes back, and does what is due.
func (n *Node) Tick(now time.Time) []Action {
	if now = n.begun.Add(now.Sub(n.begun).Truncate(time.Millisecond)); now.After(n.now) {
		n.now = now
	}
	if n.due(&n.flushAt) {
		n.flush()
	}
	if n.due(&n.graftAt) {
		n.graft()
	}
	if n.due(&n.presenceAt) {
		n.presenceAt = n.now.Add(n.spread(presenceEvery))
		n.announce(n.stay)
		n.reunite()
	}
	if n.due(&n.keepAt) {
		n.keepAt = n.now.Add(keepEvery)
		n.expire()
		if n.due(&n.forgetAt) {
			n.forgetAt = n.now.Add(forgetEvery)
			n.forget()
		}
		n.keepLinks()
	}
	return n.take()
}

// Next is when Tick has something to do.
func (n *Node) Next() time.Time {
	next := n.keepAt
	for _, at := range []time.Time{n.flushAt, n.graftAt, n.presenceAt} {
		if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	return next
}

// due tells whether the time has come, and then clears it.
func (n *Node) due(at *time.Time) bool {
	if at.IsZero() || n.now.Before(*at) {
		return false
	}
	*at = time.Time{}
	return true
}

func (n *Node) do(a Action) { n.out = append(n.out, a) }

func (n *Node) send(l *link, f protocol.OverlayFrame) { n.do(Send{Peer: l.peer, Frame: f}) }

func (n *Node) take() []Action {
	out := n.out
	n.out = nil
	return out
}

// Received takes a frame of a neighbour, other than gossip ([Node.Pushed]).
func (n *Node) Received(from Peer, f protocol.OverlayFrame) []Action {
	l := n.link(from)
	cost := 1
	if f.Kind == protocol.KindGraft {
		cost += len(f.IDs) // each is answered with an item
	}
	if l == nil || !n.pays(l, cost) {
		return n.take()
	}
	switch f.Kind {
	case protocol.KindIHave:
		n.announcement(l, f.IDs, f.Hops)
	case protocol.KindGraft:
		n.grafted(l, f.IDs, f.From)
	case protocol.KindPrune:
		n.prune(l, f.From)
	case protocol.KindJoin:
		n.joined(l)
	case protocol.KindForwardJoin:
		n.forwardJoin(l, f)
	case protocol.KindPart:
		n.part(l)
	case protocol.KindIntroduce:
		n.introduction(l, f)
	default:
	}
	return n.take()
}
