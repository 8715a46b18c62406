package blocks

import (
	"time"

	"github.com/parley-chat/parley/protocol"
)

// Peer names a member.
type Peer = protocol.Identity

// Config is what an [Exchange] needs.
type Config struct {
	// Self is the own member.
	Self Peer
	// Now is the time at which the exchange begins.
	Now time.Time
	// Piece is how many bytes of a block go into one frame, 1 to [protocol.MaxPiece]; 0 is 32 768.
	Piece int
}

// Exchange is one member's part in the exchange of blocks in a room. It is not safe for concurrent use. Inputs return
// what is to be done, in order; time stands still between two calls of Tick. Sets and peers that are not known are
// passed over, if nothing else is said.
type Exchange struct {
	self Peer
}

// New begins with no neighbours and no sets.
func New(c Config) *Exchange { return &Exchange{self: c.Self} }

// Tick goes on to another time, in whole milliseconds since Config.Now. A time before the last one is the last one.
func (e *Exchange) Tick(now time.Time) []Action { return nil }

// Next is when Tick is wanted at the latest. The zero time says: not before there is another input.
func (e *Exchange) Next() time.Time { return time.Time{} }

// Linked begins a link to a neighbour, whose channel takes room bytes now.
func (e *Exchange) Linked(peer Peer, room int) []Action { return nil }

// Unlinked ends a link. What was asked of the neighbour is asked of others.
func (e *Exchange) Unlinked(peer Peer) []Action { return nil }

// Drained says that a neighbour's channel takes room bytes now, beside what was sent already.
func (e *Exchange) Drained(peer Peer, room int) []Action { return nil }

// Received takes a frame from a neighbour.
func (e *Exchange) Received(peer Peer, f protocol.BlockFrame) []Action { return nil }

// Extend tells more of a set's plan: the digests that follow those which are known. The first, index 0, is the set's
// own, and known by itself. whole says that these are all. A set that is not known is opened, and not wanted. It is
// false, and nothing happened, if the set would have more than [protocol.MaxSetBlocks], or was whole already.
func (e *Exchange) Extend(set protocol.BlockID, ids []protocol.BlockID, whole bool) ([]Action, bool) {
	return nil, false
}

// Have tells what is there already, of what is known of the plan: bits as in [protocol.BlockHave], from index 0 on. A
// set that is not known is opened, and not wanted.
func (e *Exchange) Have(set protocol.BlockID, bits []byte) []Action { return nil }

// Serve is for a set that is held whole: ids are all digests but the first.
func (e *Exchange) Serve(set protocol.BlockID, ids []protocol.BlockID) []Action { return nil }

// Want asks for all of a set that is lacking, for the first time, or again after Pause or Decline. Of several, what was
// opened first comes first; plans that are not whole before all else.
func (e *Exchange) Want(set protocol.BlockID) []Action { return nil }

// Priority says which blocks of a set are wanted before others, of all sets: count from first on. It replaces what was
// said before.
func (e *Exchange) Priority(set protocol.BlockID, first, count int) []Action { return nil }

// Pause asks for nothing more of a set. What is there is served.
func (e *Exchange) Pause(set protocol.BlockID) []Action { return nil }

// Decline is for a set that is not wanted, ever: neighbours are told so. What is there of it is not served any more.
func (e *Exchange) Decline(set protocol.BlockID) []Action { return nil }

// Drop forgets a set. Neighbours are told that nothing of it is to be had here.
func (e *Exchange) Drop(set protocol.BlockID) []Action { return nil }

// Read answers [ReadBlock]: nil if the block is not there.
func (e *Exchange) Read(t Task, block []byte) []Action { return nil }

// Checked answers [Check].
func (e *Exchange) Checked(t Task, ok bool) []Action { return nil }

// Kept answers [Keep]. If it is false, the set is paused.
func (e *Exchange) Kept(t Task, ok bool) []Action { return nil }
