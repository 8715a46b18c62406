package simulation

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

// villain is a member who does what they like with what they have: their own key, and all that they have heard.
type villain struct {
	*member

	stranger bool // was never let in
	removed  bool
	flooded  bool      // once is enough
	puppets  []*member // whom they let in after they were removed
}

func (w *world) newVillain() *villain {
	return &villain{member: w.newMember(), stranger: w.random.IntN(6) == 0}
}

// act does one evil thing.
func (v *villain) act() {
	if v.stranger {
		v.intrude()
		return
	}
	if v.history == nil {
		return
	}
	v.world.report.Forgeries++
	if to := v.world.somebody(v.member); to != nil && !v.away { // to be taken seriously, what came before has to be known
		v.world.exchange(v.member, to)
	}
	acts := []func(){v.fork, v.forge, v.misplace, v.oversize, v.flood, v.withhold, v.replay}
	if v.removed {
		acts = append(acts, v.goOn, v.goOn, v.goOn, v.sneakIn, v.sneakIn, v.sneakIn)
	}
	acts[v.world.random.IntN(len(acts))]()
}

// scatter sends bytes to some people.
func (v *villain) scatter(data []byte, copies int) {
	for range copies {
		if to := v.world.somebody(v.member); to != nil {
			v.world.send(letter{from: v.member, to: to, event: data, asked: v.world.random.IntN(2) == 0})
		}
	}
}

// last is an event of the villain's own, taken by honest people or not; false if there is none.
func (v *villain) last() (protocol.Event, protocol.EventID, bool) {
	e, id, c, err := v.writer.Append(v.history, protocol.EventText, []byte(`{"text":"evil"}`), v.world.now)
	if err != nil {
		return e, id, false
	}
	v.see.Apply(c)
	return e, id, true
}

// sign makes any header an event.
func (v *villain) sign(h protocol.EventHeader, body string) []byte {
	return signed(v.world.root, h, []byte(body), v.key)
}

// signed makes any header an event, also what honest code refuses to sign.
func signed(root protocol.EventID, h protocol.EventHeader, body []byte, key ed25519.PrivateKey) []byte {
	h.Author, h.BodyHash = protocol.IdentityOf(key), sha256.Sum256(body)
	h.BodySize = uint32(len(body)) //nolint:gosec // a few bytes too many at most
	id := h.ID(root)
	signature := ed25519.Sign(key, append([]byte("parley/v1/event/signed"), id[:]...))
	e := protocol.Event{EventHeader: h, Signature: protocol.Signature(signature), Body: body}
	return e.Encode()
}

// fork says two things in one place, each to others.
func (v *villain) fork() {
	e, _, ok := v.last()
	if !ok {
		return
	}
	v.scatter(e.Encode(), 3)
	v.scatter(v.sign(e.EventHeader, fmt.Sprintf(`{"text":"fork %d"}`, v.world.report.Forgeries)), 3)
}

// forge says something in somebody else's name, or changes what they said.
func (v *villain) forge() {
	ids := v.history.Events()
	e, _ := v.history.Event(ids[v.world.random.IntN(len(ids))])
	data := e.Encode()
	data[v.world.random.IntN(len(data))] ^= 1 << v.world.random.IntN(8)
	v.scatter(data, 3)
	e.Signature[0]++
	v.scatter(e.Encode(), 2)
	if e.Body != nil {
		e.Signature[0]--
		e.Body = bytes.ToUpper(e.Body)
		v.scatter(e.Encode(), 2)
	}
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
		h.Seen = []protocol.EventID{v.world.root, {1}}
	}
	v.scatter(e.Encode(), 2)
	v.scatter(v.sign(h, `{"text":"misplaced"}`), 3)
}

// oversize sends more than there may be, and as much as there may be.
func (v *villain) oversize() {
	v.scatter(make([]byte, protocol.MaxEventBytes+1), 1)
	if e, _, ok := v.last(); ok {
		v.scatter(v.sign(e.EventHeader, string(make([]byte, protocol.MaxEventBody+1))), 1)
		v.scatter(v.sign(e.EventHeader, string(make([]byte, protocol.MaxEventBody))), 2)
	}
}

// flood says more than anybody can read, and what nobody can put in its place.
func (v *villain) flood() {
	to := v.world.somebody(v.member)
	for i := range 2 * history.MaxAtOnce {
		e, _, ok := v.last()
		if !ok || to == nil || v.flooded {
			break
		}
		if i%50 > 0 {
			v.world.send(letter{from: v.member, to: to, event: e.Encode()})
		}
	}
	v.flooded = true
}

// withhold tells that there is something, and does not say what.
func (v *villain) withhold() {
	body, _ := protocol.Admission{Member: protocol.Identity{1}}.Encode()
	if e, _, c, err := v.writer.Append(v.history, protocol.EventAdmission, body, v.world.now); err == nil {
		v.see.Apply(c)
		stub := e.Stub()
		v.scatter(stub.Encode(), 3)
	}
	if e, _, ok := v.last(); ok {
		stub := e.Stub()
		v.scatter(stub.Encode(), 3)
	}
}

// replay says again what was said.
func (v *villain) replay() {
	ids := v.history.Events()
	for range 20 {
		e, _ := v.history.Event(ids[v.world.random.IntN(len(ids))])
		v.scatter(e.Encode(), 1)
	}
}

// intrude is what somebody can do who was never let in.
func (v *villain) intrude() {
	v.world.report.Forgeries++
	h := protocol.EventHeader{
		Kind: protocol.EventText, Chain: protocol.ChainID{1}, N: 1, Lamport: 2,
		Seen: []protocol.EventID{v.world.root},
	}
	v.scatter(v.sign(h, `{"text":"I was never let in"}`), 3)
	h.Kind = protocol.EventAdmission
	body, _ := protocol.Admission{Member: v.id}.Encode()
	v.scatter(v.sign(h, string(body)), 3)
}

// goOn says something as if the removal were unknown, from what was known before it.
func (v *villain) goOn() {
	if v.puppets == nil {
		v.turnBack()
	}
	if e, _, ok := v.last(); ok {
		v.scatter(e.Encode(), 3)
	}
}

// sneakIn lets in somebody who is the villain again, and speaks as them.
func (v *villain) sneakIn() {
	puppet := v.world.newMember()
	if v.puppets == nil {
		v.turnBack()
	}
	v.puppets = append(v.puppets, puppet)
	body, _ := protocol.Admission{Member: puppet.id, Name: "a friend"}.Encode()
	e, _, _, err := v.writer.Append(v.history, protocol.EventAdmission, body, v.world.now)
	if err != nil {
		return
	}
	v.scatter(e.Encode(), 3)
	again, _, _, err := puppet.writer.Append(v.history, protocol.EventText, []byte(`{"text":"me again"}`), v.world.now)
	if err == nil {
		v.scatter(again.Encode(), 3)
	}
}

// turnBack goes back to before the removal: all that was said, without it and what came of it.
func (v *villain) turnBack() {
	v.puppets = []*member{}
	h, err := history.New(v.world.first, v.world.root, v.world.now)
	if err != nil {
		return
	}
	for _, id := range v.history.Events()[1:] {
		e, _ := v.history.Event(id)
		if e.Kind != protocol.EventRemoval {
			_, _ = h.Add(e, id, v.world.now) // what has the removal among its ancestors waits for ever
		}
	}
	v.enter(h)
}
