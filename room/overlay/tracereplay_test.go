package overlay_test

import (
	"encoding/binary"
	"strconv"
	"testing"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/overlay"
	"github.com/parley-chat/parley/room/overlay/overlaytest"
)

// inputOf is what a note of a case stands for.
func (n *notes) inputOf(t *testing.T, c traceCase, in note) overlaytest.Input {
	t.Helper()
	out := overlaytest.Input{
		Do: overlaytest.Do(in.Do), Hops: in.Hops, Step: in.Step, Link: n.linkOf(in.Link), Sealed: sealedOf(in.Step),
		Peer: c.peer(t, in.Peer), Door: in.Door,
	}
	if in.Item != "" {
		item := c.Items[in.Item]
		out.Item = overlay.Item{ID: n.idOf(t, in.Item), Author: c.peer(t, item.By)}
		if item.Counter > 0 {
			out.Item.Presence = &protocol.Presence{Member: out.Item.Author, Counter: item.Counter, Stay: item.Stay}
		}
	}
	if f := in.Frame; f != nil {
		out.Frame = protocol.OverlayFrame{
			Kind: f.T, Hops: f.Hops, From: c.peer(t, f.From), To: c.peer(t, f.To), Left: f.Left, Step: f.Step,
			Link: n.linkOf(f.Link), Urgent: f.Urgent, Sealed: sealedOf(f.Step),
		}
		for _, id := range f.IDs {
			out.Frame.IDs = append(out.Frame.IDs, n.idOf(t, id))
		}
	}
	return out
}

func (c traceCase) peer(t *testing.T, name string) overlay.Peer {
	t.Helper()
	if name == "" {
		return overlay.Peer{}
	}
	peer, err := protocol.ParseIdentity(c.Peers[numberOf(t, name)])
	if err != nil {
		t.Fatal(err)
	}
	return peer
}

func (n *notes) idOf(t *testing.T, name string) overlay.ID {
	t.Helper()
	var id overlay.ID
	binary.BigEndian.PutUint64(id[:], numberOf(t, name))
	n.names[id] = name
	return id
}

func (n *notes) linkOf(name string) protocol.RoomID {
	link := protocol.RoomID(name)
	if name != "" {
		n.names[link] = name
	}
	return link
}

func sealedOf(step protocol.Step) []byte {
	if step == protocol.StepOffer || step == protocol.StepAnswer {
		return []byte{1}
	}
	return nil
}

func numberOf(t *testing.T, name string) uint64 {
	t.Helper()
	number, err := strconv.ParseUint(name[1:], 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return number
}
