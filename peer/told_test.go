package peer_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
	"github.com/parley-chat/parley/signaling/signalingtest"
)

// told keeps all that members of one room write for each other, and opens it with the room's secret.
type told struct {
	mu       sync.Mutex
	secret   protocol.RoomSecret                  // guarded by mu
	links    map[protocol.RoomID]signaling.Fields // guarded by mu, as they were created
	contents []string                             // guarded by mu: descriptions, and candidates one by one
	faults   []error                              // guarded by mu
}

// writes is a fault of a store that never fails anything.
func (k *told) writes(w signaling.Write) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	parts := strings.Split(w.Path, "/")
	if len(parts) < 4 || parts[2] != "links" || w.Op == signaling.Delete {
		return nil
	}
	id := protocol.RoomID(parts[3])
	if w.Op == signaling.Create && len(parts) == 4 {
		k.links[id] = w.Fields
	}
	link := k.links[id]
	caller, callee := protocol.Key(link["callerKey"].([]byte)), protocol.Key(link["calleeKey"].([]byte))
	at := protocol.Place{Room: k.secret.RoomID(), Link: id, From: caller, To: callee}
	back := protocol.Place{Room: at.Room, Link: id, From: callee, To: caller}
	if offer, ok := w.Fields["offer"].([]byte); ok {
		at.Kind = protocol.KindOffer
		k.open(at, offer)
	}
	if answer, ok := w.Fields["answer"].([]byte); ok {
		back.Kind = protocol.KindAnswer
		k.open(back, answer)
	}
	if batch, ok := w.Fields["batch"].([]byte); ok {
		if parts[4] == "calleeCandidates" {
			at = back
		}
		at.Kind = protocol.KindBatch
		_, err := fmt.Sscan(parts[5], &at.Number)
		k.fault(err)
		k.open(at, batch)
	}
	return nil
}

// open notes what a payload holds. mu is held.
func (k *told) open(at protocol.Place, payload []byte) {
	content, err := protocol.NewRoomSealer(k.secret, nil).Open(at, payload)
	k.fault(err)
	switch at.Kind {
	case protocol.KindOffer:
		offer, err := protocol.ParseOffer(content)
		k.fault(err)
		k.contents = append(k.contents, offer.SDP)
	case protocol.KindAnswer:
		answer, err := protocol.ParseAnswer(content)
		k.fault(err)
		k.contents = append(k.contents, answer.SDP)
	case protocol.KindBatch:
		batch, err := protocol.ParseBatch(content)
		k.fault(err)
		for _, c := range batch.Candidates {
			k.contents = append(k.contents, "a="+c.Candidate)
		}
	default:
	}
}

func (k *told) fault(err error) {
	if err != nil {
		k.faults = append(k.faults, err)
	}
}

// check fails if anything names a place that is not relay's, and gives the candidates that were seen.
func (k *told) check(t *testing.T, relay string) (candidates []string) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, err := range k.faults {
		t.Error(err)
	}
	for line := range strings.Lines(strings.Join(k.contents, "\n")) {
		line = strings.TrimSpace(line)
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "a=candidate:"):
			candidates = append(candidates, line)
			// foundation, component, transport, priority, address, port, "typ", type, "raddr", address, "rport", port
			if len(words) < 12 || words[4] != relay || words[7] != "relay" {
				t.Errorf("no candidate of the relay: %s", line)
			} else if !slices.Equal(words[8:12], []string{"raddr", "0.0.0.0", "rport", "9"}) {
				t.Errorf("it says from where the relay is reached: %s", line)
			}
		case strings.HasPrefix(line, "c="), strings.HasPrefix(line, "o="):
			if words[len(words)-1] != "0.0.0.0" {
				t.Errorf("an address: %s", line)
			}
		}
	}
	return candidates
}

// keep opens what is written in the room of secret from now on.
func (k *told) keep(store *signalingtest.Memory, secret protocol.RoomSecret) {
	k.mu.Lock()
	k.secret, k.links = secret, map[protocol.RoomID]signaling.Fields{}
	k.mu.Unlock()
	store.SetFault(k.writes)
}

// goes notes who sends packets to whom.
type goes struct {
	mu    sync.Mutex
	ways  map[[2]string]int // guarded by mu
	relay string
}

func (g *goes) packet(from, to string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ways[[2]string{from, to}]++
}

// check fails if a packet went anywhere but to the relay, or came from anywhere else.
func (g *goes) check(t *testing.T) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.ways) == 0 {
		t.Error("no packets at all")
	}
	for way, n := range g.ways {
		if way[0] != g.relay && way[1] != g.relay {
			t.Errorf("%d packets from %s to %s, the relay is %s", n, way[0], way[1], g.relay)
		}
	}
}
