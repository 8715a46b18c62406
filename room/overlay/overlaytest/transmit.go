package overlaytest

import (
	"encoding/base64"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
)

// Sizes of gossip frames around what they carry.
const (
	gossipHead    = 34
	presenceBytes = 138
)

// transmit sends a frame, or what the member makes of it.
func (m *Member) transmit(to *Member, f protocol.OverlayFrame) {
	frames := []protocol.OverlayFrame{f}
	if m.Lies != nil {
		frames = m.Lies(to, f)
	}
	for _, f := range frames {
		m.Transmit(to, f)
	}
}

// Transmit sends a frame over the link to a neighbour; nothing if there is no link.
func (m *Member) Transmit(to *Member, f protocol.OverlayFrame) {
	w := m.world
	bytes := size(f)
	if w.opts.Wire {
		f, bytes = reread(f)
	}
	events := 0
	for _, id := range f.IDs {
		if item, known := w.items[id]; known && item.Presence == nil {
			events++
		}
	}
	if events > 0 {
		w.Counts.Events += bytes * events / len(f.IDs)
	}
	if f.Kind == protocol.KindIntroduce {
		w.Counts.Introductions++
	}
	m.carry(to, bytes, Input{Do: Received, Peer: m.Peer, Frame: f})
}

// push sends an item.
func (m *Member) push(to *Member, a overlay.Push) {
	if m.Withholds {
		return
	}
	w := m.world
	item := w.items[a.ID]
	n := w.opts.Size
	if item.Presence != nil {
		n = presenceBytes
	} else {
		w.Counts.Events += GossipBytes(n)
	}
	if w.opts.Wire {
		f, _ := reread(protocol.OverlayFrame{Kind: protocol.KindGossip, Hops: []int{a.Hops}, Event: make([]byte, n)})
		a.Hops = f.Hops[0]
	}
	m.carry(to, GossipBytes(n), Input{Do: Pushed, Peer: m.Peer, Item: item, Hops: a.Hops})
}

// GossipBytes is what an item of so many bytes has on the wire.
func GossipBytes(size int) int { return gossipHead + base64.RawURLEncoding.EncodedLen(size) }

// reread writes a frame and reads it, as two ends of a link do.
func reread(f protocol.OverlayFrame) (protocol.OverlayFrame, int) {
	raw, err := f.Encode()
	if err == nil {
		f, err = protocol.ParseOverlayFrame(raw)
	}
	if err != nil {
		panic(err) // the node made a frame that nobody may send
	}
	return f, len(raw)
}

// carry lets bytes travel over a link: in order, and not if the link has ended meanwhile.
func (m *Member) carry(to *Member, bytes int, arrives Input) {
	w := m.world
	l := m.links[to]
	if l == nil {
		return
	}
	w.Counts.Frames++
	w.Counts.Bytes += bytes
	at := w.now.Add(w.delay(m, to))
	if w.random.IntN(100) == 0 {
		at = at.Add(hiccup)
	}
	if at.Before(l.last) {
		at = l.last
	}
	l.last = at
	w.After(max(at.Sub(w.now), time.Nanosecond), func() {
		if to.alive && m.links[to] == l {
			to.answered(arrives.Frame)
			to.input(arrives)
		}
	})
}
