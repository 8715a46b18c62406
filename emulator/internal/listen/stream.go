package listen

import (
	"context"
	"encoding/binary"
	"fmt"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// maxTargets bounds the targets of one stream; production serves about as many.
const maxTargets = 100

// Allow is asked before a target is told of, and again when something has changed that it was decided by: an error
// ends the target, and is its cause. read are the documents outside of the target that it was decided by.
type Allow func(ctx context.Context, in store.Snapshot, target *firestorepb.Target) (read []string, err error)

// Stream is one listen stream. [Run] owns it.
type stream struct {
	ctx     context.Context //nolint:containedctx // of the one call of Run, which owns the stream
	allow   Allow
	send    func(*firestorepb.ListenResponse) error
	now     store.Snapshot
	feed    *store.Reader
	db      *store.Store
	targets map[int32]*target
}

// Run serves a stream until requests is closed or ctx ends: it takes what comes from requests, and gives answers to
// send, one after the other. It returns a gRPC status when the client broke the protocol, send's error, ctx's, or nil.
func Run(
	ctx context.Context, db *store.Store, allow Allow,
	requests <-chan *firestorepb.ListenRequest, send func(*firestorepb.ListenResponse) error,
) error {
	s := &stream{ctx: ctx, allow: allow, send: send, db: db, targets: map[int32]*target{}}
	s.now, s.feed = db.Follow()
	for {
		more, err := s.catchUp()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-more:
		case r, open := <-requests:
			if !open {
				return nil
			}
			if _, err := s.catchUp(); err != nil {
				return err
			}
			if err := s.request(r); err != nil {
				return err
			}
		}
	}
}

// catchUp moves to the newest commit. It gives what is closed when there is another.
func (s *stream) catchUp() (more <-chan struct{}, err error) {
	for {
		commit, more, err := s.feed.Next()
		if err != nil {
			// Too far behind, or closing: the client opens another stream and resumes.
			return nil, status.Error(codes.Unavailable, "The stream has fallen behind.")
		}
		if commit == nil {
			return more, nil
		}
		if err := s.commit(commit); err != nil {
			return nil, err
		}
	}
}

// request adds or removes a target.
func (s *stream) request(r *firestorepb.ListenRequest) error {
	switch change := r.GetTargetChange().(type) {
	case *firestorepb.ListenRequest_AddTarget:
		return s.add(change.AddTarget)
	case *firestorepb.ListenRequest_RemoveTarget:
		delete(s.targets, change.RemoveTarget)
		return s.change(firestorepb.TargetChange_REMOVE, change.RemoveTarget)
	}
	return status.Error(codes.InvalidArgument, "A listen request must add or remove a target.")
}

// add answers a new target: ADD, what is there, CURRENT, and the moment of it. What is wrong with the target ends it
// and nothing else, as in the official emulator: browsers open a stream that has ended again, with the same target.
func (s *stream) add(asked *firestorepb.Target) error {
	id := asked.GetTargetId()
	if len(s.targets) == maxTargets {
		return status.Errorf(codes.ResourceExhausted, "A stream has at most %d targets.", maxTargets)
	}
	if asked.GetDocuments() == nil && asked.GetQuery().GetStructuredQuery() == nil {
		return status.Error(codes.InvalidArgument, "A target must be documents or a structured query.")
	}
	t, err := newTarget(asked)
	if err != nil {
		return s.refuse(id, err)
	}
	if t.decidedBy, err = s.allow(s.ctx, s.now, asked); err != nil {
		return s.refuse(id, err)
	}
	s.targets[id] = t
	if err := s.change(firestorepb.TargetChange_ADD, id); err != nil {
		return err
	}
	if err := s.begin(t); err != nil {
		return err
	}
	if err := s.change(firestorepb.TargetChange_CURRENT, id); err != nil {
		return err
	}
	if asked.GetOnce() {
		delete(s.targets, id)
		if err := s.change(firestorepb.TargetChange_REMOVE, id); err != nil {
			return err
		}
	}
	return s.moment()
}

// begin tells what a target holds: all of it, or what is different since its resume token.
func (s *stream) begin(t *target) error {
	since, resumed := s.since(t.asked)
	if resumed {
		t.reset(since)
	} else if hasToken(t.asked) {
		if err := s.change(firestorepb.TargetChange_RESET, t.id); err != nil {
			return err
		}
	}
	return s.tell(t.moveTo(s.now))
}

// since is the snapshot that a resumed target has seen, if that is still known.
func (s *stream) since(asked *firestorepb.Target) (store.Snapshot, bool) {
	at, ok := ResumedAt(asked)
	if !ok {
		return store.Snapshot{}, false
	}
	snapshot, err := s.db.AsOf(at)
	return snapshot, err == nil
}

// ResumedAt is the moment from which a client wants to go on with a target; false if it wants none that was ever here.
func ResumedAt(asked *firestorepb.Target) (store.Time, bool) {
	switch resume := asked.GetResumeType().(type) {
	case *firestorepb.Target_ResumeToken:
		if len(resume.ResumeToken) != 8 {
			return 0, false
		}
		return store.Time(binary.BigEndian.Uint64(resume.ResumeToken)), true //nolint:gosec // a stranger's, looked up only
	case *firestorepb.Target_ReadTime:
		return store.At(resume.ReadTime.AsTime()), true
	}
	return 0, false
}

func hasToken(asked *firestorepb.Target) bool {
	return len(asked.GetResumeToken()) > 0 || asked.GetReadTime() != nil
}

// commit tells all targets what a commit changed for them.
func (s *stream) commit(c *store.Commit) error {
	s.now = c.After
	told := false
	for id, t := range s.targets {
		if !t.concerns(c.Changes) {
			continue
		}
		told = true
		var err error
		if t.decidedBy, err = s.allow(s.ctx, s.now, t.asked); err != nil {
			delete(s.targets, id)
			if err := s.refuse(id, err); err != nil {
				return err
			}
			continue
		}
		if err := s.tell(t.moveTo(s.now)); err != nil {
			return err
		}
	}
	if !told {
		return nil
	}
	return s.moment()
}

// refuse ends a target, with the reason. The stream goes on.
func (s *stream) refuse(id int32, why error) error {
	return s.send(targetChange(&firestorepb.TargetChange{
		TargetChangeType: firestorepb.TargetChange_REMOVE, TargetIds: []int32{id},
		Cause: status.Convert(why).Proto(),
	}))
}

// change tells of a target itself. CURRENT says as of when.
func (s *stream) change(kind firestorepb.TargetChange_TargetChangeType, id int32) error {
	c := &firestorepb.TargetChange{TargetChangeType: kind, TargetIds: []int32{id}}
	if kind == firestorepb.TargetChange_CURRENT {
		c.ResumeToken, c.ReadTime = token(s.now.Time()), s.now.Time().Proto()
	}
	return s.send(targetChange(c))
}

// moment tells that everything up to now has been told, for all targets.
func (s *stream) moment() error {
	return s.send(targetChange(&firestorepb.TargetChange{
		ResumeToken: token(s.now.Time()), ReadTime: s.now.Time().Proto(),
	}))
}

func (s *stream) tell(messages []*firestorepb.ListenResponse) error {
	for _, m := range messages {
		if err := s.send(m); err != nil {
			return fmt.Errorf("listen: send: %w", err)
		}
	}
	return nil
}

func token(at store.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(at)) //nolint:gosec // it comes back as it went
}

func targetChange(c *firestorepb.TargetChange) *firestorepb.ListenResponse {
	return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_TargetChange{TargetChange: c}}
}
