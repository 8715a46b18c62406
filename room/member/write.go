package member

import (
	"errors"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/overlay"
)

// body is what an event says.
type body interface{ Encode() ([]byte, error) }

// write makes an event of this member, takes it, and tells it to others. What they do not take at once, since it is too
// much (SPEC E14), they ask for.
func (m *Member) write(kind protocol.EventKind, what body) (protocol.EventID, error) {
	var none protocol.EventID
	if m.over || m.history == nil {
		return none, ErrNotIn
	}
	encoded, err := what.Encode()
	if err != nil {
		return none, err
	}
	_, id, c, err := m.writer.Append(m.history, kind, encoded, m.now)
	if errors.Is(err, history.ErrNotLetIn) {
		return none, ErrNotIn
	}
	if err != nil {
		return none, err
	}
	m.receipts.typed = time.Time{}
	m.show(c)
	m.flush()
	m.follow(c)
	m.perform(m.node.Broadcast(overlay.Item{ID: protocol.GossipID(id), Author: m.self}))
	return id, nil
}
