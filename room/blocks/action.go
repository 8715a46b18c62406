package blocks

import "github.com/parley-chat/parley/protocol"

// Action is something that the caller does for an [Exchange]. The list is closed: the types of this file.
type Action interface{ action() }

// Task numbers what the caller was asked to do and answers, from 1 on: each number is used once.
type Task uint64

// Send sends a frame to a neighbour. It fits into the room that the caller told, except for short ones (no pieces).
type Send struct {
	Peer  Peer
	Frame protocol.BlockFrame
}

// ReadBlock asks for a block that is held: [Exchange.Read] answers.
type ReadBlock struct {
	Task  Task
	Set   protocol.BlockID
	Index int
	ID    protocol.BlockID
}

// Check asks whether the digest of Bytes is ID: [Exchange.Checked] answers.
type Check struct {
	Task  Task
	ID    protocol.BlockID
	Bytes []byte
}

// Keep asks to write a block that has been checked: [Exchange.Kept] answers.
type Keep struct {
	Task  Task
	Set   protocol.BlockID
	Index int
	ID    protocol.BlockID
	Bytes []byte
}

// Blame names a neighbour who broke SPEC B8, once for each set. It is not asked for anything of the set any more. If
// Set is zero, what it did concerns no set, and it is asked for nothing as long as it is linked.
type Blame struct {
	Peer Peer
	Set  protocol.BlockID
	Why  Fault
}

// Fault is what a neighbour did.
type Fault string

// The faults.
const (
	FaultDigest Fault = "digest" // a block with another digest than was asked for
	FaultPieces Fault = "pieces" // pieces in a wrong order, or of a wrong size
	FaultNone   Fault = "none"   // three times in a row it had not what it says that it has
	FaultStray  Fault = "stray"  // much that nobody asked for
)

// Changed says that [Exchange.Progress] of a set is another now: at most once for each set and input.
type Changed struct{ Set protocol.BlockID }

func (Send) action()      {}
func (ReadBlock) action() {}
func (Check) action()     {}
func (Keep) action()      {}
func (Blame) action()     {}
func (Changed) action()   {}
