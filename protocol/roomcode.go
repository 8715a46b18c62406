package protocol

import (
	"crypto/hkdf"
	"crypto/sha256"
	"io"
	"strings"
	"unicode"
)

const (
	roomSecretBytes = 16
	roomCodeVersion = 1
	roomCodeSalt    = "parley/v1"
	roomIDInfo      = "room-id"
	fragmentPrefix  = "#r="
)

// RoomSecret is what a room link carries in its fragment (SPEC K1). Who has it can enter the room.
// It is a secret: it is never logged and never sent to any server.
type RoomSecret [roomSecretBytes]byte

// NewRoomSecret takes 16 bytes from random, which must be a cryptographic source. It fails only if random does.
func NewRoomSecret(random io.Reader) (RoomSecret, error) {
	var s RoomSecret
	_, err := io.ReadFull(random, s[:])
	return s, err
}

// ParseRoomCode reads a room code, or a room link that has it in its fragment, as a person pasted it
// (SPEC K1). Every error is a *ParseError of rule K1: the failure link_broken.
func ParseRoomCode(pasted string) (RoomSecret, error) {
	var s RoomSecret
	text := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, pasted)
	if i := strings.LastIndex(text, fragmentPrefix); i >= 0 {
		text = text[i+len(fragmentPrefix):]
	}
	if err := checkBase64url(text, 1+roomSecretBytes); err != nil {
		return s, parseErrorf("K1", "", "not a whole room code")
	}
	raw, err := base64url.DecodeString(text)
	if err != nil || raw[0] != roomCodeVersion {
		return s, parseErrorf("K1", "", "not a room code of this version")
	}
	return RoomSecret(raw[1:]), nil
}

// Code is the 23-character room code (SPEC K1).
func (s RoomSecret) Code() string {
	return base64url.EncodeToString(append([]byte{roomCodeVersion}, s[:]...))
}

// Link is the room link: the app's address, without any fragment it has, and the code in the fragment.
func (s RoomSecret) Link(app string) string {
	base, _, _ := strings.Cut(app, "#")
	return base + fragmentPrefix + s.Code()
}

// RoomID derives the id of the room's document (SPEC K2). The store learns the id, never the secret.
func (s RoomSecret) RoomID() RoomID {
	id, err := hkdf.Key(sha256.New, s[:], []byte(roomCodeSalt), roomIDInfo, roomIDBytes)
	if err != nil {
		// Only lengths over 255 hashes, or a secret too short in FIPS mode, can fail: 16 and 20 bytes cannot.
		panic("protocol: derive room id: " + err.Error())
	}
	return RoomID(base64url.EncodeToString(id))
}
