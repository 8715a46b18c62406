package gate_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
)

// listener is a Listen stream, played by the test, in a bubble.
type listener struct {
	grpc.ServerStream // nil: only what follows is asked

	ctx      context.Context //nolint:containedctx // it is the stream's
	requests chan *firestorepb.ListenRequest
	ended    chan error

	mu    sync.Mutex
	heard []string // guarded by mu: since the last look
	token []byte   // guarded by mu: the newest
}

func (l *listener) Context() context.Context { return l.ctx }

func (l *listener) Recv() (*firestorepb.ListenRequest, error) {
	select {
	case r, open := <-l.requests:
		if !open {
			return nil, io.EOF
		}
		return r, nil
	case <-l.ctx.Done():
		return nil, l.ctx.Err()
	}
}

// Send notes a message in short.
func (l *listener) Send(m *firestorepb.ListenResponse) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch kind := m.GetResponseType().(type) {
	case *firestorepb.ListenResponse_DocumentChange:
		l.heard = append(l.heard, strings.TrimPrefix(kind.DocumentChange.GetDocument().GetName(), root+"/"))
	case *firestorepb.ListenResponse_TargetChange:
		c := kind.TargetChange
		if len(c.GetTargetIds()) == 0 {
			l.heard = append(l.heard, ".")
			l.token = c.GetResumeToken()
		} else {
			l.heard = append(l.heard, fmt.Sprintf("%s(%d)", c.GetTargetChangeType(), c.GetTargetIds()[0]))
		}
		if c.GetCause() != nil {
			l.heard = append(l.heard, codes.Code(c.GetCause().GetCode()).String())
		}
	default:
		l.heard = append(l.heard, fmt.Sprintf("%T", kind))
	}
	return nil
}

// listen opens a stream that listens to the collection a as target 1, since token if there is one.
func listen(ctx context.Context, g *gate.Gate, token ...byte) (_ *listener, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	l := &listener{ctx: ctx, requests: make(chan *firestorepb.ListenRequest, 10), ended: make(chan error, 1)}
	l.add(1, token...)
	go func() {
		err := g.Listen(l)
		cancel() // as gRPC does
		l.ended <- err
	}()
	return l, func() {
		cancel()
		<-l.ended
	}
}

func (l *listener) add(id int32, token ...byte) {
	target := &firestorepb.Target{
		TargetId: id,
		TargetType: &firestorepb.Target_Query{Query: &firestorepb.Target_QueryTarget{
			Parent: root, QueryType: &firestorepb.Target_QueryTarget_StructuredQuery{
				StructuredQuery: &firestorepb.StructuredQuery{
					From: []*firestorepb.StructuredQuery_CollectionSelector{{CollectionId: "a"}},
				},
			},
		}},
	}
	if len(token) > 0 {
		target.ResumeType = &firestorepb.Target_ResumeToken{ResumeToken: token}
	}
	l.requests <- &firestorepb.ListenRequest{
		Database: database, TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: target},
	}
}

func (l *listener) remove(id int32) {
	l.requests <- &firestorepb.ListenRequest{
		Database: database, TargetChange: &firestorepb.ListenRequest_RemoveTarget{RemoveTarget: id},
	}
}

// hears gives what was heard since the last look, when nothing moves any more.
func (l *listener) hears() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := l.heard
	l.heard = nil
	return heard
}

func (l *listener) want(t *testing.T, what, want string) {
	t.Helper()
	if got := strings.Join(l.hears(), " "); got != want {
		t.Errorf("%s: heard %q, want %q", what, got, want)
	}
}

func TestListenerWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		l, stop := listen(ctx, g)
		defer stop()
		l.want(t, "nothing yet", "ADD(1) CURRENT(1) .")
		g.SetPlan(faults.New(1, []faults.Rule{{
			Kind: faults.Delay, Delay: time.Second, Rate: 1,
			Applies: func(o faults.Occasion) bool { return o.Method == "Listen" && len(o.Paths) > 0 },
		}}))
		commit(ctx, t, g, set("a/1", "a/2"), set("a/1"))
		l.want(t, "at once", "")
		<-time.After(time.Second - 1)
		l.want(t, "a moment before", "")
		<-time.After(1)
		if heard := l.hears(); len(heard) != 3 || heard[2] != "." {
			t.Errorf("heard %q, want two documents and the end of the moment", heard)
		}
		<-time.After(time.Second)
		l.want(t, "the second commit", "a/1 .")
	})
}

// Twice and late, but never after the marker that says that this was all.
func TestDuplicateAndLate(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		l, stop := listen(ctx, g)
		defer stop()
		l.want(t, "nothing yet", "ADD(1) CURRENT(1) .")
		about := func(path string) func(faults.Occasion) bool {
			return func(o faults.Occasion) bool { return len(o.Paths) == 1 && o.Paths[0] == path }
		}
		for range 10 { // the order within a moment is chance
			g.SetPlan(faults.New(1, []faults.Rule{{Kind: faults.Late, Rate: 1, Applies: about("a/1")}}))
			commit(ctx, t, g, set("a/1", "a/2"))
			l.want(t, "late", "a/2 a/1 .")
			g.SetPlan(faults.New(1, []faults.Rule{{Kind: faults.Late, Rate: 1, Applies: about("a/2")}}))
			commit(ctx, t, g, set("a/1", "a/2"))
			l.want(t, "late", "a/1 a/2 .")
		}
		g.SetPlan(plan(faults.Rule{Kind: faults.Duplicate}))
		commit(ctx, t, g, set("a/1"))
		l.want(t, "twice", "a/1 a/1 .")
		l.add(2)
		if heard := l.hears(); len(heard) != 7 {
			t.Errorf("a new target heard %q", heard)
		}
	})
}

// After a change the target is told anew, once: what the reset itself tells is no change.
func TestReset(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		commit(ctx, t, g, set("a/1"))
		l, stop := listen(ctx, g)
		defer stop()
		g.SetPlan(plan(faults.Rule{Kind: faults.Reset, Times: 2}))
		l.want(t, "at first", "ADD(1) a/1 CURRENT(1) .")
		for range 2 {
			commit(ctx, t, g, set("a/1"))
			l.want(t, "a change", "a/1 . RESET(1) a/1 CURRENT(1) .")
		}
		commit(ctx, t, g, set("a/1"))
		l.want(t, "no reset is left", "a/1 .")
		// What the client asks for meanwhile is answered after the reset.
		g.SetPlan(plan(faults.Rule{Kind: faults.Reset}))
		commit(ctx, t, g, set("a/1", "a/2"))
		l.hears()
		l.remove(1)
		l.want(t, "removed", "REMOVE(1)")
		commit(ctx, t, g, set("a/1", "a/2"))
		l.want(t, "nothing more", "")
	})
}

func TestCut(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		commit(ctx, t, g, set("a/1"))
		g.SetPlan(plan(faults.Rule{Kind: faults.Cut, Skip: 2, Times: 1, Code: codes.Unavailable}))
		l, _ := listen(ctx, g)
		l.want(t, "cut after two", "ADD(1) a/1")
		wantCode(t, "the stream", <-l.ended, codes.Unavailable)
		l, _ = listen(ctx, g)
		l.want(t, "the next one", "ADD(1) a/1 CURRENT(1) .")
		if n := g.CutStreams(); n != 1 {
			t.Errorf("cut %d streams, want 1", n)
		}
		wantCode(t, "all streams", <-l.ended, codes.Unavailable)
		if n := g.CutStreams(); n != 0 {
			t.Errorf("cut %d streams, want none", n)
		}
	})
}

func TestRefusedTarget(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		g.SetPlan(plan(faults.Rule{Kind: faults.Refuse, Times: 1, Code: codes.PermissionDenied}))
		l, stop := listen(ctx, g)
		defer stop()
		l.want(t, "refused", "REMOVE(1) PermissionDenied")
		l.add(2)
		l.want(t, "the stream goes on", "ADD(2) CURRENT(2) .")
		g.SetPlan(plan(faults.Rule{Kind: faults.Refuse, Code: codes.Internal}))
		l.add(3)
		err := <-l.ended
		wantCode(t, "the stream", err, codes.Internal)
		l.ended <- err
	})
}

// A stream that stands still holds nothing: when the feed has gone on without it, it ends, and the client comes back.
func TestPausedStreamFallsBehind(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		l, stop := listen(ctx, g)
		defer stop()
		l.want(t, "nothing yet", "ADD(1) CURRENT(1) .")
		g.Pause()
		for n := range 1100 {
			// Past the pause: what the gate holds up is the listener alone.
			if _, err := g.API.Commit(ctx, set("a/1", "a/2")); err != nil {
				t.Fatal(err)
			}
			if n == 0 { // which the listener takes, and no more with it
				l.want(t, "in a pause", "")
			}
		}
		l.want(t, "still", "")
		g.Resume()
		err := <-l.ended
		wantCode(t, "far behind", err, codes.Unavailable)
		l.ended <- err
	})
}

// writer is a Write stream, played by the test.
type writer struct {
	grpc.ServerStream // nil: only what follows is asked

	ctx      context.Context //nolint:containedctx // it is the stream's
	requests chan *firestorepb.WriteRequest
	answers  chan *firestorepb.WriteResponse
}

func (w *writer) Context() context.Context { return w.ctx }

func (w *writer) Send(m *firestorepb.WriteResponse) error {
	w.answers <- m
	return nil
}

func (w *writer) Recv() (*firestorepb.WriteRequest, error) {
	select {
	case r := <-w.requests:
		return r, nil
	case <-w.ctx.Done():
		return nil, w.ctx.Err()
	}
}

// open opens a Write stream and takes its first answer.
func open(ctx context.Context, g *gate.Gate) (*writer, <-chan error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &writer{
		ctx: ctx, requests: make(chan *firestorepb.WriteRequest, 1), answers: make(chan *firestorepb.WriteResponse, 1),
	}
	ended := make(chan error, 1)
	w.requests <- &firestorepb.WriteRequest{Database: database}
	go func() {
		err := g.Write(w)
		cancel() // as gRPC does
		ended <- err
	}()
	<-w.answers
	return w, ended
}

func TestWriteStreams(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		w, ended := open(ctx, g)
		g.SetPlan(plan(faults.Rule{Kind: faults.Lose, Times: 1, Code: codes.Unavailable}))
		w.requests <- &firestorepb.WriteRequest{Writes: set("a/1").GetWrites()}
		wantCode(t, "a lost answer", <-ended, codes.Unavailable)
		if len(w.answers) > 0 {
			t.Error("answered all the same")
		}
		_, err := g.GetDocument(ctx, &firestorepb.GetDocumentRequest{Name: root + "/a/1"})
		wantCode(t, "what was lost", err, codes.OK)

		w, ended = open(ctx, g)
		g.SetPlan(plan(faults.Rule{Kind: faults.Delay, Delay: time.Hour}))
		w.requests <- &firestorepb.WriteRequest{Writes: set("a/2").GetWrites()}
		from := time.Now()
		<-w.answers
		if took := time.Since(from); took != time.Hour {
			t.Errorf("a commit took %v", took)
		}
		if n := g.CutStreams(); n != 1 {
			t.Errorf("cut %d streams", n)
		}
		wantCode(t, "cut", <-ended, codes.Unavailable)
	})
}

// A listener that comes back pays for what is new; after more than half an hour it pays for all of it.
func TestComingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, meter := service.New(nil), metering.New()
		g := gate.New(api, meter, nil)
		ctx := service.WithCaller(t.Context(), service.Caller{Admin: true})
		commit(ctx, t, g, set("a/1"), set("a/2"), set("a/3"))
		reads := func(what string, want int64) {
			t.Helper()
			synctest.Wait()
			if got := meter.Usage(database)[metering.Owner].Reads; got != want {
				t.Errorf("%s: %d reads, want %d", what, got, want)
			}
			meter.Reset(database)
		}
		var token []byte
		visit := func() {
			l, stop := listen(ctx, g, token...)
			l.hears()
			token = l.token
			stop()
		}
		visit()
		reads("new", 3)
		visit()
		reads("back at once", 0)
		commit(ctx, t, g, set("a/1"))
		<-time.After(30 * time.Minute)
		visit()
		reads("back after half an hour, to one change", 1)
		<-time.After(31 * time.Minute)
		visit()
		reads("back after more than that", 3)
		g.Close()
		api.Close()
	})
}
