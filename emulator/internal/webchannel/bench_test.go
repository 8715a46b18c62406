package webchannel_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// benchMessage is about what a small document's change looks like.
var benchMessage = `{"documentChange":{"document":{"name":"projects/demo-a/databases/(default)/documents/rooms/r1",` +
	`"fields":{"text":{"stringValue":"` + strings.Repeat("hello ", 40) + `"}},` +
	`"createTime":"2026-11-20T15:52:44.324627Z","updateTime":"2026-11-20T15:52:44.324627Z"},"targetIds":[1002]}}`

// BenchmarkSend is messages to one client that streams.
func BenchmarkSend(b *testing.B) {
	message := []byte(benchMessage)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	h := serve(b, nil, func(ctx context.Context, s *webchannel.Session) {
		for s.Send(ctx, message) == nil {
		}
	})
	p := h.handshake()
	b.ResetTimer()
	for aid := 0; aid < b.N; {
		back := p.get(fmt.Sprintf("CI=0&AID=%d", aid))
		for aid < b.N {
			chunk, err := readChunk(back.body)
			if err != nil {
				break
			}
			aid += strings.Count(chunk, `{"documentChange"`)
		}
		back.cut()
	}
}

// BenchmarkReceive is POSTs of one message each.
func BenchmarkReceive(b *testing.B) {
	b.SetBytes(int64(len(benchMessage)))
	b.ReportAllocs()
	h := serve(b, nil, func(ctx context.Context, s *webchannel.Session) {
		for {
			if _, err := s.Receive(ctx); err != nil {
				return
			}
		}
	})
	p := h.handshake()
	for i := 0; b.Loop(); i++ {
		p.post(i, benchMessage)
	}
}

// BenchmarkEcho is the time from a message of the client to its answer on the back channel. Beside it
// stands a bare HTTP request on the same machine.
func BenchmarkEcho(b *testing.B) {
	b.Run("channel", func(b *testing.B) {
		h := serve(b, nil, func(ctx context.Context, s *webchannel.Session) {
			for {
				m, err := s.Receive(ctx)
				if err != nil || s.Send(ctx, m) != nil {
					return
				}
			}
		})
		p := h.handshake()
		back := p.get("AID=0&CI=0")
		for i := 0; b.Loop(); i++ {
			p.post(i, benchMessage)
			if _, err := readChunk(back.body); err != nil { // the stream ended, so that the client confirms
				back = p.get(fmt.Sprintf("CI=0&AID=%d", i))
				readChunk(back.body)
			}
		}
	})
	b.Run("bare HTTP", func(b *testing.B) {
		h := serve(b, nil, nil)
		for b.Loop() {
			h.do(http.MethodOptions, "RID=1", benchMessage)
		}
	})
}

// BenchmarkFanOut is one message to each of 1000 clients that stream.
func BenchmarkFanOut(b *testing.B) {
	const clients = 1000
	sessions := make(chan *webchannel.Session, clients)
	h := serve(b, nil, func(ctx context.Context, s *webchannel.Session) {
		sessions <- s
		<-ctx.Done()
	})
	arrived := make(chan struct{}, clients)
	var all []*webchannel.Session
	for range clients {
		p := h.handshake()
		all = append(all, <-sessions)
		back := p.get("AID=0&CI=0")
		go func() {
			for r := bufio.NewReader(back.body); ; {
				if _, err := readChunk(r); err != nil {
					return
				}
				arrived <- struct{}{}
			}
		}()
	}
	message := []byte(benchMessage)
	for b.Loop() {
		for _, s := range all {
			if err := s.Send(b.Context(), message); err != nil {
				b.Fatal(err)
			}
		}
		for range clients {
			<-arrived
		}
	}
}
