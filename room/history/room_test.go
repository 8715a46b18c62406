package history

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
)

var start = time.UnixMilli(1790000000000)

// person is a member with a history and a chain of their own.
type person struct {
	t   *testing.T
	key ed25519.PrivateKey
	id  protocol.Identity
	h   *History
	w   *Writer
}

// said is an event that somebody wrote.
type said struct {
	e  protocol.Event
	id protocol.EventID
}

func newPerson(t *testing.T, seed byte) *person {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	random := rand.NewChaCha8(sha256.Sum256([]byte{seed}))
	return &person{t: t, key: key, id: protocol.IdentityOf(key), w: NewWriter(key, random)}
}

// newRoom gives the founder and n people who were let in, all with the same events.
func newRoom(t *testing.T, n int) []*person {
	t.Helper()
	settings := protocol.RoomSettings{Invite: protocol.InviteAll, History: protocol.HistoryAll}
	return newRoomWith(t, n, settings)
}

func newRoomWith(t *testing.T, n int, settings protocol.RoomSettings) []*person {
	t.Helper()
	founder := newPerson(t, 1)
	h, root, err := founder.w.Begin(settings, start)
	if err != nil {
		t.Fatal(err)
	}
	founder.h = h
	people := []*person{founder}
	for i := range n {
		p := newPerson(t, byte(2+i))
		founder.admit(p)
		if p.h, err = New(root, h.Root(), start); err != nil {
			t.Fatal(err)
		}
		people = append(people, p)
	}
	meet(t, people...)
	return people
}

func (p *person) write(kind protocol.EventKind, body interface{ Encode() ([]byte, error) }) said {
	p.t.Helper()
	encoded, err := body.Encode()
	if err != nil {
		p.t.Fatal(err)
	}
	e, id, _, err := p.w.Append(p.h, kind, encoded, start)
	if err != nil {
		p.t.Fatal(err)
	}
	return said{e, id}
}

func (p *person) say(text string) said {
	p.t.Helper()
	return p.write(protocol.EventText, protocol.Said{Text: text})
}

func (p *person) admit(other *person) said {
	p.t.Helper()
	return p.write(protocol.EventAdmission, protocol.Admission{Member: other.id})
}

func (p *person) remove(other *person) said {
	p.t.Helper()
	return p.write(protocol.EventRemoval, p.h.Removal(other.id))
}

// forge signs whatever header there is, without asking the rules of the room.
func (p *person) forge(h protocol.EventHeader, body string) said {
	p.t.Helper()
	e, id, err := protocol.SignEvent(p.h.Root(), h, []byte(body), p.key)
	if err != nil {
		p.t.Fatal(err)
	}
	return said{e, id}
}

// header is that of the next honest event of a person.
func (p *person) header() protocol.EventHeader {
	p.t.Helper()
	h := protocol.EventHeader{Kind: protocol.EventText, Chain: p.w.chain, N: p.w.n + 1, Time: millis(start)}
	parents, err := p.w.place(p.h, &h)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, n := range parents {
		h.Lamport = max(h.Lamport, n.event.Lamport+1)
		if n.id != h.Previous {
			h.Seen = append(h.Seen, n.id)
		}
	}
	slices.SortFunc(h.Seen, protocol.EventID.Compare)
	return h
}

func (p *person) take(one said) Change {
	p.t.Helper()
	c, err := p.h.Add(one.e, one.id, start)
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// refuses wants a refusal by a rule that names the author.
func (p *person) refuses(one said, rule string) {
	p.t.Helper()
	_, err := p.h.Add(one.e, one.id, start)
	fault, ok := errors.AsType[*protocol.FaultError](err)
	if !ok || fault.Err.Rule != rule || fault.Author != one.e.Author {
		p.t.Errorf("got %v, want a fault against %s", err, rule)
	}
	if p.h.Has(one.id) {
		p.t.Error("refused, and taken")
	}
}

// meet brings all to the same, by summaries.
func meet(t *testing.T, people ...*person) {
	t.Helper()
	for range 10 {
		same := true
		for _, a := range people {
			for _, b := range people {
				for _, id := range a.h.Lacking(b.h.Summary()) {
					e, _ := a.h.Give(id, b.id)
					b.h.Add(e, id, start)
				}
				same = same && a.h.Digest() == b.h.Digest()
			}
		}
		if same {
			return
		}
	}
	t.Fatal("they do not come to the same")
}

// order is what counts of what somebody has, in the order of all.
func (p *person) order() []protocol.EventID {
	var nodes []*node
	for _, n := range p.h.nodes {
		if p.h.Says(n.id) {
			nodes = append(nodes, n)
		}
	}
	slices.SortFunc(nodes, (*node).compare)
	ids := make([]protocol.EventID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.id
	}
	return ids
}

func (p *person) agrees(other *person) {
	p.t.Helper()
	if !slices.Equal(p.order(), other.order()) {
		p.t.Errorf("%d and %d events that count, or in another order", len(p.order()), len(other.order()))
	}
}
