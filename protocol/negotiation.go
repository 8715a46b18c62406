package protocol

import "errors"

// Phase is how far a connection attempt has come (SPEC S1).
//
//	idle ──start──► signaling ──local+remote──► connecting ──open──► connected
//	  └───────────────┴───────── close ───────────┴──────────────────────┴────► closed
type Phase string

// The phases, in their order.
const (
	PhaseIdle       Phase = "idle"
	PhaseSignaling  Phase = "signaling"
	PhaseConnecting Phase = "connecting"
	PhaseConnected  Phase = "connected"
	PhaseClosed     Phase = "closed"
)

// MaxKeptCandidates bounds the candidates kept until the remote description is set (SPEC S3).
const MaxKeptCandidates = 128

// ErrTransition is returned for an event that the present phase does not allow (SPEC S1, S2). Nothing has changed.
var ErrTransition = errors.New("protocol: [S1] event not allowed in this phase")

// Negotiation is the order in which a link's descriptions and candidates may be applied (SPEC S1–S3),
// without any I/O: the caller of its methods does what they answer. The zero value is idle. It is not
// safe for concurrent use; a connection's run loop owns it.
type Negotiation struct {
	role   Role
	phase  Phase
	local  bool
	remote bool
	kept   []Candidate
	seen   [MaxBatches]bool
}

// Phase tells how far the attempt has come.
func (n *Negotiation) Phase() Phase {
	if n.phase == "" {
		return PhaseIdle
	}
	return n.phase
}

// Start begins the attempt in a role: idle → signaling.
func (n *Negotiation) Start(role Role) error {
	if n.Phase() != PhaseIdle || (role != Caller && role != Callee) {
		return ErrTransition
	}
	n.role, n.phase = role, PhaseSignaling
	return nil
}

// Local notes that the local description was set.
func (n *Negotiation) Local() error {
	if n.Phase() != PhaseSignaling || n.local || (n.role == Callee && !n.remote) {
		return ErrTransition
	}
	n.local = true
	n.describe()
	return nil
}

// Remote notes that the remote description was set, and releases the candidates kept so far: they are
// now to be applied, in this order.
func (n *Negotiation) Remote() ([]Candidate, error) {
	if n.Phase() != PhaseSignaling || n.remote || (n.role == Caller && !n.local) {
		return nil, ErrTransition
	}
	n.remote = true
	n.describe()
	released := n.kept
	n.kept = nil
	return released, nil
}

func (n *Negotiation) describe() {
	if n.local && n.remote {
		n.phase = PhaseConnecting
	}
}

// Candidates takes batch number number from the other side and answers which candidates to apply now.
// Those that come too early are kept until Remote; a batch seen before, or out of SPEC D8's range, is dropped.
func (n *Negotiation) Candidates(number int, batch []Candidate) []Candidate {
	if p := n.Phase(); p == PhaseIdle || p == PhaseClosed {
		return nil
	}
	if number < 0 || number >= MaxBatches || n.seen[number] {
		return nil
	}
	n.seen[number] = true
	if n.remote {
		return batch
	}
	room := MaxKeptCandidates - len(n.kept)
	n.kept = append(n.kept, batch[:min(room, len(batch))]...)
	return nil
}

// Open notes that the channel is open: connecting → connected.
func (n *Negotiation) Open() error {
	if n.Phase() != PhaseConnecting {
		return ErrTransition
	}
	n.phase = PhaseConnected
	return nil
}

// Close ends the attempt from any phase. Closing again changes nothing.
func (n *Negotiation) Close() {
	n.phase, n.kept = PhaseClosed, nil
}
