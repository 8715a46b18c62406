package grpcserver_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/parley-chat/parley/emulator/internal/grpcserver"
	"github.com/parley-chat/parley/emulator/internal/service"
)

// BenchmarkFanout writes one document of 1 kB and waits until all who listen to it have heard, each on a stream of its
// own; others listen to other documents.
func BenchmarkFanout(b *testing.B) {
	for _, c := range []struct{ listeners, others int }{{1, 0}, {100, 0}, {1000, 0}, {1, 1000}} {
		b.Run(fmt.Sprintf("%d listeners, %d others", c.listeners, c.others), func(b *testing.B) {
			f := newFanout(b)
			for range c.listeners {
				f.listen(b, "a/one", true)
			}
			for i := range c.others {
				f.listen(b, fmt.Sprint("a/other", i), false)
			}
			for b.Loop() {
				f.heard.Add(c.listeners)
				f.set(b, "a/one")
				f.heard.Wait()
			}
		})
	}
}

// fanout is a server and its client.
type fanout struct {
	api   firestorepb.FirestoreClient
	ctx   context.Context //nolint:containedctx // the benchmark's, as the owner
	heard sync.WaitGroup  // how many streams have to hear of the last write

	written int64 // how many writes, each of which is different
}

const fanoutDatabase = "projects/demo-x/databases/(default)"

func newFanout(b *testing.B) *fanout {
	b.Helper()
	api := service.New(nil)
	server := grpcserver.New(api)
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	conn, err := grpc.NewClient(
		"passthrough:///"+listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
	)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		conn.Close()
		api.Close()
		server.Stop()
		if err := <-served; err != nil {
			b.Error(err)
		}
	})
	ctx := metadata.AppendToOutgoingContext(b.Context(), "authorization", "Bearer owner")
	return &fanout{api: firestorepb.NewFirestoreClient(conn), ctx: ctx}
}

// listen opens a stream and returns when it is current. Then each document is told to heard.
func (f *fanout) listen(b *testing.B, path string, told bool) {
	b.Helper()
	stream, err := f.api.Listen(f.ctx)
	if err != nil {
		b.Fatal(err)
	}
	target := &firestorepb.Target{TargetId: 2, TargetType: &firestorepb.Target_Documents{
		Documents: &firestorepb.Target_DocumentsTarget{Documents: []string{fanoutDatabase + "/documents/" + path}},
	}}
	if err := stream.Send(&firestorepb.ListenRequest{
		Database: fanoutDatabase, TargetChange: &firestorepb.ListenRequest_AddTarget{AddTarget: target},
	}); err != nil {
		b.Fatal(err)
	}
	for current := false; !current; {
		m, err := stream.Recv()
		if err != nil {
			b.Fatal(err)
		}
		change := m.GetTargetChange()
		current = change.GetTargetChangeType() == firestorepb.TargetChange_NO_CHANGE && change.GetReadTime() != nil
	}
	go func() {
		for {
			m, err := stream.Recv()
			if err != nil {
				return // the benchmark is over
			}
			if told && m.GetDocumentChange() != nil {
				f.heard.Done()
			}
		}
	}()
}

func (f *fanout) set(b *testing.B, path string) {
	b.Helper()
	f.written++
	n := &firestorepb.Value{ValueType: &firestorepb.Value_IntegerValue{IntegerValue: f.written}}
	text := &firestorepb.Value{ValueType: &firestorepb.Value_StringValue{StringValue: strings.Repeat("a", 1000)}}
	_, err := f.api.Commit(f.ctx, &firestorepb.CommitRequest{Database: fanoutDatabase, Writes: []*firestorepb.Write{{
		Operation: &firestorepb.Write_Update{Update: &firestorepb.Document{
			Name: fanoutDatabase + "/documents/" + path, Fields: map[string]*firestorepb.Value{"n": n, "text": text},
		}},
	}}})
	if err != nil {
		b.Fatal(err)
	}
}
