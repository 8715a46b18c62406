package protocol

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

const (
	presenceVersion = 1
	presenceSigned  = 1 + 2*valueBytes + 8 + 1 // what is signed of it
	presenceBytes   = presenceSigned + signatureBytes
)

// Domains of what is signed and hashed (SPEC O2).
const (
	presenceDomain   = "parley/v1/presence"
	presenceIDDomain = "parley/v1/presence/id"
)

// Stay is what a presence says of its member: the byte that stands in it.
type Stay byte

// What a presence can say. A door is here too.
const (
	StayHere    Stay = 0
	StayLeaving Stay = 1
	StayDoor    Stay = 2
)

// Presence says that a member is in a room, or that it leaves (SPEC O2). It is a value, safe to use from anywhere.
type Presence struct {
	// Member is who says it, of itself.
	Member Identity
	// Key is what introductions to the member are sealed for, fresh for each time that it enters the room.
	Key Key
	// Counter grows from one presence of a member to its next: 1 to 2⁵³ − 1. It is the time in milliseconds since 1970,
	// unless the last one was as great.
	Counter uint64
	// Stay says whether the member is here, as a door or not, or leaves. Zero is StayHere.
	Stay Stay
}

// Sign gives the presence's bytes for a room, signed by its member, whose key private must be.
func (p Presence) Sign(private ed25519.PrivateKey, root EventID) []byte {
	b := p.signed()
	return append(b, ed25519.Sign(private, presenceInput(root, b))...)
}

// signed is what the signature and the id are over.
func (p Presence) signed() []byte {
	b := make([]byte, 0, presenceBytes)
	b = append(b, presenceVersion)
	b = append(b, p.Member[:]...)
	b = append(b, p.Key[:]...)
	b = binary.BigEndian.AppendUint64(b, p.Counter)
	return append(b, byte(p.Stay))
}

// ParsePresence reads a presence that was said in the room whose root that is (SPEC E2), and checks its signature. The
// id is what names it in frames. It fails with a *ParseError.
func ParsePresence(raw []byte, root EventID) (p Presence, id GossipID, err error) {
	if len(raw) != presenceBytes {
		return p, id, parseErrorf("O2", "presence", "want %d bytes", presenceBytes)
	}
	if raw[0] != presenceVersion {
		return p, id, parseErrorf("O2", "presence", UnsupportedVersion)
	}
	signed, signature := raw[:presenceSigned], Signature(raw[presenceSigned:])
	rest := signed[1:]
	p.Member, rest = Identity(rest[:valueBytes]), rest[valueBytes:]
	p.Key, rest = Key(rest[:keyBytes]), rest[keyBytes:]
	p.Counter = binary.BigEndian.Uint64(rest)
	if p.Counter < 1 || p.Counter > maxNumber {
		return Presence{}, id, parseErrorf("O2", "presence", "counter not in its bounds")
	}
	if p.Stay = Stay(rest[8]); p.Stay > StayDoor {
		return Presence{}, id, parseErrorf("O2", "presence", "neither here nor leaving")
	}
	if !p.Member.signed(presenceInput(root, signed), signature) {
		return Presence{}, id, parseErrorf("O2", "presence", "signature does not hold")
	}
	return p, presenceID(signed, root), nil
}

// ID is what names the presence in frames of the room whose root that is.
func (p Presence) ID(root EventID) GossipID { return presenceID(p.signed(), root) }

func presenceID(signed []byte, root EventID) GossipID {
	return sha256.Sum256(slices.Concat([]byte(presenceIDDomain), root[:], signed))
}

// presenceInput is what the signature is over.
func presenceInput(root EventID, signed []byte) []byte {
	return slices.Concat([]byte(presenceDomain), root[:], signed)
}
