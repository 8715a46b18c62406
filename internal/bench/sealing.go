package bench

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// maxSealingShare is how much of setup sealing and proving may take.
const maxSealingShare = 0.05

// sealingWork is what sealing and proving cost both sides of one pair, one after the other: keys, offer and answer
// sealed and opened, two batches, both proofs made and checked.
func sealingWork() (time.Duration, error) {
	start := time.Now()
	caller, err := newSide()
	if err != nil {
		return 0, err
	}
	callee, err := newSide()
	if err != nil {
		return 0, err
	}
	const room = "AAAAAAAAAAAAAAAAAAAAAAAAAAA"
	content := []byte(strings.Repeat("a=candidate:", 160)) // about 1.9 kB, as Chromium's offers have
	for _, one := range []struct {
		from, to side
		kind     protocol.PayloadKind
	}{
		{caller, callee, protocol.KindOffer},
		{callee, caller, protocol.KindAnswer},
		{caller, callee, protocol.KindBatch},
		{callee, caller, protocol.KindBatch},
	} {
		at := protocol.Place{Room: room, Kind: one.kind, From: one.from.key, To: one.to.key}
		payload, err := one.from.sealer.Seal(at, content)
		if err != nil {
			return 0, err
		}
		if _, err := one.to.sealer.Open(at, payload); err != nil {
			return 0, err
		}
	}
	exchange := protocol.Exchange{
		Suite: protocol.SuitePair, Room: room, CallerKey: caller.key, CalleeKey: callee.key,
		Commitment: protocol.Commit(caller.identity, protocol.Nonce{}), CalleeIdentity: callee.identity,
	}
	transcript := exchange.Transcript()
	fromCaller := protocol.Proof{
		Reveals: true, Identity: caller.identity, Signature: transcript.Sign(protocol.Caller, caller.device),
	}
	fromCallee := protocol.Proof{Signature: transcript.Sign(protocol.Callee, callee.device)}
	if err := transcript.VerifyCaller(exchange.Commitment, fromCaller); err != nil {
		return 0, err
	}
	if err := transcript.VerifyCallee(callee.identity, fromCallee); err != nil {
		return 0, err
	}
	for range 2 { // each side works them out
		_ = transcript.SafetyEmoji(caller.identity, protocol.Nonce{})
	}
	return time.Since(start), nil
}

// side is what one side of a pair has.
type side struct {
	key      protocol.Key
	sealer   protocol.Sealer
	device   ed25519.PrivateKey
	identity protocol.Identity
}

func newSide() (side, error) {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return side{}, fmt.Errorf("bench: key: %w", err)
	}
	s := side{key: protocol.Key(private.PublicKey().Bytes())}
	if s.sealer, err = protocol.NewPairSealer(private); err != nil {
		return s, err
	}
	_, s.device, err = ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return s, fmt.Errorf("bench: device: %w", err)
	}
	s.identity = protocol.IdentityOf(s.device)
	return s, nil
}
