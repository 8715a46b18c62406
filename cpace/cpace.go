package cpace

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/gtank/ristretto255"
)

// The draft's names for the group, its hash and the key confirmation.
const (
	domain    = "CPaceRistretto255"
	domainISK = domain + "_ISK"
	domainMAC = "CPaceMac"
)

// uniformBytes are what a group element or a scalar is derived from.
const uniformBytes = 64

// ErrShare is returned for a share that no honest peer sends: not a group element, or the identity (SPEC N4).
var ErrShare = errors.New("cpace: [N4] not a share")

// lvCat is the draft's lv_cat: each part after its length, as LEB128.
func lvCat(parts ...[]byte) []byte {
	var out []byte
	for _, part := range parts {
		out = append(binary.AppendUvarint(out, uint64(len(part))), part...)
	}
	return out
}

// generatorString is the draft's generator_string: the zeros fill the hash's first block, so that its time says nothing
// about the password.
func generatorString(password, ci, sid []byte) []byte {
	used := 1 + len(lvCat([]byte(domain))) + len(lvCat(password))
	zeros := make([]byte, max(0, sha512.BlockSize-used))
	return lvCat([]byte(domain), password, zeros, ci, sid)
}

// generator is the draft's calculate_generator.
func generator(password, ci, sid []byte) *ristretto255.Element {
	uniform := sha512.Sum512(generatorString(password, ci, sid))
	g, err := ristretto255.NewIdentityElement().SetUniformBytes(uniform[:])
	if err != nil {
		panic("cpace: derive an element: " + err.Error()) // SHA-512 has the 64 bytes that it takes
	}
	return g
}

func newScalar(random io.Reader) (*ristretto255.Scalar, error) {
	var uniform [uniformBytes]byte
	if _, err := io.ReadFull(random, uniform[:]); err != nil {
		return nil, fmt.Errorf("cpace: scalar: %w", err)
	}
	defer clear(uniform[:])
	return ristretto255.NewScalar().SetUniformBytes(uniform[:])
}

// multiplyVerified is the draft's scalar_mult_vfy: the secret point of a scalar and the other's share.
func multiplyVerified(scalar *ristretto255.Scalar, share []byte) ([]byte, error) {
	element, err := ristretto255.NewIdentityElement().SetCanonicalBytes(share)
	if err != nil {
		return nil, ErrShare
	}
	identity := ristretto255.NewIdentityElement()
	if element.ScalarMult(scalar, element).Equal(identity) == 1 {
		return nil, ErrShare
	}
	return element.Bytes(), nil
}

// sessionKey is the draft's ISK for an initiator a and a responder b.
func sessionKey(sid, point, shareA, adA, shareB, adB []byte) []byte {
	transcript := append(lvCat(shareA, adA), lvCat(shareB, adB)...)
	isk := sha512.Sum512(append(lvCat([]byte(domainISK), sid, point), transcript...))
	return isk[:]
}

// tagOf confirms that whoever sent share and ad has the session key.
func tagOf(sid, isk, share, ad []byte) []byte {
	hash := sha512.New()
	hash.Write([]byte(domainMAC))
	hash.Write(sid)
	hash.Write(isk)
	mac := hmac.New(sha512.New, hash.Sum(nil))
	mac.Write(lvCat(share, ad))
	return mac.Sum(nil)
}
