package protocol

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// versionSealed is payload version 1 (SPEC P1).
const versionSealed = 1

// Suite names how a payload is sealed (SPEC L4). Which one a place takes is fixed, so nobody can choose a weaker one.
type Suite byte

// The suites.
const (
	SuiteRoom Suite = 1 // AES-256-GCM under the key of a link room's secret
	SuitePair Suite = 2 // HPKE (RFC 9180) base mode to the reader's key: X25519, HKDF-SHA256, AES-256-GCM
)

// ErrUnsupportedSuite is returned by Open for a payload of another suite than its place takes (SPEC L4).
var ErrUnsupportedSuite = errors.New("protocol: [L4] unsupported suite")

// ErrNotOpened is returned by Open for a payload that was sealed for another key or place, or was changed (SPEC L5).
var ErrNotOpened = errors.New("protocol: [L5] sealed for another key or place, or changed")

const (
	sealedHeader   = 2 // version and suite
	gcmNonceBytes  = 12
	gcmTagBytes    = 16
	roomOverhead   = sealedHeader + gcmNonceBytes + gcmTagBytes
	pairOverhead   = sealedHeader + keyBytes + gcmTagBytes
	maxOverhead    = pairOverhead + lengthBytes // of either suite, so that what is sealed has one limit
	signalKeyInfo  = "signal-key"
	signalKeyBytes = 32
)

// Sealer seals what one side of a link writes and opens what it reads. It is safe for concurrent use.
type Sealer interface {
	// Seal gives the payload for a place. It fails with a *ParseError of rule L2 for content that is too long there, and
	// with ErrNotOpened for a place where none opens: between a key and itself.
	Seal(at Place, content []byte) ([]byte, error)
	// Open gives the content of a payload that was read at a place. It fails with ErrUnsupportedVersion,
	// ErrUnsupportedSuite, ErrNotOpened, or a *ParseError of rule L2 or P1.
	Open(at Place, payload []byte) ([]byte, error)
}

// limitOf is the largest payload at a place.
func limitOf(at Place) int {
	if at.Kind == KindBatch {
		return MaxBatchBytes
	}
	return MaxDescriptionBytes
}

// checkKeys refuses a mirror: a place between a key and itself (SPEC L3).
func checkKeys(at Place) error {
	if at.From == at.To {
		return ErrNotOpened
	}
	return nil
}

// header checks what is before the sealed bytes, and gives these.
func header(s Suite, at Place, payload []byte) ([]byte, error) {
	switch {
	case len(payload) == 0:
		return nil, parseErrorf("P1", "", "empty")
	case payload[0] != versionSealed:
		return nil, ErrUnsupportedVersion
	}
	if err := checkSize(len(payload), limitOf(at)); err != nil {
		return nil, err
	}
	if Suite(payload[1]) != s {
		return nil, ErrUnsupportedSuite
	}
	return payload[sealedHeader:], checkKeys(at)
}

// roomSealer is SuiteRoom.
type roomSealer struct {
	aead   cipher.AEAD
	random io.Reader
}

// NewRoomSealer seals for whoever has the room's secret. random must be a cryptographic source that is safe for
// concurrent use.
func NewRoomSealer(secret RoomSecret, random io.Reader) Sealer {
	info := string(append([]byte(signalKeyInfo), byte(SuiteRoom)))
	key, err := hkdf.Key(sha256.New, secret[:], []byte(roomCodeSalt), info, signalKeyBytes)
	if err != nil {
		panic("protocol: derive signal key: " + err.Error()) // as in RoomID
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("protocol: AES-256: " + err.Error()) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("protocol: GCM: " + err.Error()) // AES has blocks of 16 bytes
	}
	return &roomSealer{aead: aead, random: random}
}

// Seal implements [Sealer]. It fails also if random does.
func (r *roomSealer) Seal(at Place, content []byte) ([]byte, error) {
	padded, err := pad(content, roomOverhead, limitOf(at))
	if err == nil {
		err = checkKeys(at)
	}
	if err != nil {
		return nil, err
	}
	payload := make([]byte, sealedHeader+gcmNonceBytes, roomOverhead+len(padded))
	payload[0], payload[1] = versionSealed, byte(SuiteRoom)
	nonce := payload[sealedHeader:]
	if _, err := io.ReadFull(r.random, nonce); err != nil {
		return nil, fmt.Errorf("protocol: nonce: %w", err)
	}
	return r.aead.Seal(payload, nonce, padded, at.bytes(SuiteRoom)), nil
}

// Open implements [Sealer].
func (r *roomSealer) Open(at Place, payload []byte) ([]byte, error) {
	sealed, err := header(SuiteRoom, at, payload)
	if err != nil {
		return nil, err
	}
	padded, err := r.aead.Open(nil, sealed[:gcmNonceBytes], sealed[gcmNonceBytes:], at.bytes(SuiteRoom))
	if err != nil {
		return nil, ErrNotOpened
	}
	return unpad(padded)
}

// pairSealer is SuitePair.
type pairSealer struct{ private hpke.PrivateKey }

// NewPairSealer opens with an X25519 key and seals to the key of a place's reader. Whoever knows that key can seal:
// who did is for the handshake to find out (SPEC section 9).
func NewPairSealer(private *ecdh.PrivateKey) (Sealer, error) {
	key, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("protocol: key: %w", err)
	}
	return &pairSealer{private: key}, nil
}

// Seal implements [Sealer]. A key of the reader that is no point of X25519's use is a *ParseError of rule V4.
func (p *pairSealer) Seal(at Place, content []byte) ([]byte, error) {
	padded, err := pad(content, pairOverhead, limitOf(at))
	if err == nil {
		err = checkKeys(at)
	}
	if err != nil {
		return nil, err
	}
	public, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(at.To[:])
	if err != nil {
		return nil, parseErrorf("V4", "key", "not a public key")
	}
	sealed, err := hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), at.bytes(SuitePair), padded)
	if err != nil { // an all-zero shared secret
		return nil, parseErrorf("V4", "key", "not a public key")
	}
	return append([]byte{versionSealed, byte(SuitePair)}, sealed...), nil
}

// Open implements [Sealer].
func (p *pairSealer) Open(at Place, payload []byte) ([]byte, error) {
	sealed, err := header(SuitePair, at, payload)
	if err != nil {
		return nil, err
	}
	padded, err := hpke.Open(p.private, hpke.HKDFSHA256(), hpke.AES256GCM(), at.bytes(SuitePair), sealed)
	if err != nil {
		return nil, ErrNotOpened
	}
	return unpad(padded)
}
