package peer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

func TestEncodeBatches(t *testing.T) {
	many := make([]protocol.Candidate, 45)
	for i := range many {
		many[i].Candidate = fmt.Sprint("candidate:", i)
	}
	long := make([]protocol.Candidate, 20)
	for i := range long {
		long[i].Candidate = strings.Repeat("x", 500)
	}
	broken := []protocol.Candidate{{Candidate: strings.Repeat("x", 513)}, {Candidate: "good"}}
	for name, c := range map[string]struct {
		in    []protocol.Candidate
		end   bool
		room  int
		sizes []int
		ended bool
	}{
		"nothing found, nothing written":   {nil, true, 32, nil, false},
		"[P3] 20 to a batch":               {many, true, 32, []int{20, 20, 5}, true},
		"more may come":                    {many, false, 32, []int{20, 20, 5}, false},
		"[D8] no more than there are":      {many, true, 2, []int{20, 20}, false},
		"[P3] 4 044 bytes to a batch":      {long, true, 32, []int{5, 7, 4, 4}, true},
		"[P3] one over the limit left out": {broken, true, 32, []int{1}, true},
	} {
		t.Run(name, func(t *testing.T) {
			payloads := encodeBatches(c.in, c.end, c.room)
			total, ended := 0, false
			var sizes []int
			for _, p := range payloads {
				b, err := protocol.ParseBatch(p)
				if err != nil {
					t.Fatal(err)
				}
				sizes = append(sizes, len(b.Candidates))
				total += len(b.Candidates)
				ended = b.End
			}
			want := 0
			for _, n := range c.sizes {
				want += n
			}
			if total != want || ended != c.ended || len(payloads) > c.room {
				t.Errorf("batches of %v, ended %v; want %v, %v", sizes, ended, c.sizes, c.ended)
			}
		})
	}
}

// Candidates that are found after the description was written are written in batches, which go with the link when
// the channel is open.
func TestLateCandidates(t *testing.T) {
	store := &signalingtest.Memory{}
	pair := signaling.Fields{"state": "paired"}
	write := signaling.Write{Op: signaling.Create, Path: "rooms/room", Fields: pair}
	if err := store.Commit(t.Context(), write); err != nil {
		t.Fatal(err)
	}
	transport, err := newTransport(Options{}, serverList{})
	if err != nil {
		t.Fatal(err)
	}
	defer transport.close()
	d := newDialer(Services{Store: store, UID: "caller"}, nil)
	mine, err := d.newTicket()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := d.newTicket()
	if err != nil {
		t.Fatal(err)
	}
	seal := mine.sealing("room", theirs.Key)
	a := d.newAttempt(signaling.PairRoom(store, "room"), transport, protocol.Caller, seal)
	for _, found := range []int{25, 3} {
		for i := range found {
			transport.later = append(transport.later, protocol.Candidate{Candidate: fmt.Sprint("candidate:", i)})
		}
		a.send(t.Context())
	}
	a.watching.Wait()
	if n := store.Count(signaling.Create); n != 4 {
		t.Errorf("[D8] %d documents, want the link and 3 batches", n)
	}
	a.cleanUp(t.Context())
	if left := store.Paths(); len(left) != 0 {
		t.Errorf("[D11] left behind: %v", left)
	}
}
