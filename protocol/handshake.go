package protocol

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
)

// ErrNotProved is returned for a proof that does not hold (SPEC H6): somebody stands between, or the other is not who
// it says.
var ErrNotProved = errors.New("protocol: [H6] the proof does not hold")

const (
	commitmentLabel  = "parley/v1/commitment"
	transcriptLabel  = "parley/v1/transcript"
	callerProofLabel = "parley/v1/proof/caller"
	calleeProofLabel = "parley/v1/proof/callee"
)

// Commit makes the caller's commitment (SPEC H3). While the nonce is secret it tells nothing of the identity.
func Commit(caller Identity, n Nonce) Commitment {
	return sum(commitmentLabel, caller[:], n[:])
}

// Exchange is what a link's offer and answer have told, as one side has seen it (SPEC H4).
type Exchange struct {
	Suite                                Suite
	Room, Link                           RoomID // Link is empty in a pair room
	CallerKey, CalleeKey                 Key
	CallerFingerprint, CalleeFingerprint Fingerprint
	Commitment                           Commitment
	CalleeIdentity                       Identity
	CalleeNonce                          Nonce
}

// Transcript is the same on both sides if both have seen the same.
func (e Exchange) Transcript() Transcript {
	return sum(
		transcriptLabel, []byte{versionSealed, byte(e.Suite)}, idBytes(e.Room), idBytes(e.Link),
		e.CallerKey[:], e.CalleeKey[:], e.CallerFingerprint[:], e.CalleeFingerprint[:],
		e.Commitment[:], e.CalleeIdentity[:], e.CalleeNonce[:],
	)
}

// Proof is the first frame of each side (SPEC H5).
type Proof struct {
	// Reveals is true in the caller's: Identity and Nonce are what it committed to.
	Reveals   bool
	Identity  Identity
	Nonce     Nonce
	Signature Signature
}

// Sign makes the callee's proof, or the signature of the caller's.
func (t Transcript) Sign(role Role, private ed25519.PrivateKey) Signature {
	return Signature(ed25519.Sign(private, t.signed(role)))
}

// VerifyCaller checks a caller's proof against its commitment; [ErrNotProved] if it does not hold.
func (t Transcript) VerifyCaller(c Commitment, p Proof) error {
	if !p.Reveals || Commit(p.Identity, p.Nonce) != c {
		return ErrNotProved
	}
	return t.verify(Caller, p.Identity, p.Signature)
}

// VerifyCallee checks a callee's proof against the identity of its answer; [ErrNotProved] if it does not hold.
func (t Transcript) VerifyCallee(callee Identity, p Proof) error {
	if p.Reveals {
		return ErrNotProved
	}
	return t.verify(Callee, callee, p.Signature)
}

func (t Transcript) verify(role Role, id Identity, s Signature) error {
	if !id.signed(t.signed(role), s) {
		return ErrNotProved
	}
	return nil
}

func (t Transcript) signed(role Role) []byte {
	label := callerProofLabel
	if role == Callee {
		label = calleeProofLabel
	}
	return append([]byte(label), t[:]...)
}

// sum is SHA-256 of a label and parts of fixed length, or that tell their length.
func sum(label string, parts ...[]byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(label))
	for _, p := range parts {
		h.Write(p)
	}
	return [sha256.Size]byte(h.Sum(nil))
}
