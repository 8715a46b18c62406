package listen

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

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

// stream is one listen stream. [Run] owns it.
type stream struct {
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
	s := &stream{allow: allow, send: send, db: db, feed: db.Follow(), targets: map[int32]*target{}}
	defer s.feed.Close()
	for {
		if err := s.catchUp(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.feed.Woken():
		case r, open := <-requests:
			if !open {
				return nil
			}
			if err := s.request(ctx, r); err != nil {
				return err
			}
		}
	}
}

// catchUp moves to the newest commit.
func (s *stream) catchUp(ctx context.Context) error {
	told, late := false, false
	for {
		news, err := s.feed.Take()
		if errors.Is(err, store.ErrBehind) {
			// The client opens another stream and resumes.
			return status.Error(codes.Unavailable, "The stream has fallen behind.")
		}
		if err != nil {
			return err
		}
		late = late || news.Late
		for _, commit := range news.Commits {
			one, err := s.commit(ctx, commit)
			if err != nil {
				return err
			}
			told = told || one
		}
		s.now = news.Newest
		sure, err := s.reconsider(ctx)
		if err != nil {
			return err
		}
		if sure && len(news.Commits) == 0 {
			break
		}
	}
	if late && !told && len(s.targets) > 0 {
		return s.moment() // so that the client's token does not become too old
	}
	return nil
}

// request adds or removes a target.
func (s *stream) request(ctx context.Context, r *firestorepb.ListenRequest) error {
	switch change := r.GetTargetChange().(type) {
	case *firestorepb.ListenRequest_AddTarget:
		return s.add(ctx, change.AddTarget)
	case *firestorepb.ListenRequest_RemoveTarget:
		if !s.remove(change.RemoveTarget) {
			return nil
		}
		return s.change(firestorepb.TargetChange_REMOVE, change.RemoveTarget)
	}
	return status.Error(codes.InvalidArgument, "A listen request must add or remove a target.")
}

// add answers a new target: ADD, what is there, CURRENT, and the moment of it. What is wrong with the target ends it
// and nothing else, as in the official emulator: browsers open a stream that has ended again, with the same target.
func (s *stream) add(ctx context.Context, asked *firestorepb.Target) error {
	switch id := asked.GetTargetId(); {
	case len(s.targets) == maxTargets:
		return status.Errorf(codes.ResourceExhausted, "A stream has at most %d targets.", maxTargets)
	case id < 0 || s.targets[id] != nil:
		return status.Errorf(codes.InvalidArgument, "The target id %d is negative or in use.", id)
	case asked.GetDocuments() == nil && asked.GetQuery().GetStructuredQuery() == nil:
		return status.Error(codes.InvalidArgument, "A target must be documents or a structured query.")
	}
	t, known, err := newTarget(asked)
	if t.id == 0 {
		t.id = s.unusedID()
	}
	if err := s.change(firestorepb.TargetChange_ADD, t.id); err != nil {
		return err
	}
	if err != nil {
		return s.refuse(t.id, err)
	}
	t.interests = t.selected.interest(s.db)
	s.feed.Watch(t.interests...)
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	s.targets[t.id] = t
	if err := s.decide(ctx, t); err != nil {
		s.remove(t.id)
		return s.refuse(t.id, err)
	}
	if err := s.begin(t, known); err != nil {
		return err
	}
	if err := s.change(firestorepb.TargetChange_CURRENT, t.id); err != nil {
		return err
	}
	if asked.GetOnce() {
		s.remove(t.id)
		if err := s.change(firestorepb.TargetChange_REMOVE, t.id); err != nil {
			return err
		}
	}
	return s.moment()
}

// unusedID is the least id that no target has.
func (s *stream) unusedID() int32 {
	id := int32(1)
	for s.targets[id] != nil {
		id++
	}
	return id
}

// remove forgets a target, if it is there.
func (s *stream) remove(id int32) bool {
	t := s.targets[id]
	if t == nil {
		return false
	}
	s.feed.Unwatch(t.interests...)
	delete(s.targets, id)
	return true
}

// decide asks the guard about a target as of now, and watches what it looked at.
func (s *stream) decide(ctx context.Context, t *target) error {
	read, err := s.allow(ctx, s.now, t.asked)
	if err != nil {
		return err
	}
	interests, before := t.selected.interest(s.db), t.decidedBy
	t.decidedBy = make(map[string]*firestorepb.Document, len(read))
	for _, name := range read {
		if _, twice := t.decidedBy[name]; twice {
			continue
		}
		_, watched := before[name]
		t.unsure = t.unsure || !watched
		t.decidedBy[name] = s.now.Get(name)
		interests = append(interests, store.InDocument(name))
	}
	if !slices.Equal(interests, t.interests) {
		s.feed.Watch(interests...)
		s.feed.Unwatch(t.interests...)
		t.interests = interests
	}
	return nil
}

// reconsider asks the guard again where something has changed after it looked and before that was watched. It tells
// whether there is no such doubt any more.
func (s *stream) reconsider(ctx context.Context) (sure bool, err error) {
	sure = true
	for id, t := range s.targets {
		if !t.unsure {
			continue
		}
		t.unsure = false
		if !t.doubtful(s.now) {
			continue
		}
		if err := s.decide(ctx, t); err != nil {
			s.remove(id)
			if err := s.refuse(id, err); err != nil {
				return false, err
			}
		}
		sure = false
	}
	return sure, nil
}

// begin tells what a target holds: all of it, or what is different since its resume token.
func (s *stream) begin(t *target, known selection) error {
	since, resumed := s.since(t.asked)
	if resumed {
		known.begin(since)
	} else if hasToken(t.asked) {
		if err := s.change(firestorepb.TargetChange_RESET, t.id); err != nil {
			return err
		}
	}
	if err := s.tell(t.begin(known, s.now)); err != nil {
		return err
	}
	if !resumed {
		return s.tell(t.absent(s.now))
	}
	if count := t.asked.GetExpectedCount(); count != nil && int(count.GetValue()) != len(known.names()) {
		return s.tell([]*firestorepb.ListenResponse{t.filter()})
	}
	return nil
}

// commit tells all targets what a commit changed for them, and whether that was anything.
func (s *stream) commit(ctx context.Context, c *store.Commit) (told bool, err error) {
	s.now = c.After
	for _, id := range slices.Sorted(maps.Keys(s.targets)) {
		t := s.targets[id]
		if !t.concerns(c.Changes) {
			continue
		}
		told = true
		if err := s.decide(ctx, t); err != nil {
			s.remove(id)
			if err := s.refuse(id, err); err != nil {
				return true, err
			}
			continue
		}
		if err := s.tell(t.follow(c)); err != nil {
			return true, err
		}
	}
	if !told {
		return false, nil
	}
	return true, s.moment()
}

// refuse ends a target, with the reason. The stream goes on.
func (s *stream) refuse(id int32, why error) error {
	return s.send(targetChange(&firestorepb.TargetChange{
		TargetChangeType: firestorepb.TargetChange_REMOVE, TargetIds: []int32{id},
		Cause: status.Convert(why).Proto(),
	}))
}

// change tells of a target itself. CURRENT and RESET say as of when.
func (s *stream) change(kind firestorepb.TargetChange_TargetChangeType, id int32) error {
	c := &firestorepb.TargetChange{TargetChangeType: kind, TargetIds: []int32{id}}
	if kind == firestorepb.TargetChange_CURRENT || kind == firestorepb.TargetChange_RESET {
		c.ResumeToken, c.ReadTime = s.token(), s.now.Time().Proto()
	}
	return s.send(targetChange(c))
}

// moment tells that everything up to now has been told, for all targets.
func (s *stream) moment() error {
	return s.send(targetChange(&firestorepb.TargetChange{
		ResumeToken: s.token(), ReadTime: s.now.Time().Proto(),
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

func targetChange(c *firestorepb.TargetChange) *firestorepb.ListenResponse {
	return &firestorepb.ListenResponse{ResponseType: &firestorepb.ListenResponse_TargetChange{TargetChange: c}}
}
