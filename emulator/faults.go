package emulator

import (
	"time"

	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
)

// FaultKind is what a [Fault] does.
type FaultKind string

// The kinds of faults.
const (
	// FaultDelay lets calls wait before anything is done. A listener hears what a commit changed that much later; what
	// comes behind it waits as well.
	FaultDelay FaultKind = "delay"
	// FaultRefuse answers with an error and does nothing. A listener's target is refused: with PERMISSION_DENIED and
	// other errors that stay it ends alone, with UNAVAILABLE and others that pass the whole stream does.
	FaultRefuse FaultKind = "refuse"
	// FaultLose does what is asked and answers with an error: the answer was lost on its way. Whoever tries again does
	// it a second time.
	FaultLose FaultKind = "lose"
	// FaultCut ends a stream instead of the next message, with an error.
	FaultCut FaultKind = "cut"
	// FaultDuplicate tells a listener of a document twice, with the same update_time.
	FaultDuplicate FaultKind = "duplicate"
	// FaultLate tells a listener of a document after all others that changed in the same commit. The listener is still
	// told of all of them before it is told that this was all.
	FaultLate FaultKind = "late"
	// FaultReset resets a listener's target after something of it has changed: it is told to forget everything, and is
	// told everything anew.
	FaultReset FaultKind = "reset"
)

// Fault is one thing that goes wrong. What it is about is an occasion: a call; a commit on a Write stream; a target
// that a listener adds; for FaultCut, FaultDuplicate, FaultLate, and FaultDelay of listeners, a message of a stream;
// for FaultReset a change of a target.
type Fault struct {
	// Kind is what it does. Required.
	Kind FaultKind `json:"kind"`
	// Methods are the protocol's names of the calls that it is about: Commit, Listen, RunQuery, … Default: all that the
	// kind can be about.
	Methods []string `json:"methods"`
	// Path is a document or collection, without the database: rooms/a. The fault is about all calls that name it or
	// something below it, and about queries and targets whose collection is it or below it; a cut, duplicate or late
	// message is about its document. * stands for any id: rooms/*/messages. Default: all, also what has no path.
	Path string `json:"path"`
	// Clients are those whom it strikes: uids, «owner» for administrators, the empty one for whoever has not signed in.
	// Default: everybody.
	Clients []string `json:"clients"`
	// Rate is the probability that an occasion is hit, above 0 and up to 1. Default 1.
	Rate float64 `json:"rate"`
	// Skip is how many occasions are spared first: of each stream, where they are messages or changes of one; else
	// of all.
	Skip int `json:"skip"`
	// Times is how many occasions are hit at most, in all. Default: no bound.
	Times int `json:"times"`
	// Delay, up to an hour, and at most Jitter more by chance, are how long FaultDelay waits. As JSON they are text:
	// "1.5s".
	Delay  time.Duration `json:"delay"`
	Jitter time.Duration `json:"jitter"`
	// Code is the error of FaultRefuse, FaultLose and FaultCut. As JSON it is its name. Default UNAVAILABLE.
	Code codes.Code `json:"code"`
}

// Faults are all that goes wrong. All faults that are about an occasion are asked: delays add up, and of errors the
// first one counts. The zero value: nothing goes wrong.
type Faults struct {
	// Seed makes the dice. The same occasions in the same order meet the same faults; each fault has dice of its own.
	Seed uint64 `json:"seed"`
	// Faults are at most 100.
	Faults []Fault `json:"faults"`
}

// SetFaults replaces the faults and begins to count anew. Streams that are open are struck by the new ones. Errors:
// faults that say nothing or too much; then everything stays as it was.
func (s *Server) SetFaults(f Faults) error {
	rules, err := f.rules()
	if err != nil {
		return err
	}
	s.gate.SetPlan(faults.New(f.Seed, rules))
	return nil
}

// Pause lets all calls wait and all streams stand still until [Server.Resume]. A call whose context ends waits no
// longer; at most 1024 wait at once, and further ones are told RESOURCE_EXHAUSTED. It is idempotent.
func (s *Server) Pause() { s.gate.Pause() }

// Resume ends what [Server.Pause] began. It is idempotent.
func (s *Server) Resume() { s.gate.Resume() }

// CutStreams ends all Listen and Write streams with UNAVAILABLE, as a lost connection does, and tells how many there
// were. Clients come back by themselves.
func (s *Server) CutStreams() int { return s.gate.CutStreams() }
