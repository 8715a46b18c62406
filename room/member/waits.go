package member

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// What waits for something else does so for a while, and there is a bound to how much.
const (
	waitsFor = 10 * time.Second
	maxWaits = 256
)

// waits is what came before what it needs.
type waits struct {
	// presences wait for the admission of their member.
	presences map[Peer]heldPresence
	// events are what was gossiped and waits for its parents: by whom, and in how many hops.
	events map[protocol.EventID]heldEvent
	// calls and offers wait for the presence of the one to be called, or who calls: it has the key.
	calls  map[Peer]time.Time
	offers map[Peer]heldOffer
}

type heldPresence struct {
	raw      []byte
	presence protocol.Presence
	id       protocol.GossipID
	from     Peer
	hops     int
	at       time.Time
}

type heldEvent struct {
	from Peer
	hops int
	at   time.Time
}

type heldOffer struct {
	offer overlay.Introduced
	at    time.Time
}

func newWaits() waits {
	return waits{
		presences: map[Peer]heldPresence{}, events: map[protocol.EventID]heldEvent{},
		calls: map[Peer]time.Time{}, offers: map[Peer]heldOffer{},
	}
}

// hold keeps the last presence of somebody.
func (w *waits) hold(peer Peer, p heldPresence) {
	old, known := w.presences[peer]
	if known && old.presence.Counter >= p.presence.Counter || !known && len(w.presences) >= maxWaits {
		return
	}
	w.presences[peer] = p
}

func (w *waits) forget(now time.Time) {
	over := func(at time.Time) bool { return now.Sub(at) >= waitsFor }
	forgetOver(w.presences, func(p heldPresence) bool { return over(p.at) })
	forgetOver(w.events, func(e heldEvent) bool { return over(e.at) })
	forgetOver(w.calls, over)
	forgetOver(w.offers, func(o heldOffer) bool { return over(o.at) })
}

func forgetOver[K comparable, V any](all map[K]V, over func(V) bool) {
	for k, v := range all {
		if over(v) {
			delete(all, k)
		}
	}
}

// admitted lets in what was said by somebody who is a member now.
func (m *Member) admitted(peer Peer) {
	held, waits := m.waits.presences[peer]
	if !waits || !m.history.Member(peer) {
		return
	}
	delete(m.waits.presences, peer)
	m.stays.keep(held.id, held.raw, m.now)
	item := overlay.Item{ID: held.id, Author: peer, Presence: &held.presence}
	m.perform(m.node.Pushed(held.from, item, held.hops))
}

// arrived goes on with who was to be called, or has called, before their presence came.
func (m *Member) arrived(peer Peer) {
	if _, waits := m.waits.calls[peer]; waits {
		delete(m.waits.calls, peer)
		m.connect(overlay.Connect{Peer: peer})
	}
	if held, waits := m.waits.offers[peer]; waits {
		delete(m.waits.offers, peer)
		m.introduced(held.offer)
	}
}

// sync is called when what this member had missed is here: from now on only members count.
func (m *Member) sync() {
	m.synced = true
	for _, peer := range m.node.Members() {
		if !m.history.Member(peer) {
			m.perform(m.node.Expel(peer))
			m.stays.remove(peer)
		}
	}
	var held []Peer
	for peer := range m.waits.presences {
		held = append(held, peer)
	}
	sortPeers(held)
	for _, peer := range held {
		m.admitted(peer)
	}
	m.people = true
}

func sortPeers(peers []Peer) {
	slices.SortFunc(peers, func(a, b Peer) int { return slices.Compare(a[:], b[:]) })
}
