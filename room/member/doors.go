package member

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/parley-chat/parley/protocol"
)

const (
	// leastDoors and mostDoors are how many doors a room has (SPEC R2), and doorsAfter how long it may have fewer or
	// more.
	leastDoors = 2
	mostDoors  = 3
	doorsAfter = 5 * time.Second
	// oldDoorFor is how long the room's document at an old code may last (SPEC D3), and maxOldDoors how many are kept
	// open.
	oldDoorFor  = 24 * time.Hour
	maxOldDoors = 4

	doorLabel = "parley/v1/door"
)

// doors is whether this member is one, and since when there are too few or too many.
type doors struct {
	open      bool
	few, many time.Time
	// old are those at the codes of before, the oldest first (SPEC R10).
	old []oldDoor
}

type oldDoor struct {
	code  protocol.RoomSecret
	until time.Time
}

// becomeDoor opens a door, at once told to all.
func (m *Member) becomeDoor() {
	if m.doors.open {
		return
	}
	m.doors.open = true
	m.do(OpenDoor{Code: m.epochs.code})
	m.perform(m.node.SetDoor(true))
	m.people = true
}

// closeDoor is no door any more; those at old codes stay.
func (m *Member) closeDoor() {
	if !m.doors.open {
		return
	}
	m.doors.open = false
	m.do(CloseDoor{Code: m.epochs.code})
	m.perform(m.node.SetDoor(false))
	m.people = true
}

// closeDoors closes all of them, before this member goes.
func (m *Member) closeDoors() {
	if m.doors.open {
		m.do(CloseDoor{Code: m.epochs.code})
	}
	for _, old := range m.doors.old {
		m.do(CloseDoor{Code: old.code})
	}
	m.doors = doors{}
}

// checkDoors is SPEC R2. Who has no link and knows nobody enters anew, and R3 says when it is a door.
func (m *Member) checkDoors() {
	for len(m.doors.old) > 0 && (!m.now.Before(m.doors.old[0].until) || len(m.doors.old) > maxOldDoors) {
		m.do(CloseDoor{Code: m.doors.old[0].code})
		m.doors.old = m.doors.old[1:]
	}
	alone := len(m.links) == 0 && len(m.stays.here) == 0
	if alone || !m.in || !m.synced {
		m.doors.few, m.doors.many = time.Time{}, time.Time{}
		return
	}
	are, others := m.doorsHere()
	if lasts(&m.doors.few, len(are) < leastDoors, m.now) && !m.doors.open && m.first(others) == m.self {
		m.doors.few = time.Time{}
		m.becomeDoor()
	}
	if lasts(&m.doors.many, len(are) > mostDoors, m.now) && m.doors.open && m.last(are) == m.self {
		m.doors.many = time.Time{}
		m.closeDoor()
	}
}

// lasts tells whether something has been so for long enough.
func lasts(since *time.Time, is bool, now time.Time) bool {
	switch {
	case !is:
		*since = time.Time{}
	case since.IsZero():
		*since = now
	}
	return is && now.Sub(*since) >= doorsAfter
}

// doorsHere are the members here that are doors, and those that are none, this one among them.
func (m *Member) doorsHere() (doors, others []Peer) {
	if others = []Peer{m.self}; m.doors.open {
		doors, others = others, nil
	}
	for peer, stay := range m.stays.here {
		if stay.Stay == protocol.StayDoor {
			doors = append(doors, peer)
		} else {
			others = append(others, peer)
		}
	}
	return doors, others
}

func (m *Member) first(peers []Peer) Peer { return slices.MinFunc(peers, m.byTurn) }

func (m *Member) last(peers []Peer) Peer { return slices.MaxFunc(peers, m.byTurn) }

// byTurn orders members as they become doors.
func (m *Member) byTurn(a, b Peer) int {
	one, other := m.turn(a), m.turn(b)
	return bytes.Compare(one[:], other[:])
}

func (m *Member) turn(peer Peer) [sha256.Size]byte {
	return sha256.Sum256(slices.Concat([]byte(doorLabel), m.root[:], peer[:]))
}

// moveDoor opens this door at the room's new code. The founder, door or not, and the first other door are at the old
// one too, for members who were away (SPEC R10).
func (m *Member) moveDoor(from protocol.RoomSecret) {
	founder := m.history.Founder()
	are, _ := m.doorsHere()
	are = slices.DeleteFunc(are, func(p Peer) bool { return p == founder })
	stays := m.self == founder || m.doors.open && m.first(are) == m.self
	if stays {
		m.doors.old = append(m.doors.old, oldDoor{from, m.now.Add(oldDoorFor)})
	}
	switch {
	case m.doors.open:
		m.do(OpenDoor{Code: m.epochs.code})
		if !stays {
			m.do(CloseDoor{Code: from})
		}
	case stays:
		m.do(OpenDoor{Code: from})
	}
}
