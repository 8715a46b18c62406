package membertest

import (
	"crypto/ed25519"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/history"
)

// Key is a new identity's.
func (w *World) Key() ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = w.secret.Read(seed) // it never fails
	return ed25519.NewKeyFromSeed(seed)
}

// neighbour is one of them.
func (v *villain) neighbour() *Person {
	others := v.linkedTo()
	return others[v.world.random.IntN(len(others))]
}

// flood says more than anybody can read, and what nobody can put in its place.
func (v *villain) flood() {
	if v.flooded {
		return
	}
	v.flooded = true
	v.play.report.Floods++
	to := v.neighbour()
	for i := range history.MaxAtOnce * 3 / 2 {
		e, _, ok := v.last()
		if !ok {
			return
		}
		if i%50 > 0 {
			v.Inject(to, protocol.OverlayFrame{Kind: protocol.KindGossip, Hops: []int{1}, Event: e.Encode()})
		}
	}
}

// ask asks for more than there is, more often than one may.
func (v *villain) ask() {
	v.play.report.Floods++
	to := v.neighbour()
	for range 60 {
		v.Inject(to, protocol.RoomHave{Digest: protocol.Digest(v.bytes())})
		v.Inject(to, protocol.RoomSummary{})
		v.Inject(to, protocol.RoomWant{IDs: []protocol.EventID{v.bytes(), v.shadow.Root()}})
		v.Inject(to, protocol.RoomTyping{})
	}
}

// bytes are any.
func (v *villain) bytes() (any32 [32]byte) {
	_, _ = v.world.secret.Read(any32[:]) // it never fails
	return any32
}

// lie says what is not so: of what is here, of a new code, of what came.
func (v *villain) lie() {
	v.play.report.Lies++
	to := v.neighbour()
	chain, n := to.Member.Chain()
	for _, f := range []protocol.RoomFrame{
		protocol.RoomSummary{Chains: []protocol.ChainSummary{
			{Author: to.ID, Chain: chain, Digest: v.bytes(), Tips: []protocol.ChainTip{{N: n + 100, ID: v.bytes()}}},
			{Author: v.bytes(), Digest: v.bytes(), Tips: []protocol.ChainTip{{N: 1 << 50, ID: v.bytes()}}},
		}},
		protocol.RoomEpoch{Epoch: to.Member.Epoch() + 1, Code: v.secret()},
		protocol.RoomEpoch{Epoch: 1 << 50, Code: v.secret()},
		protocol.RoomGot{Chain: chain, N: n + 1000, Read: n + 1000},
		protocol.RoomSummary{More: true},
	} {
		v.Inject(to, f)
	}
	if v.world.random.IntN(4) == 0 {
		v.hangUp(to, protocol.ByRemoved)
	}
}

// invent says that people are here who are not, and calls in the name of others.
func (v *villain) invent() {
	v.play.report.Lies++
	to := v.neighbour()
	for i := range 20 {
		key := v.world.Key()
		p := protocol.Presence{Member: protocol.IdentityOf(key), Counter: uint64(i + 1), Stay: protocol.Stay(i % 3)}
		v.Inject(to, protocol.OverlayFrame{
			Kind: protocol.KindGossip, Hops: []int{1}, Presence: p.Sign(key, v.shadow.Root()),
		})
		v.Inject(to, protocol.OverlayFrame{Kind: protocol.KindForwardJoin, From: p.Member, Left: i % 8})
		v.Inject(to, protocol.OverlayFrame{
			Kind: protocol.KindIntroduce, From: p.Member, To: to.ID, Left: i % 8, Step: protocol.StepOffer,
			Link: v.world.newLink(), Sealed: []byte{1},
		})
	}
}

// pretend says what is not signed well: that somebody leaves.
func (v *villain) pretend() {
	v.play.report.Lies++
	p := protocol.Presence{Member: v.play.anybody().ID, Counter: 1 << 52, Stay: protocol.StayLeaving}
	raw := p.Sign(v.private, v.shadow.Root())
	v.Inject(v.neighbour(), protocol.OverlayFrame{Kind: protocol.KindGossip, Hops: []int{1}, Presence: raw})
}

// secret is any code.
func (v *villain) secret() (code protocol.RoomSecret) {
	_, _ = v.world.secret.Read(code[:]) // it never fails
	return code
}
