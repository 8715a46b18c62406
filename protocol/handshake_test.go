package protocol

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"reflect"
	"testing"
)

func TestFingerprint(t *testing.T) {
	eachVector(t, "fingerprint.json", func(t *testing.T, c vectorCase) {
		got, err := FingerprintOf(c.Input)
		checkParse(t, c, err)
		if err == nil && hex.EncodeToString(got[:]) != c.Hex {
			t.Errorf("got %x, want %s", got, c.Hex)
		}
	})
}

// proving is a link whose two sides have seen the same, with both proofs.
type proving struct {
	exchange           Exchange
	callerKey          ed25519.PrivateKey
	ofCaller, ofCallee Proof
}

func newProving(tb testing.TB) proving {
	tb.Helper()
	random := func() (v [32]byte) {
		_, _ = rand.Read(v[:])
		return v
	}
	_, caller, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	_, callee, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	nonce := Nonce(random())
	e := Exchange{
		Suite: SuiteRoom, Room: "AAAAAAAAAAAAAAAAAAAAAAAAAAA", Link: "BBBBBBBBBBBBBBBBBBBBBBBBBBA",
		CallerKey: random(), CalleeKey: random(), CallerFingerprint: random(), CalleeFingerprint: random(),
		Commitment: Commit(IdentityOf(caller), nonce), CalleeIdentity: IdentityOf(callee), CalleeNonce: random(),
	}
	t := e.Transcript()
	return proving{
		exchange: e, callerKey: caller,
		ofCaller: Proof{Reveals: true, Identity: IdentityOf(caller), Nonce: nonce, Signature: t.Sign(Caller, caller)},
		ofCallee: Proof{Signature: t.Sign(Callee, callee)},
	}
}

func (p proving) verify() (ofCaller, ofCallee error) {
	t := p.exchange.Transcript()
	return t.VerifyCaller(p.exchange.Commitment, p.ofCaller), t.VerifyCallee(p.exchange.CalleeIdentity, p.ofCallee)
}

// [H5] Proofs of what both have seen hold.
func TestProofs(t *testing.T) {
	if ofCaller, ofCallee := newProving(t).verify(); ofCaller != nil || ofCallee != nil {
		t.Errorf("caller: %v, callee: %v", ofCaller, ofCallee)
	}
}

// [H4][H6] If the two have seen different things in any one point, neither proof holds.
func TestProofsOfAnotherExchange(t *testing.T) {
	e := reflect.TypeFor[Exchange]()
	for i := range e.NumField() {
		t.Run(e.Field(i).Name, func(t *testing.T) {
			p := newProving(t)
			other := newProving(t).exchange
			other.Suite, other.Room, other.Link = SuitePair, "CCCCCCCCCCCCCCCCCCCCCCCCCCA", ""
			reflect.ValueOf(&p.exchange).Elem().Field(i).Set(reflect.ValueOf(other).Field(i))
			ofCaller, ofCallee := p.verify()
			if !errors.Is(ofCaller, ErrNotProved) || !errors.Is(ofCallee, ErrNotProved) {
				t.Errorf("caller: %v, callee: %v", ofCaller, ofCallee)
			}
		})
	}
}

// [H5][H6] A caller that reveals what it did not commit to, one side's proof as the other's, and each other mixture.
func TestProofsMixedUp(t *testing.T) {
	other := newProving(t)
	for name, mix := range map[string]func(*proving){
		"identity":          func(p *proving) { p.ofCaller.Identity = other.ofCaller.Identity },
		"nonce":             func(p *proving) { p.ofCaller.Nonce = other.ofCaller.Nonce },
		"signature":         func(p *proving) { p.ofCaller.Signature = other.ofCaller.Signature },
		"nothing revealed":  func(p *proving) { p.ofCaller.Reveals = false },
		"the callee's own":  func(p *proving) { p.ofCaller.Signature = p.ofCallee.Signature },
		"another exchange":  func(p *proving) { p.ofCaller = other.ofCaller },
		"signed as callee":  func(p *proving) { p.ofCaller.Signature = p.exchange.Transcript().Sign(Callee, p.callerKey) },
		"no signature":      func(p *proving) { p.ofCaller.Signature = Signature{} },
		"a key of no order": func(p *proving) { p.ofCaller.Identity = Identity{1} },
	} {
		t.Run(name, func(t *testing.T) {
			p := newProving(t)
			mix(&p)
			if ofCaller, ofCallee := p.verify(); !errors.Is(ofCaller, ErrNotProved) || ofCallee != nil {
				t.Errorf("caller: %v, callee: %v", ofCaller, ofCallee)
			}
		})
	}
	p := newProving(t)
	p.ofCallee.Reveals = true
	if _, ofCallee := p.verify(); !errors.Is(ofCallee, ErrNotProved) {
		t.Errorf("a callee that reveals: %v", ofCallee)
	}
	p = newProving(t)
	p.ofCallee.Signature = p.ofCaller.Signature // a mirror
	if _, ofCallee := p.verify(); !errors.Is(ofCallee, ErrNotProved) {
		t.Errorf("the caller's own proof: %v", ofCallee)
	}
}

// [H5] Whichever bit of a signature is changed, it does not hold.
func TestProofWithAnyBitChanged(t *testing.T) {
	p := newProving(t)
	for bit := range signatureBytes * 8 {
		changed := p
		changed.ofCaller.Signature[bit/8] ^= 1 << (bit % 8)
		changed.ofCallee.Signature[bit/8] ^= 1 << (bit % 8)
		if ofCaller, ofCallee := changed.verify(); ofCaller == nil || ofCallee == nil {
			t.Fatalf("bit %d: caller %v, callee %v", bit, ofCaller, ofCallee)
		}
	}
}

// [H7] Each of 64 signs stands for itself.
func TestSafetySigns(t *testing.T) {
	seen := map[string]bool{}
	for i := range 4000 {
		nonce := Nonce{byte(i), byte(i >> 8)}
		for _, s := range (Transcript{}).SafetyEmoji(Identity{}, nonce) {
			if s.Sign == "" || s.Name == "" {
				t.Fatalf("a sign without a picture or name: %+v", s)
			}
			seen[s.Sign+s.Name] = true
		}
	}
	if len(seen) != 1<<signBits {
		t.Errorf("%d signs, want 64", len(seen))
	}
}

// [H8] A safety number is the same from both sides, and another for others.
func TestSafetyNumber(t *testing.T) {
	a, b, c := Identity{1}, Identity{2}, Identity{3}
	if SafetyNumber(a, b) != SafetyNumber(b, a) {
		t.Error("it depends on the side")
	}
	if SafetyNumber(a, b) == SafetyNumber(a, c) || len(SafetyNumber(a, b)) != 12*5+11 {
		t.Errorf("%q, %q", SafetyNumber(a, b), SafetyNumber(a, c))
	}
}
