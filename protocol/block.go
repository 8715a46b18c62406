package protocol

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Limits of blocks and sets of them (SPEC B1, B2).
const (
	MaxBlockBytes = 1 << 18
	MaxSetBlocks  = 1 << 22
)

// BlockID is the SHA-256 of a block, which names it; of the first block of a set, it names the set (SPEC B1, B2).
type BlockID [valueBytes]byte

// BlockIDOf is the name of a block.
func BlockIDOf(block []byte) BlockID { return sha256.Sum256(block) }

// MarshalText gives the base64url form (SPEC V9), which frames and events in JSON have.
func (b BlockID) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, b[:]), nil }

// cidPrefix begins a CIDv1: version 1, codec raw, multihash sha2-256 of 32 bytes.
const cidPrefix = "\x01\x55\x12\x20"

// cidBase32 is RFC 4648 section 6 in lower case, without padding.
func cidBase32() *base32.Encoding {
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
}

// String is the CIDv1 (SPEC B1): what people and other systems know the block by.
func (b BlockID) String() string {
	return "b" + cidBase32().EncodeToString(append([]byte(cidPrefix), b[:]...))
}

// ParseCID reads what String gives, and nothing else that is a CID. It fails with a *ParseError.
func ParseCID(s string) (BlockID, error) {
	rest, ok := strings.CutPrefix(s, "b")
	if !ok {
		return BlockID{}, parseErrorf("B1", "cid", "not in base32")
	}
	raw, err := cidBase32().DecodeString(rest)
	if err != nil {
		return BlockID{}, parseErrorf("B1", "cid", "not in base32")
	}
	digest, ok := strings.CutPrefix(string(raw), cidPrefix)
	if !ok || len(digest) != valueBytes {
		return BlockID{}, parseErrorf("B1", "cid", "not of a raw block by sha2-256")
	}
	id := BlockID([]byte(digest))
	if id.String() != s { // bits at the end that are not zero, line breaks
		return BlockID{}, parseErrorf("B1", "cid", "not in base32")
	}
	return id, nil
}
