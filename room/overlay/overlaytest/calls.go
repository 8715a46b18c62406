package overlaytest

import (
	"encoding/base64"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// enter links a member to another through the store, if that one is not there any more to the one that has been there
// longest (SPEC O10).
func (m *Member) enter(contact *Member) {
	w := m.world
	w.Counts.Called++
	m.entering = true
	w.After(storeTakes, func() {
		if len(m.links) > 0 {
			return
		}
		late := contact.entering && m.number > contact.number // it is not in the room itself
		if !late && contact.alive && !w.parted(m, contact) && contact.Node.Accepts(m.Peer, true) {
			w.connect(m, contact, true)
			return
		}
		for _, other := range w.Members {
			if m.alive && other != m && other.alive && !w.parted(m, other) {
				w.After(time.Second, func() { m.enter(other) })
				return
			}
		}
		m.entering = false // nobody is there: it waits for others
	})
}

// call does what [overlay.Connect] asks for.
func (m *Member) call(other *Member, a overlay.Connect) {
	if !a.ByStore {
		if other != nil {
			link := m.world.link()
			m.world.Counts.Offers++
			m.world.offers[link] = offer{m, m.world.now}
			m.introduce(other, protocol.StepOffer, link)
		}
		return
	}
	w := m.world
	w.Counts.Called++
	w.After(storeTakes, func() {
		if other != nil && other.alive && m.alive && other.Node.Accepts(m.Peer, true) {
			w.connect(m, other, true)
			return
		}
		w.After(storeWaits, func() {
			if m.alive {
				m.input(Input{Do: Failed, Peer: a.Peer})
			}
		})
	})
}

// introduced answers an offer, and connects when an answer has come.
func (m *Member) introduced(other *Member, a overlay.Introduced) {
	switch a.Step {
	case protocol.StepOffer:
		m.introduce(other, protocol.StepAnswer, a.Link)
	case protocol.StepAnswer:
		m.world.After(6*m.world.delay(m, other), func() { m.world.connect(m, other, false) })
	case protocol.StepRefusal, protocol.StepUnreachable:
	}
}

// answered counts what has come back to one of the member's offers.
func (m *Member) answered(f protocol.OverlayFrame) {
	w := m.world
	if f.Kind != protocol.KindIntroduce || f.Step == protocol.StepOffer || w.offers[f.Link].by != m {
		return
	}
	if w.now.Sub(w.offers[f.Link].at) <= answerTakes {
		w.Counts.Answered++
	}
	delete(w.offers, f.Link)
}

func (m *Member) introduce(to *Member, step protocol.Step, link protocol.RoomID) {
	m.input(Input{Do: Introduce, Peer: to.Peer, Step: step, Link: link, Sealed: make([]byte, sealedBytes)})
}

func (m *Member) hangUp(other *Member, reason overlay.Reason) {
	w := m.world
	if reason != overlay.ReasonSpare {
		w.Faults = append(w.Faults, Fault{By: m, Of: other, Reason: reason})
	}
	if m.links[other] == nil {
		return
	}
	delete(m.links, other)
	delete(other.links, m)
	w.notice(other, m, w.delay(m, other))
}

// link is a new link id.
func (w *World) link() protocol.RoomID {
	w.made++
	id := hash("link", w.made, 0)
	return protocol.RoomID(base64.RawURLEncoding.EncodeToString(id[:20]))
}
