package peer

import (
	"errors"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// sealing seals what this side of one link writes and opens what it reads: the link's place, and both keys (SPEC L3).
type sealing struct {
	sealer       protocol.Sealer
	suite        protocol.Suite
	room, link   protocol.RoomID // link is empty in a pair room
	mine, theirs protocol.Key
}

// betweenStrangers tells whether it is a pair room's: only there a link has no id (SPEC L3).
func (s sealing) betweenStrangers() bool { return s.link == "" }

// seal fails as tampered where nothing can be sealed: the store, or the function, names this side's own key as theirs.
func (s sealing) seal(kind protocol.PayloadKind, n int, content []byte) ([]byte, error) {
	payload, err := s.sealer.Seal(s.place(kind, n, s.mine, s.theirs), content)
	if errors.Is(err, protocol.ErrNotOpened) {
		err = failure(Tampered, err)
	}
	return payload, err
}

func (s sealing) open(kind protocol.PayloadKind, n int, payload []byte) ([]byte, error) {
	return s.sealer.Open(s.place(kind, n, s.theirs, s.mine), payload)
}

func (s sealing) place(kind protocol.PayloadKind, n int, from, to protocol.Key) protocol.Place {
	number := uint32(n) //nolint:gosec // 0 to 31
	return protocol.Place{Room: s.room, Link: s.link, Kind: kind, Number: number, From: from, To: to}
}

// description opens an offer or answer. What does not open was not made for here (SPEC L5); another version's peer
// may be honest, and old.
func (s sealing) description(kind protocol.PayloadKind, payload []byte) ([]byte, error) {
	content, err := s.open(kind, 0, payload)
	switch {
	case errors.Is(err, protocol.ErrUnsupportedVersion):
		return nil, failure(ProtocolError, err)
	case err != nil:
		return nil, failure(Tampered, err)
	}
	return content, nil
}

// ofCall is the sealing of a call in a link room, as its callee has it.
func (r *Room) ofCall(c signaling.Call) sealing {
	return r.sealing(c.ID, c.Link.CallerKey)
}

// sealing is that of a link of the room.
func (r *Room) sealing(link protocol.RoomID, theirs protocol.Key) sealing {
	return sealing{
		sealer: r.sealer, suite: protocol.SuiteRoom, room: r.secret.RoomID(), link: link, mine: r.key, theirs: theirs,
	}
}

// ticket is what one quick-match request is asked with: its private key opens what the other seals (SPEC V4, L4).
type ticket struct {
	protocol.QuickMatchRequest
	sealer protocol.Sealer
}

func (d *dialer) newTicket() (ticket, error) {
	private, err := d.newKey()
	if err != nil {
		return ticket{}, err
	}
	t := ticket{QuickMatchRequest: protocol.QuickMatchRequest{Pool: d.o.Pool}}
	if t.RequestID, err = protocol.NewRequestID(d.o.Random); err != nil {
		return t, err
	}
	if t.Key, err = protocol.KeyFromBytes(private.PublicKey().Bytes()); err != nil {
		return t, err
	}
	t.sealer, err = protocol.NewPairSealer(private)
	return t, err
}

// sealing is that of the pair room that came of the ticket.
func (t ticket) sealing(room protocol.RoomID, theirs protocol.Key) sealing {
	return sealing{sealer: t.sealer, suite: protocol.SuitePair, room: room, mine: t.Key, theirs: theirs}
}
