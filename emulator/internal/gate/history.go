package gate

import (
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	keptOperations = 100
	// maxNameBytes bounds the names that are kept: of those that Firestore takes, most are shorter.
	maxNameBytes = 512
)

// Operation is what has passed the gate: a call, a commit of a Write stream, or a target of a Listen stream from its
// beginning to its end. Nothing of what is in documents is in it.
type Operation struct {
	Ended  time.Time // by the clock of the emulator
	Took   time.Duration
	Method string // the protocol's name
	// Name is the full name of the document or collection that it is about, of the first one if there are more, or of
	// a database. It is as the client sent it, unchecked, and cut if it is long.
	Name string
	More int // how many further names there are
	Code codes.Code
}

// history are the newest operations. It is safe for concurrent use; the zero value is empty.
type history struct {
	mu   sync.Mutex
	ring [keptOperations]Operation // guarded by mu
	next int                       // guarded by mu: where the next one goes
	full bool                      // guarded by mu: next was at the end already
}

func (h *history) add(o Operation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring[h.next] = o
	h.next = (h.next + 1) % keptOperations
	h.full = h.full || h.next == 0
}

// Operations are the last ones that have ended, at most 100, the newest first.
func (g *Gate) Operations() []Operation {
	h := &g.history
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.next
	if h.full {
		n = keptOperations
	}
	newest := make([]Operation, n)
	for i := range newest {
		newest[i] = h.ring[(h.next-1-i+keptOperations)%keptOperations]
	}
	return newest
}

// passed keeps in mind what has ended. names may be none; began is by real time.
func (g *Gate) passed(method, database string, names []string, began time.Time, err error) {
	o := Operation{Ended: g.now(), Took: time.Since(began), Method: method, Name: database, Code: codeOf(err)}
	if len(names) > 0 {
		o.Name, o.More = names[0], len(names)-1
	}
	if len(o.Name) > maxNameBytes { // copied, for the rest of it to be forgotten
		o.Name = strings.ToValidUTF8(o.Name[:maxNameBytes], "") + "…"
	}
	g.history.add(o)
}

// codeOf is what a client is told, also of a context that has ended.
func codeOf(err error) codes.Code {
	if s, ok := status.FromError(err); ok {
		return s.Code()
	}
	return status.FromContextError(err).Code()
}
