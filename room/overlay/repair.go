package overlay

import (
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// askAfter is how long an item that was announced may take to come by itself, and askAgain how long after it was
	// asked for until another neighbour is (Plumtree section 3.5).
	askAfter = 300 * time.Millisecond
	askAgain = 2 * time.Second
	// maxWaiting is how many items are waited for that one neighbour was the first to announce, so that none can take the
	// place of others; and maxAnnouncers of how many it is known for each item that they have it.
	maxWaiting    = 1024
	maxAnnouncers = 4
	// maxBroken is how often in a row a neighbour may not deliver before its announcements count for nothing.
	maxBroken = 3
)

// missing is an item of which only the id has come.
type missing struct {
	first      Peer        // who announced it first
	announcers []announcer // in order, those that were asked taken off
	asked      Peer        // zero: nobody yet
	due        time.Time
}

type announcer struct {
	peer Peer
	hops int
}

// announcement takes the ids that a neighbour has.
func (n *Node) announcement(l *link, ids []ID, hops []int) {
	useless := true
	for i, id := range ids {
		l.unqueue(id)
		if n.heard.has(id) || l.broken >= maxBroken {
			continue
		}
		m := n.missing[id]
		if m == nil {
			if l.waiting >= maxWaiting {
				continue
			}
			l.waiting++
			m = &missing{first: l.peer, due: n.now.Add(askAfter)}
			n.missing[id] = m
			n.asking = append(n.asking, id)
			n.askAt(m.due)
		}
		known := slices.ContainsFunc(m.announcers, func(a announcer) bool { return a.peer == l.peer })
		if !known && len(m.announcers) < maxAnnouncers && i < len(hops) {
			m.announcers = append(m.announcers, announcer{l.peer, hops[i]})
			useless = false
		}
	}
	if useless && l.broken >= maxBroken {
		n.wastes(l)
	}
}

func (n *Node) askAt(due time.Time) {
	if n.graftAt.IsZero() || due.Before(n.graftAt) {
		n.graftAt = due
	}
}

// graft asks for what did not come: of each item one neighbour after another.
func (n *Node) graft() {
	wanted, silent := map[*link][]ID{}, map[*link]bool{}
	var kept []ID
	for _, id := range n.asking {
		m := n.missing[id]
		if m == nil {
			continue
		}
		if !n.now.Before(m.due) && !n.ask(m, id, wanted, silent) {
			n.waitNoMore(id, m)
			continue
		}
		kept = append(kept, id)
		n.askAt(m.due)
	}
	n.asking = kept
	for _, l := range n.links {
		if silent[l] {
			l.broken++
		}
		for ids := range slices.Chunk(wanted[l], idsPerFrame) {
			n.send(l, protocol.OverlayFrame{Kind: protocol.KindGraft, IDs: ids})
		}
	}
}

// ask chooses whom to ask for an item; false: there is nobody left. Who was asked before and has not answered is
// silent.
func (n *Node) ask(m *missing, id ID, wanted map[*link][]ID, silent map[*link]bool) bool {
	if l := n.link(m.asked); l != nil {
		silent[l] = true
	}
	m.asked = Peer{}
	for len(m.announcers) > 0 {
		l := n.link(m.announcers[0].peer)
		m.announcers = m.announcers[1:]
		if l == nil || l.broken >= maxBroken {
			continue
		}
		m.asked, m.due = l.peer, n.now.Add(askAgain)
		wanted[l] = append(wanted[l], id)
		return true
	}
	return false
}

// delivered notes that a neighbour keeps its word.
func (n *Node) delivered(l *link, id ID) {
	if m := n.missing[id]; m != nil {
		l.broken = 0
	}
}

// found ends the waiting for an item that has come in so many hops, and gives a neighbour that is nearer to its
// author.
func (n *Node) found(id ID, hops int) *link {
	m := n.missing[id]
	if m == nil {
		return nil
	}
	n.waitNoMore(id, m)
	for _, a := range m.announcers {
		if a.hops+better <= hops {
			if l := n.link(a.peer); l != nil && l.broken == 0 {
				return l
			}
		}
	}
	return nil
}

// waitNoMore ends the waiting for an item.
func (n *Node) waitNoMore(id ID, m *missing) {
	delete(n.missing, id)
	if l := n.link(m.first); l != nil && l.waiting > 0 {
		l.waiting--
	}
}

// grafted takes a neighbour's question: it gets what it asks for, and what comes next of the same authors without
// asking.
func (n *Node) grafted(l *link, ids []ID, author Peer) {
	delete(l.pruned, author)
	for _, id := range ids {
		if e := n.heard.entries[id]; e != nil {
			delete(l.pruned, e.author)
			n.do(Push{Peer: l.peer, ID: id, Hops: min(e.hops+1, protocol.MaxHops)})
		}
	}
}
