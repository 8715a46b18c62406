package protocol

import (
	"encoding/base64"
	"io"
	"regexp"
	"unicode/utf8"
)

// Sizes of the common values, in bytes before base64url (SPEC section 1).
const (
	roomIDBytes    = 20
	requestIDBytes = 16
	keyBytes       = 32
	maxUIDChars    = 128
)

// DefaultPool is the pool that exists in every deployment (SPEC V6).
const DefaultPool = "default"

// base64url is SPEC V1. Strict refuses trailing bits that are not zero, so that a value has one form.
var base64url = base64.RawURLEncoding.Strict() //nolint:gochecknoglobals // a constant in all but syntax

var poolPattern = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// RoomID names a room or a link: 27 characters of base64url (SPEC V2). The zero value names nothing.
type RoomID string

// NewRoomID takes 20 bytes from random, which must be a cryptographic source. It fails only if random does.
func NewRoomID(random io.Reader) (RoomID, error) {
	s, err := randomText(random, roomIDBytes)
	return RoomID(s), err
}

// ParseRoomID checks s against SPEC V2.
func ParseRoomID(s string) (RoomID, error) {
	if err := checkBase64url(s, roomIDBytes); err != nil {
		return "", parseErrorf("V2", "roomId", "%v", err)
	}
	return RoomID(s), nil
}

// RequestID makes a quick-match request idempotent: 22 characters of base64url (SPEC V3, A5).
type RequestID string

// NewRequestID takes 16 bytes from random, which must be a cryptographic source. It fails only if random does.
func NewRequestID(random io.Reader) (RequestID, error) {
	s, err := randomText(random, requestIDBytes)
	return RequestID(s), err
}

// ParseRequestID checks s against SPEC V3.
func ParseRequestID(s string) (RequestID, error) {
	if err := checkBase64url(s, requestIDBytes); err != nil {
		return "", parseErrorf("V3", "requestId", "%v", err)
	}
	return RequestID(s), nil
}

// Key is an X25519 public key (SPEC V4): bytes in documents, base64url in JSON.
type Key [keyBytes]byte

// ParseKey reads a key from its base64url form.
func ParseKey(s string) (Key, error) {
	var k Key
	if err := checkBase64url(s, keyBytes); err != nil {
		return k, parseErrorf("V4", "key", "%v", err)
	}
	raw, err := base64url.DecodeString(s)
	if err != nil {
		return k, parseErrorf("V4", "key", "not base64url")
	}
	return Key(raw), nil
}

// KeyFromBytes reads a key from its document form.
func KeyFromBytes(b []byte) (Key, error) {
	if len(b) != keyBytes {
		return Key{}, parseErrorf("V4", "key", "want %d bytes", keyBytes)
	}
	return Key(b), nil
}

// String is the base64url form.
func (k Key) String() string { return base64url.EncodeToString(k[:]) }

// ParsePool checks s against SPEC V6. Whether the pool exists is for the deployment to say.
func ParsePool(s string) (string, error) {
	if !poolPattern.MatchString(s) {
		return "", parseErrorf("V6", "pool", "want 1 to 32 of a-z, 0-9 and -")
	}
	return s, nil
}

// ParseUID checks s against SPEC V5.
func ParseUID(s string) (string, error) {
	if n := utf8.RuneCountInString(s); n < 1 || n > maxUIDChars || !utf8.ValidString(s) {
		return "", parseErrorf("V5", "uid", "want 1 to %d characters", maxUIDChars)
	}
	return s, nil
}

// checkBase64url tells whether s is the one base64url form of want bytes (SPEC V1).
func checkBase64url(s string, want int) error {
	if n := base64url.EncodedLen(want); len(s) != n {
		return parseErrorf("V1", "", "want %d characters", n)
	}
	// DecodeString skips line breaks, which V1 does not allow; then the length is short.
	raw, err := base64url.DecodeString(s)
	if err != nil || len(raw) != want {
		return parseErrorf("V1", "", "not base64url")
	}
	return nil
}

func randomText(random io.Reader, n int) (string, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	return base64url.EncodeToString(raw), nil
}
