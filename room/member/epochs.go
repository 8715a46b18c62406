package member

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"maps"
	"slices"

	"github.com/parley-chat/parley/protocol"
)

// maxCandidates is how many codes are kept that fit no removal yet (SPEC R8).
const maxCandidates = 8

const epochLabel = "parley/v1/epoch"

// epochs is where the room is, and was.
type epochs struct {
	now  uint64
	code protocol.RoomSecret
	// past are the codes of before, as far as this member knows them.
	past []protocol.RoomSecret
	// candidates fit no removal yet, or are not known to.
	candidates []protocol.RoomSecret
}

func newEpochs(code protocol.RoomSecret) epochs {
	return epochs{code: code, candidates: []protocol.RoomSecret{code}}
}

// isOld tells whether a code was the room's before.
func (e *epochs) isOld(code protocol.RoomSecret) bool {
	return code != e.code && slices.Contains(e.past, code)
}

// commitment binds a removal to the code that comes with it.
func commitment(root protocol.EventID, epoch uint64, code protocol.RoomSecret) protocol.Commitment {
	in := append([]byte(epochLabel), root[:]...)
	in = binary.BigEndian.AppendUint64(in, epoch)
	return sha256.Sum256(append(in, code[:]...))
}

// commitments are those of the removals that count: of one epoch the last.
func (m *Member) commitments() map[uint64]protocol.Commitment {
	all := map[uint64]protocol.Commitment{}
	for _, id := range m.history.Removals() {
		e, _ := m.history.Event(id)
		if r, err := protocol.ParseRemoval(e.Body); err == nil {
			all[r.Epoch] = r.Commitment
		}
	}
	return all
}

// removal makes the body of one, with a new code for all others.
func (m *Member) removal(peer Peer) (protocol.Removal, error) {
	r := m.history.Removal(peer)
	var code protocol.RoomSecret
	if _, err := io.ReadFull(m.config.Random, code[:]); err != nil {
		return r, err
	}
	r.Epoch = m.epochs.now + 1
	for epoch := range m.commitments() {
		r.Epoch = max(r.Epoch, epoch+1)
	}
	r.Commitment = commitment(m.root, r.Epoch, code)
	m.epochs.candidates = append(m.epochs.candidates, code)
	return r, nil
}

// epoch takes a code from a neighbour.
func (m *Member) epoch(l *link, f protocol.RoomEpoch) {
	if m.history == nil || f.Epoch <= m.epochs.now || slices.Contains(m.epochs.candidates, f.Code) {
		return
	}
	m.epochs.candidates = append(m.epochs.candidates, f.Code)
	if over := len(m.epochs.candidates) - maxCandidates; over > 0 {
		m.epochs.candidates = m.epochs.candidates[over:]
	}
	m.checkEpochs()
	if m.epochs.now == f.Epoch && m.epochs.code == f.Code {
		l.epoch = f.Epoch // it knows
	}
}

// checkEpochs goes where the removals say, as far as the codes are known.
func (m *Member) checkEpochs() {
	if m.history == nil || m.over {
		return
	}
	all := m.commitments()
	for _, epoch := range slices.Sorted(maps.Keys(all)) {
		if epoch < m.epochs.now || epoch == 0 {
			continue
		}
		for _, code := range m.epochs.candidates {
			if commitment(m.root, epoch, code) == all[epoch] && (epoch > m.epochs.now || code != m.epochs.code) {
				m.move(epoch, code)
				break
			}
		}
	}
}

// move is at another code from now on.
func (m *Member) move(epoch uint64, code protocol.RoomSecret) {
	before := m.epochs.code
	m.epochs.now, m.epochs.code = epoch, code
	m.epochs.candidates = slices.DeleteFunc(m.epochs.candidates, func(c protocol.RoomSecret) bool { return c == code })
	m.epochs.past = slices.DeleteFunc(m.epochs.past, func(c protocol.RoomSecret) bool { return c == code })
	if before != code {
		m.epochs.past = append(m.epochs.past, before)
	}
	m.do(Moved{Epoch: epoch, Code: code})
	if before != code {
		if m.isFounder() {
			m.do(CreateRoom{Code: code})
		}
		m.moveDoor(before)
	}
	for _, l := range m.links {
		l.epoch = 0
		m.tellEpoch(l)
	}
}

// tellEpoch tells a neighbour the room's code, once (SPEC R8): only who is a member.
func (m *Member) tellEpoch(l *link) {
	if m.epochs.now > l.epoch && m.history != nil && m.history.Member(l.peer) && l.joined {
		l.epoch = m.epochs.now
		m.do(Send{Peer: l.peer, Frame: protocol.RoomEpoch{Epoch: m.epochs.now, Code: m.epochs.code}})
	}
}
