package membertest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"

	"github.com/parley-chat/parley/protocol"
)

// scatter sends an event to some neighbours, as something new or as an answer.
func (v *villain) scatter(data []byte, copies int) {
	others := v.linkedTo()
	for range copies {
		var f protocol.RoomFrame = protocol.OverlayFrame{Kind: protocol.KindGossip, Hops: []int{1}, Event: data}
		if v.world.random.IntN(2) == 0 {
			f = protocol.RoomEvents{Events: [][]byte{data}}
		}
		v.Inject(others[v.world.random.IntN(len(others))], f)
	}
}

// last is an event of the villain's own, taken by honest people or not; false if there is none.
func (v *villain) last() (protocol.Event, protocol.EventID, bool) {
	e, id, _, err := v.writer.Append(v.shadow, protocol.EventText, []byte(`{"text":"evil"}`), v.world.now)
	return e, id, err == nil
}

// sign makes any header an event, also what honest code refuses to sign.
func (v *villain) sign(h protocol.EventHeader, body string, key ed25519.PrivateKey) []byte {
	h.Author, h.BodyHash = protocol.IdentityOf(key), sha256.Sum256([]byte(body))
	h.BodySize = uint32(len(body)) //nolint:gosec // a few bytes too many at most
	id := h.ID(v.shadow.Root())
	signature := ed25519.Sign(key, append([]byte("parley/v1/event/signed"), id[:]...))
	e := protocol.Event{EventHeader: h, Signature: protocol.Signature(signature), Body: []byte(body)}
	return e.Encode()
}

// fork says two things in one place, each to others.
func (v *villain) fork() {
	e, _, ok := v.last()
	if !ok {
		return
	}
	v.scatter(e.Encode(), 3)
	v.scatter(v.sign(e.EventHeader, fmt.Sprintf(`{"text":"fork %d"}`, v.play.report.Forgeries), v.private), 3)
}

// forge says something in somebody else's name, or changes what they said.
func (v *villain) forge() {
	ids := v.shadow.Events()
	e, _ := v.shadow.Event(ids[v.world.random.IntN(len(ids))])
	data := e.Encode()
	switch v.world.random.IntN(3) {
	case 0:
		data[v.world.random.IntN(len(data))] ^= 1 << v.world.random.IntN(8)
	case 1:
		e.Signature[0]++
		data = e.Encode()
	case 2:
		e.Body = bytes.ToUpper(e.Body)
		data = e.Encode()
	}
	v.scatter(data, 1)
}

// misplace claims another place in the order, in the chain, or in time.
func (v *villain) misplace() {
	e, id, ok := v.last()
	if !ok {
		return
	}
	h := e.EventHeader
	h.Previous, h.N, h.Lamport, h.Seen = id, h.N+1, h.Lamport+1, nil
	switch v.world.random.IntN(6) {
	case 0:
		h.Lamport += 1000
	case 1:
		h.Lamport = 2
	case 2:
		h.N++
	case 3:
		h.Time = 1<<53 - 1
	case 4:
		h.Time = 0
	case 5:
		h.Seen = []protocol.EventID{v.shadow.Root(), {255}}
	}
	v.scatter(e.Encode(), 2)
	v.scatter(v.sign(h, `{"text":"misplaced"}`, v.private), 3)
}

// oversize sends more than there may be, and as much as there may be.
func (v *villain) oversize() {
	if e, _, ok := v.last(); ok {
		v.scatter(v.sign(e.EventHeader, string(make([]byte, protocol.MaxEventBody)), v.private), 2)
		v.scatter(v.sign(e.EventHeader, string(make([]byte, protocol.MaxEventBody+1)), v.private), 1)
	}
}

// stubs tells that there is something, and does not say what.
func (v *villain) stubs() {
	if e, _, ok := v.last(); ok {
		stub := e.Stub()
		v.scatter(stub.Encode(), 3)
	}
}

// replay says again what was said.
func (v *villain) replay() {
	ids := v.shadow.Events()
	for range 20 {
		e, _ := v.shadow.Event(ids[v.world.random.IntN(len(ids))])
		v.scatter(e.Encode(), 1)
	}
}

// intrude speaks as somebody who was never let in.
func (v *villain) intrude() {
	stranger := v.world.Key()
	h := protocol.EventHeader{
		Kind: protocol.EventText, Chain: protocol.ChainID{1}, N: 1, Lamport: 2,
		Seen: []protocol.EventID{v.shadow.Root()},
	}
	v.scatter(v.sign(h, `{"text":"I was never let in"}`, stranger), 3)
	h.Seen = []protocol.EventID{{1}, {2}}
	v.scatter(v.sign(h, `{"text":"nor ever will be"}`, stranger), 3)
}

// sneakIn lets in somebody who is the villain again, once they were removed.
func (v *villain) sneakIn() {
	if v.removal == (protocol.EventID{}) {
		return
	}
	puppet := protocol.IdentityOf(v.world.Key())
	v.puppets = append(v.puppets, puppet)
	body, _ := protocol.Admission{Member: puppet, Name: "a friend"}.Encode()
	if e, _, _, err := v.writer.Append(v.shadow, protocol.EventAdmission, body, v.world.now); err == nil {
		v.scatter(e.Encode(), 3)
	}
}
