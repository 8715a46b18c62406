package emulator_test

import (
	"bytes"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/webchannel/channeltest"
)

// heap is how much memory is in use.
func heap() int64 {
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return int64(now.HeapAlloc + now.StackInuse)
}

// Clients that begin and then do nothing cost a bounded amount of memory, and nobody else anything.
func TestClientsThatDoNothing(t *testing.T) {
	const channels, silent, each = 2000, 200, 32 << 10
	s := start(t)
	before := heap()
	for range silent {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	var opening sync.WaitGroup
	for i := range 8 {
		opening.Go(func() {
			for range channels / 8 {
				stream := []string{"Listen", "Write"}[i%2]
				channeltest.Open(t, "http://"+s.Addr(), stream, inX, channeltest.Hello{})
			}
		})
	}
	opening.Wait()
	if grown := heap() - before; grown > channels*each {
		t.Errorf("%d channels and %d connections cost %d KiB", channels, silent, grown>>10)
	}
	run(t, s, []step{{"REST", "POST", documents + "/a?documentId=1", `{}`, 200, nil, nil}})
	if _, err := clientOf(t, s, "owner").Doc("a/1").Get(t.Context()); err != nil {
		t.Errorf("gRPC: %v", err)
	}
	good := channeltest.Open(t, "http://"+s.Addr(), "Listen", inX, channeltest.Hello{
		Authorization: "Bearer owner", Messages: []string{listenTo("a/1")},
	})
	defer good.End()
	if told := string(good.Next()); !strings.Contains(told, "ADD") {
		t.Errorf("WebChannel: %s", told)
	}
}

// What is larger than a request may be is refused by every transport, and the server serves on.
func TestRequestsThatAreTooLarge(t *testing.T) {
	s := start(t)
	conn, err := grpc.NewClient("passthrough:///"+s.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer owner")
	large := &firestorepb.CommitRequest{Database: inX, Transaction: bytes.Repeat([]byte("x"), 11<<20)}
	_, err = firestorepb.NewFirestoreClient(conn).Commit(ctx, large)
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("gRPC: %v", err)
	}
	body := `{"fields":{"t":{"stringValue":"` + strings.Repeat("x", 17<<20) + `"}}}`
	run(t, s, []step{
		{
			"REST", "POST", documents + "/a?documentId=1", body,
			http.StatusRequestEntityTooLarge,
			[]any{"error", "status"},
			"INVALID_ARGUMENT",
		},
		{"and then", "POST", documents + "/a?documentId=1", `{}`, http.StatusOK, nil, nil},
	})
}
