package gate

import (
	"context"
	"maps"
	"slices"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/listen"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
)

// awayFor is how long a listener may have been away for its comeback to be cheaper than a new one.
const awayFor = 30 * time.Minute

// target is what a client listens to. The stream's mu guards all fields.
type target struct {
	asked   *firestorepb.Target
	since   time.Time      // by real time
	bill    *metering.Bill // of what is told
	resumed bool           // knows something already
	leaving bool           // the client has asked for its end
	current bool           // all of it was told once
	changed bool           // something of it was told since, in this moment
	reset   resetting
}

// resetting is how far a reset is. We make one as a client can: by removing the target and adding it again. The client
// is not told of the two, but RESET instead.
type resetting int

const (
	notResetting resetting = iota
	removing
	adding
)

// note keeps what a request of the client says about targets. Called with mu held.
func (l *listening) note(r *firestorepb.ListenRequest) {
	if asked := r.GetAddTarget(); asked != nil {
		l.targets[asked.GetTargetId()] = &target{
			asked: asked, since: time.Now(), resumed: len(asked.GetResumeToken()) > 0 || asked.GetReadTime() != nil,
			bill: l.gate.meter.Bill(r.GetDatabase(), service.ClientOf(l.ctx)),
		}
	} else if t := l.targets[r.GetRemoveTarget()]; t != nil {
		t.leaving = true
	}
}

// resetChanged lets the plan reset targets of which something was told in the moment that has ended.
func (l *listening) resetChanged() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(l.targets)) {
		t := l.targets[id]
		if !t.changed || t.leaving || t.reset != notResetting {
			continue
		}
		t.changed = false
		o := occasion(l.ctx, listenMethod, told(t.asked))
		if !l.gate.plan.Load().Decide(o, &l.met, faults.Reset).Reset {
			continue
		}
		t.reset = removing
		again := proto.CloneOf(t.asked)
		again.ResumeType = nil
		l.resets = append(l.resets,
			&firestorepb.ListenRequest{TargetChange: &firestorepb.ListenRequest_RemoveTarget{RemoveTarget: id}},
			&firestorepb.ListenRequest{TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: again}})
		select {
		case l.more <- struct{}{}:
		default: // full
		}
	}
}

// observe counts a message, keeps what it says about targets, and gives what the client is to be told instead; nil:
// nothing.
func (l *listening) observe(m *firestorepb.ListenResponse) *firestorepb.ListenResponse {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch kind := m.GetResponseType().(type) {
	case *firestorepb.ListenResponse_DocumentChange:
		l.tell(kind.DocumentChange.GetTargetIds(), 1)
		l.tell(kind.DocumentChange.GetRemovedTargetIds(), 1)
	case *firestorepb.ListenResponse_DocumentRemove:
		l.tell(kind.DocumentRemove.GetRemovedTargetIds(), 1)
	case *firestorepb.ListenResponse_DocumentDelete:
		l.tell(kind.DocumentDelete.GetRemovedTargetIds(), 0)
	case *firestorepb.ListenResponse_TargetChange:
		for _, id := range kind.TargetChange.GetTargetIds() {
			if t := l.targets[id]; t != nil {
				m = l.become(t, kind.TargetChange, m)
			}
		}
	}
	return m
}

// tell notes that something was told to targets, at a price. Called with mu held.
func (l *listening) tell(ids []int32, reads int64) {
	for _, id := range ids {
		if t := l.targets[id]; t != nil {
			t.bill.Add(metering.Usage{Reads: reads})
			t.changed = t.current
		}
	}
}

// become notes what becomes of a target, and gives the message to tell. Called with mu held.
func (l *listening) become(
	t *target, c *firestorepb.TargetChange, m *firestorepb.ListenResponse,
) *firestorepb.ListenResponse {
	switch c.GetTargetChangeType() {
	case firestorepb.TargetChange_NO_CHANGE:
	case firestorepb.TargetChange_CURRENT:
		t.current = true
		t.bill.AtLeast(l.least(t))
	case firestorepb.TargetChange_RESET:
		t.resumed, t.current, t.changed = false, false, false
	case firestorepb.TargetChange_ADD:
		if t.reset == adding {
			t.reset, t.resumed, t.current, t.changed = notResetting, false, false, false
			return targetChange(firestorepb.TargetChange_RESET, t.asked.GetTargetId(), nil)
		}
	case firestorepb.TargetChange_REMOVE:
		if t.reset == removing && c.GetCause() == nil {
			t.reset = adding
			return nil
		}
		l.bill.Forget(t.asked.GetTargetId())
		delete(l.targets, t.asked.GetTargetId())
		l.targetEnded(t, status.ErrorProto(c.GetCause()))
	}
	return m
}

// least is what a target costs at least.
func (l *listening) least(t *target) int64 {
	if !t.resumed {
		return 1
	}
	at, ok := listen.ResumedAt(t.asked)
	if !ok || l.gate.now().Sub(at.Std()) <= awayFor {
		return 0
	}
	return max(1, l.gate.size(l.ctx, t.asked))
}

// size is how many documents a target holds.
func (g *Gate) size(ctx context.Context, asked *firestorepb.Target) int64 {
	query := asked.GetQuery()
	if query == nil {
		return int64(len(asked.GetDocuments().GetDocuments()))
	}
	var found int64
	count := &answers[firestorepb.RunQueryResponse]{
		ctx: metering.With(service.WithCaller(ctx, service.Caller{Admin: true}), nil),
		send: func(m *firestorepb.RunQueryResponse) error {
			if m.GetDocument() != nil {
				found++
			}
			return nil
		},
	}
	// What cannot be counted costs nothing.
	_ = g.API.RunQuery(&firestorepb.RunQueryRequest{
		Parent:    query.GetParent(),
		QueryType: &firestorepb.RunQueryRequest_StructuredQuery{StructuredQuery: query.GetStructuredQuery()},
	}, count)
	return found
}

// targetChange tells of one target. why is the cause of a removal, or nil.
func targetChange(
	kind firestorepb.TargetChange_TargetChangeType, id int32, why error,
) *firestorepb.ListenResponse {
	c := &firestorepb.TargetChange{TargetChangeType: kind, TargetIds: []int32{id}}
	if why != nil {
		c.Cause = status.Convert(why).Proto()
	}
	return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_TargetChange{TargetChange: c}}
}
