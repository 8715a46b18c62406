package member

import (
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/internal/allowance"
	"github.com/parley-chat/parley/room/overlay"
)

type (
	stays struct {
		keys map[protocol.Key]int
	}
	waits  struct{}
	wants  struct{ at time.Time }
	doors  struct{ open bool }
	epochs struct {
		code protocol.RoomSecret
		now  uint64
	}
	receipts struct {
		at      time.Time
		typists []typist
	}
	typist struct{ peer Peer }
	outbox struct{ at time.Time }
	repair struct{ allowance allowance.Bucket }
	tells  struct{}
)

func newStays() stays                                { return stays{} }
func newWaits() waits                                { return waits{} }
func newWants() wants                                { return wants{} }
func newReceipts() receipts                          { return receipts{} }
func newEpochs(code protocol.RoomSecret) epochs      { return epochs{code: code} }
func newOutbox(time.Time) outbox                     { return outbox{} }
func newAskAllowance(now time.Time) allowance.Bucket { return allowance.New(20, now) }

func (s *stays) of(Peer) (protocol.Presence, bool)            { return protocol.Presence{}, false }
func (s *stays) forget(time.Time)                             {}
func (s *waits) forget(time.Time)                             {}
func (r *receipts) count(protocol.ChainID, uint64) (int, int) { return 0, 0 }

func (m *Member) restore(Kept) error                            { return nil }
func (m *Member) create(protocol.RoomSettings) error            { return nil }
func (m *Member) becomeDoor()                                   {}
func (m *Member) closeDoors()                                   {}
func (m *Member) perform([]overlay.Action)                      {}
func (m *Member) say()                                          {}
func (m *Member) tellReceipts()                                 {}
func (m *Member) askForMissing()                                {}
func (m *Member) compareAgain()                                 {}
func (m *Member) checkTypists()                                 {}
func (m *Member) checkNeighbours()                              {}
func (m *Member) checkDoors()                                   {}
func (m *Member) checkEpochs()                                  {}
func (m *Member) changed([]protocol.EventID)                    {}
func (m *Member) forgot()                                       {}
func (m *Member) refuses(Peer, Link) (protocol.ByeReason, bool) { return "", false }
func (m *Member) meet(*link)                                    {}
func (m *Member) typing()                                       {}
func (m *Member) read(protocol.EventID)                         {}
func (m *Member) removal(Peer) (protocol.Removal, error)        { return protocol.Removal{}, nil }
func (m *Member) write(protocol.EventKind, interface{ Encode() ([]byte, error) }) (protocol.EventID, []Action, error) {
	return protocol.EventID{}, nil, nil
}

// Received takes a frame of a neighbour, read by [protocol.ParseRoomFrame]. A restart is the caller's own affair.
func (m *Member) Received(peer Peer, frame protocol.RoomFrame) []Action { return nil }

// Drained takes it that the bulk frames sent to a neighbour have left the channel's buffer.
func (m *Member) Drained(peer Peer) []Action { return nil }

// MaxBulk is how many bulk frames are under way to one neighbour at a time.
const MaxBulk = 4
