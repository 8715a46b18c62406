package member

import (
	"errors"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
	"github.com/parley-chat/parley/room/internal/allowance"
	"github.com/parley-chat/parley/room/overlay"
)

// What this member says goes out at a pace that others take (SPEC E14), and somewhat below: who sends much more is
// dropped (O9). What is beyond maxOutbox is left to the comparing.
const (
	saysPerSecond = history.MaxPerSecond - 2
	saysAtOnce    = history.MaxAtOnce - 50
	saysAgain     = 50 * time.Millisecond
	maxOutbox     = 500
)

// outbox is what this member has said, and not told yet.
type outbox struct {
	allowance allowance.Bucket
	ids       []protocol.EventID
	at        time.Time
}

func newOutbox(now time.Time) outbox { return outbox{allowance: allowance.New(saysAtOnce, now)} }

// body is what an event says.
type body interface{ Encode() ([]byte, error) }

// write makes an event of this member, takes it, and tells it to others.
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
	if len(m.outbox.ids) < maxOutbox {
		m.outbox.ids = append(m.outbox.ids, id)
	}
	m.tell()
	return id, nil
}

// tell tells others what was said here.
func (m *Member) tell() {
	m.outbox.at = time.Time{}
	for len(m.outbox.ids) > 0 {
		if !m.outbox.allowance.Spend(1, saysPerSecond, saysAtOnce, m.now) {
			m.outbox.at = m.now.Add(saysAgain)
			return
		}
		id := m.outbox.ids[0]
		m.outbox.ids = m.outbox.ids[1:]
		m.perform(m.node.Broadcast(overlay.Item{ID: protocol.GossipID(id), Author: m.self}))
	}
}
