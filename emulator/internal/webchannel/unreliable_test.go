package webchannel_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/webchannel"
)

// Whatever a network does to single requests, each message arrives once, in order, both ways: POSTs
// are repeated, overlap and overtake each other; back channels are cut after any number of bytes, also
// in the middle of a chunk, and change between streaming and polling.
func TestEverythingArrivesOnceOverAnUnreliableNetwork(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			const n = 120
			h := serve(t, nil, func(ctx context.Context, s *webchannel.Session) {
				for {
					m, err := s.Receive(ctx)
					if err != nil || s.Send(ctx, m) != nil {
						return
					}
				}
			})
			p := h.handshake()
			posted := make(chan struct{})
			go func() {
				defer close(posted)
				p.postUnreliably(rand.New(rand.NewPCG(seed, 1)), n)
			}()
			got := p.listenUnreliably(rand.New(rand.NewPCG(seed, 2)), n)
			<-posted
			for i, message := range got {
				if want := unreliableMessage(i); message != want {
					t.Fatalf("message %d is %.40s, want %.40s", i, message, want)
				}
			}
		})
	}
}

// unreliableMessage is valid JSON, of different lengths, partly beyond ASCII when decoded.
func unreliableMessage(i int) string {
	return `{"n":` + strconv.Itoa(i) + `,"é":"` + fmt.Sprintf("%0*d", i*7%300, i) + `"}`
}

// postUnreliably sends messages 0 to n-1.
func (p *peer) postUnreliably(random *rand.Rand, n int) {
	batch := func(from, to int) {
		var messages []string
		for i := from; i < min(to, n); i++ {
			messages = append(messages, unreliableMessage(i))
		}
		if got := p.post(from, messages...); got.status != http.StatusOK {
			p.t.Errorf("messages %d to %d: %d %s", from, to, got.status, got.body)
		}
	}
	for next := 0; next < n; {
		size := 1 + random.IntN(6)
		if random.IntN(3) == 0 { // the one after comes before
			batch(next+size, next+size+3)
		}
		batch(next, next+size)
		if random.IntN(3) == 0 { // a repeated request, that may begin earlier
			batch(max(0, next-random.IntN(4)), next+size)
		}
		next += size
	}
}

// listenUnreliably receives until it has n messages, and drops what it has twice by array id.
func (p *peer) listenUnreliably(random *rand.Rand, n int) []string {
	var got []string
	for aid := 0; len(got) < n; {
		ci := random.IntN(2)
		back := p.get(fmt.Sprintf("AID=%d&CI=%d", aid, ci))
		limited := bufio.NewReader(io.LimitReader(back.body, int64(random.IntN(1000)<<random.IntN(7))))
		for len(got) < n {
			chunk, err := readChunk(limited)
			if err != nil {
				break
			}
			var arrays [][2]json.RawMessage
			if err := json.Unmarshal([]byte(chunk), &arrays); err != nil {
				p.t.Fatal(err)
			}
			for _, array := range arrays {
				id, _ := strconv.Atoi(string(array[0]))
				if id <= aid {
					continue
				}
				if id != aid+1 {
					p.t.Fatalf("array %d came after %d", id, aid)
				}
				aid = id
				var message []json.RawMessage
				if json.Unmarshal(array[1], &message) != nil || len(message) != 1 {
					p.t.Fatalf("array %d is %s", id, array[1])
				}
				got = append(got, unescaped(p.t, message[0]))
			}
		}
		back.cut()
	}
	return got
}

// unescaped is a message as it was before it became ASCII.
func unescaped(t testing.TB, message json.RawMessage) string {
	var fields struct {
		N    int    `json:"n"`
		Text string `json:"é"`
	}
	if err := json.Unmarshal(message, &fields); err != nil {
		t.Fatal(err)
	}
	return `{"n":` + strconv.Itoa(fields.N) + `,"é":"` + fields.Text + `"}`
}
