package gate

import (
	"fmt"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
)

// maxLate bounds what is held back of one moment; more than that is told in time.
const maxLate = 256

// Send tells the client what the service says, as the plan says.
func (l *listening) Send(m *firestorepb.ListenResponse) error {
	l.sending.Lock()
	defer l.sending.Unlock()
	if m = l.observe(m); m == nil {
		return nil
	}
	d := l.decide(m)
	if err := l.gate.pass(l.ctx, d.Delay); err != nil {
		return err
	}
	if d.Cut != codes.OK {
		l.stop(failure(d.Cut))
		return why(l.ctx)
	}
	if m.GetTargetChange() != nil {
		return l.marker(m)
	}
	if m.GetDocumentChange() == nil {
		return l.tellAll(m)
	}
	if d.Late && len(l.late) < maxLate {
		l.late = append(l.late, m)
		return nil
	}
	if d.Duplicate {
		return l.tellAll(m, m)
	}
	return l.tellAll(m)
}

// decide asks the plan about a message. A moment waits at most once, so that a rule's delay is that of a commit,
// however many documents it has.
func (l *listening) decide(m *firestorepb.ListenResponse) faults.Decision {
	kinds := []faults.Kind{faults.Cut}
	if !l.waited {
		kinds = append(kinds, faults.Delay)
	}
	if m.GetDocumentChange() != nil {
		kinds = append(kinds, faults.Duplicate, faults.Late)
	}
	d := l.gate.plan.Load().Decide(occasion(l.ctx, listenMethod, named(m)), &l.met, kinds...)
	l.waited = l.waited || d.Delay > 0
	return d
}

// named is the document of a message.
func named(m *firestorepb.ListenResponse) []string {
	for _, name := range []string{
		m.GetDocumentChange().GetDocument().GetName(), m.GetDocumentDelete().GetDocument(),
		m.GetDocumentRemove().GetDocument(),
	} {
		if name != "" {
			return []string{name}
		}
	}
	return nil
}

// marker tells of targets, or that a moment has ended: not before everything that was held back.
func (l *listening) marker(m *firestorepb.ListenResponse) error {
	if err := l.tellAll(append(l.late, m)...); err != nil {
		return err
	}
	l.late = nil
	if change := m.GetTargetChange(); change.GetReadTime() != nil && len(change.GetTargetIds()) == 0 {
		l.waited = false
		l.resetChanged()
	}
	return nil
}

func (l *listening) tellAll(messages ...*firestorepb.ListenResponse) error {
	for _, m := range messages {
		if err := l.Firestore_ListenServer.Send(m); err != nil {
			return fmt.Errorf("gate: send: %w", err)
		}
	}
	return nil
}
