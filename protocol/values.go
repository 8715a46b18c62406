package protocol

import (
	"crypto/ed25519"
	"io"
)

const (
	valueBytes     = 32
	signatureBytes = ed25519.SignatureSize
)

// Identity is an Ed25519 public key (SPEC H1, RFC 8032).
type Identity [valueBytes]byte

// Nonce is a number used once, of random bytes (SPEC H3).
type Nonce [valueBytes]byte

// Commitment binds a caller to an identity and a nonce that it tells later (SPEC H3).
type Commitment [valueBytes]byte

// Fingerprint is the SHA-256 of a DTLS certificate (SPEC H2, RFC 8122).
type Fingerprint [valueBytes]byte

// Transcript is what both sides of a link have seen of it (SPEC H4).
type Transcript [valueBytes]byte

// Signature is Ed25519's (SPEC V9, RFC 8032).
type Signature [signatureBytes]byte

// String is the base64url form.
func (i Identity) String() string { return base64url.EncodeToString(i[:]) }

// MarshalText gives the base64url form (SPEC V9).
func (i Identity) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, i[:]), nil }

// MarshalText gives the base64url form (SPEC V9).
func (n Nonce) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, n[:]), nil }

// MarshalText gives the base64url form (SPEC V9).
func (c Commitment) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, c[:]), nil }

// MarshalText gives the base64url form (SPEC V9).
func (s Signature) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, s[:]), nil }

// IdentityOf is the public half of an Ed25519 key.
func IdentityOf(private ed25519.PrivateKey) Identity {
	return Identity(private[ed25519.PrivateKeySize-valueBytes:])
}

// ParseIdentity reads an identity from its base64url form.
func ParseIdentity(s string) (Identity, error) {
	var i Identity
	if err := checkBase64url(s, valueBytes); err != nil {
		return i, parseErrorf("V9", "identity", "%v", err)
	}
	_, err := base64url.Decode(i[:], []byte(s))
	return i, err
}

// NewNonce takes 32 bytes from random, which must be a cryptographic source. It fails only if random does.
func NewNonce(random io.Reader) (Nonce, error) {
	var n Nonce
	_, err := io.ReadFull(random, n[:])
	return n, err
}

// value reads a member that is one of the types above.
func value[V Identity | Nonce | Commitment | EventID | Digest | BlockID | FileKey](
	o object, rule, name string,
) (V, error) {
	raw, err := o.decoded(rule, name, valueBytes)
	if err != nil {
		return V{}, err
	}
	return V(raw), nil
}

// decoded reads a member that is the base64url of n bytes.
func (o object) decoded(rule, name string, n int) ([]byte, error) {
	s, err := o.requiredText(rule, name)
	if err != nil {
		return nil, err
	}
	if err := checkBase64url(s, n); err != nil {
		return nil, parseErrorf("V9", name, "%v", err)
	}
	return base64url.DecodeString(s)
}
