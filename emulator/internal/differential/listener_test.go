package differential_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// hearTimeout bounds how long a listener waits for what it should hear. Only a change that was lost takes as long.
const hearTimeout = 5 * time.Second

// listener is a client of Listen, as the protocol wants it. It is owned by the goroutine that owns its side.
type listener struct {
	*side
	as      caller
	targets map[int32]*hearing
	settled bool // a moment was told, and no change since

	heard chan *pb.ListenResponse // of the stream that is open; closed when that has ended
	send  func(*pb.ListenRequest) error
	stop  context.CancelFunc
}

// hearing is what a client knows of a target.
type hearing struct {
	asked     *pb.Target
	documents map[string]*pb.Document
	current   bool
	token     []byte // to resume from; empty: not to
	refused   bool   // the target has ended, or the stream by it
}

func listen(s *side, as caller, targets []*pb.Target) *listener {
	l := &listener{side: s, as: as, targets: map[int32]*hearing{}}
	for _, t := range targets {
		l.targets[t.GetTargetId()] = &hearing{asked: t, documents: map[string]*pb.Document{}}
	}
	l.open()
	return l
}

// open opens a stream and asks for all targets that are not refused.
func (l *listener) open() {
	ctx, stop := context.WithCancel(l.side.as(l.as))
	ctx = metadata.AppendToOutgoingContext(ctx, "google-cloud-resource-prefix", l.database)
	heard := make(chan *pb.ListenResponse)
	l.heard, l.stop, l.settled = heard, stop, false
	stream, err := l.client.Listen(ctx)
	if err != nil {
		close(heard)
		l.send = func(*pb.ListenRequest) error { return err }
		return
	}
	l.send = stream.Send
	go func() { // ends with the stream; close waits for it
		defer close(heard)
		for {
			m, err := stream.Recv()
			if err != nil {
				return
			}
			select {
			case heard <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	for _, id := range slices.Sorted(maps.Keys(l.targets)) {
		l.ask(l.targets[id])
	}
}

func (l *listener) ask(h *hearing) {
	if h.refused {
		return
	}
	h.current = false
	asked := proto.CloneOf(h.asked)
	if len(h.token) > 0 {
		asked.ResumeType = &pb.Target_ResumeToken{ResumeToken: h.token}
		asked.ExpectedCount = wrapperspb.Int32(int32(len(h.documents)))
	} else {
		clear(h.documents)
	}
	// A stream that cannot send has ended, which is heard.
	_ = l.send(&pb.ListenRequest{
		Database: l.database, TargetChange: &pb.ListenRequest_AddTarget{AddTarget: asked},
	})
}

// close ends the stream and returns when it has ended.
func (l *listener) close() {
	l.stop()
	for range l.heard { // what was under way
	}
}

// hears waits until a target has heard of just these documents, or was refused. It tells what is wrong if it does not
// come to that.
func (l *listener) hears(id int32, want map[string]*pb.Document, refused bool) string {
	h := l.targets[id]
	patience := time.NewTimer(hearTimeout)
	defer patience.Stop()
	for {
		switch {
		case h.refused && refused:
			return ""
		case h.refused:
			return "the target is refused, and the same read is not"
		case l.settled && h.current && !refused && sameDocuments(h.documents, want):
			return ""
		}
		select {
		case m, open := <-l.heard:
			if !open {
				for _, all := range l.targets {
					all.refused = true
				}
				continue
			}
			l.take(m)
		case <-patience.C:
			return fmt.Sprintf("target %d, refused: %t, should be: %t; heard of %v, not of %v", id, h.refused, refused,
				slices.Sorted(maps.Keys(h.documents)), slices.Sorted(maps.Keys(want)))
		}
	}
}

// take takes in an answer.
func (l *listener) take(m *pb.ListenResponse) {
	switch r := m.GetResponseType().(type) {
	case *pb.ListenResponse_TargetChange:
		l.change(r.TargetChange)
		return
	case *pb.ListenResponse_DocumentChange:
		d := r.DocumentChange.GetDocument()
		for _, id := range r.DocumentChange.GetTargetIds() {
			l.targets[id].documents[d.GetName()] = d
		}
		l.forget(d.GetName(), r.DocumentChange.GetRemovedTargetIds())
	case *pb.ListenResponse_DocumentDelete:
		l.forget(r.DocumentDelete.GetDocument(), r.DocumentDelete.GetRemovedTargetIds())
	case *pb.ListenResponse_DocumentRemove:
		l.forget(r.DocumentRemove.GetDocument(), r.DocumentRemove.GetRemovedTargetIds())
	case *pb.ListenResponse_Filter:
		id := r.Filter.GetTargetId()
		if h := l.targets[id]; len(h.documents) != int(r.Filter.GetCount()) {
			h.token = nil
			_ = l.send(&pb.ListenRequest{ // as in ask
				Database: l.database, TargetChange: &pb.ListenRequest_RemoveTarget{RemoveTarget: id},
			})
			l.ask(h)
		}
	}
	l.settled = false
}

func (l *listener) forget(name string, ids []int32) {
	for _, id := range ids {
		delete(l.targets[id].documents, name)
	}
}

func (l *listener) change(c *pb.TargetChange) {
	ids := c.GetTargetIds()
	kind := c.GetTargetChangeType()
	if len(ids) == 0 {
		ids = slices.Collect(maps.Keys(l.targets))
		l.settled = l.settled || kind == pb.TargetChange_NO_CHANGE
	}
	for _, id := range ids {
		h := l.targets[id]
		if token := c.GetResumeToken(); len(token) > 0 {
			h.token = token
		}
		switch kind {
		case pb.TargetChange_CURRENT:
			h.current = true
		case pb.TargetChange_RESET:
			clear(h.documents)
			h.current, l.settled = false, false
		case pb.TargetChange_REMOVE:
			h.refused = h.refused || c.GetCause() != nil
		case pb.TargetChange_NO_CHANGE, pb.TargetChange_ADD:
		}
	}
}
