package gate_test

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/parley-chat/parley/emulator/internal/faults"
	"github.com/parley-chat/parley/emulator/internal/gate"
	"github.com/parley-chat/parley/emulator/internal/grpcserver"
	"github.com/parley-chat/parley/emulator/internal/metering"
	"github.com/parley-chat/parley/emulator/internal/service"
)

const (
	database = "projects/demo-x/databases/(default)"
	root     = database + "/documents"
)

// inBubble runs a test with a service behind a gate, and the context of an administrator.
func inBubble(t *testing.T, f func(t *testing.T, ctx context.Context, g *gate.Gate)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		api := service.New(nil)
		g := gate.New(api, metering.New(), nil)
		f(t, service.WithCaller(t.Context(), service.Caller{Admin: true}), g)
		g.Close()
		api.Close()
	})
}

// plan makes a plan of rules that are about everything.
func plan(rules ...faults.Rule) *faults.Plan {
	for i := range rules {
		rules[i].Rate = 1
		rules[i].Applies = func(faults.Occasion) bool { return true }
	}
	return faults.New(1, rules)
}

func wantCode(t *testing.T, what string, err error, want codes.Code) {
	t.Helper()
	if status.Code(err) != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// set writes documents in one commit, each anew: it counts up.
func set(paths ...string) *firestorepb.CommitRequest {
	r := &firestorepb.CommitRequest{Database: database}
	for _, path := range paths {
		one := &firestorepb.Value{ValueType: &firestorepb.Value_IntegerValue{IntegerValue: 1}}
		r.Writes = append(r.Writes, &firestorepb.Write{
			Operation:  &firestorepb.Write_Update{Update: &firestorepb.Document{Name: root + "/" + path}},
			UpdateMask: &firestorepb.DocumentMask{},
			UpdateTransforms: []*firestorepb.DocumentTransform_FieldTransform{{
				FieldPath:     "n",
				TransformType: &firestorepb.DocumentTransform_FieldTransform_Increment{Increment: one},
			}},
		})
	}
	return r
}

func commit(ctx context.Context, t *testing.T, g *gate.Gate, requests ...*firestorepb.CommitRequest) {
	t.Helper()
	for _, r := range requests {
		if _, err := g.Commit(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
}

// Every method that the service has is one that the gate can refuse: none goes past it.
func TestNothingGoesPastTheGate(t *testing.T) {
	api := service.New(nil)
	g := gate.New(api, metering.New(), nil)
	g.SetPlan(plan(faults.Rule{Kind: faults.Refuse, Code: codes.DataLoss}))
	disturbed, direct := dial(t, g), dial(t, api)
	t.Cleanup(api.Close)
	t.Cleanup(g.Close)
	for _, method := range firestorepb.Firestore_ServiceDesc.Methods {
		ask := func(c *grpc.ClientConn) codes.Code {
			path := "/" + firestorepb.Firestore_ServiceDesc.ServiceName + "/" + method.MethodName
			return status.Code(c.Invoke(t.Context(), path, &emptypb.Empty{}, &emptypb.Empty{}))
		}
		if got := ask(disturbed); got != codes.DataLoss && ask(direct) != codes.Unimplemented {
			t.Errorf("%s: %v", method.MethodName, got)
		}
	}
	for i := range firestorepb.Firestore_ServiceDesc.Streams {
		described := &firestorepb.Firestore_ServiceDesc.Streams[i]
		if described.ClientStreams {
			continue // Listen and Write have tests of their own
		}
		ask := func(c *grpc.ClientConn) codes.Code {
			path := "/" + firestorepb.Firestore_ServiceDesc.ServiceName + "/" + described.StreamName
			stream, err := c.NewStream(t.Context(), described, path)
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.SendMsg(&emptypb.Empty{}); err != nil {
				t.Fatal(err)
			}
			_ = stream.CloseSend()
			return status.Code(stream.RecvMsg(&emptypb.Empty{}))
		}
		if got := ask(disturbed); got != codes.DataLoss && ask(direct) != codes.Unimplemented {
			t.Errorf("%s: %v", described.StreamName, got)
		}
	}
}

func dial(t *testing.T, api firestorepb.FirestoreServer) *grpc.ClientConn {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpcserver.New(api)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	conn, err := grpc.NewClient(
		"passthrough:///"+listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return conn
}

func TestDelay(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		g.SetPlan(plan(faults.Rule{Kind: faults.Delay, Delay: time.Second}, faults.Rule{Kind: faults.Delay, Delay: 1}))
		from := time.Now()
		commit(ctx, t, g, set("a/1"))
		if took := time.Since(from); took != time.Second+1 {
			t.Errorf("a commit took %v", took)
		}
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		_, err := g.GetDocument(short, &firestorepb.GetDocumentRequest{Name: root + "/a/1"})
		wantCode(t, "a call with less time", err, codes.DeadlineExceeded)
		if took := time.Since(from); took != time.Second+1+time.Millisecond {
			t.Errorf("it ended after %v", took)
		}
	})
}

// In a pause calls wait: not without a bound, not longer than they like, and not longer than the gate is open.
func TestPause(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		const most = 8
		g.SeemWaiting(gate.MaxWaiting - most)
		g.Pause()
		ended := make(chan error, most)
		get := func(ctx context.Context) error {
			_, err := g.GetDocument(ctx, &firestorepb.GetDocumentRequest{Name: root + "/a/1"})
			return err
		}
		some, giveUp := context.WithCancel(ctx)
		for i := range most {
			mine := ctx
			if i == 0 {
				mine = some
			}
			go func() { ended <- get(mine) }()
		}
		synctest.Wait()
		if len(ended) > 0 {
			t.Fatalf("%d calls did not wait: %v", len(ended), <-ended)
		}
		wantCode(t, "one too many", get(ctx), codes.ResourceExhausted)
		giveUp()
		wantCode(t, "one that is given up", <-ended, codes.Canceled)
		g.Resume()
		for range most - 1 {
			wantCode(t, "one that has waited", <-ended, codes.NotFound)
		}
		g.Pause()
		go func() { ended <- get(ctx) }()
		synctest.Wait()
		g.Close()
		wantCode(t, "one at the end", <-ended, codes.Unavailable)
	})
}

// A lost answer is that of something that was done; a refused call was not.
func TestLoseAndRefuse(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context, g *gate.Gate) {
		get := &firestorepb.GetDocumentRequest{Name: root + "/a/1"}
		g.SetPlan(plan(faults.Rule{Kind: faults.Refuse, Code: codes.Unavailable}))
		_, err := g.Commit(ctx, set("a/1"))
		wantCode(t, "refused", err, codes.Unavailable)
		g.SetPlan(nil)
		_, err = g.GetDocument(ctx, get)
		wantCode(t, "what was refused", err, codes.NotFound)
		g.SetPlan(plan(faults.Rule{Kind: faults.Lose, Code: codes.Unavailable}))
		_, err = g.Commit(ctx, set("a/1"))
		wantCode(t, "lost", err, codes.Unavailable)
		g.SetPlan(nil)
		_, err = g.GetDocument(ctx, get)
		wantCode(t, "what was lost", err, codes.OK)
	})
}
