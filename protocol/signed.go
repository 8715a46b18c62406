package protocol

import (
	"crypto/ed25519"
	"encoding/hex"
)

// signed tells whether a signature of a message by an identity holds (SPEC E2). Implementations of Ed25519 differ in
// what they take of who chooses odd points on purpose; here just one answer is right, or members of a room would have
// different events. crypto/ed25519 checks all but the encodings.
func (i Identity) signed(message []byte, s Signature) bool {
	return ordinary(i) && ordinary([valueBytes]byte(s[:valueBytes])) && ed25519.Verify(i[:], message, s[:])
}

// ordinary tells whether 32 bytes can be the encoding of a point that is not of small order, in its one form.
func ordinary(point [valueBytes]byte) bool {
	point[valueBytes-1] &= 0x7f // without the sign of x, it is y, the least significant byte first
	switch hex.EncodeToString(point[:]) {
	case "0000000000000000000000000000000000000000000000000000000000000000", // 0: order 4
		"0100000000000000000000000000000000000000000000000000000000000000", // the neutral element
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // -1: order 2
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": // order 8
		return false
	}
	if point[0] < 0xed || point[valueBytes-1] != 0x7f {
		return true // y < 2²⁵⁵ − 19
	}
	for _, b := range point[1 : valueBytes-1] {
		if b != 0xff {
			return true
		}
	}
	return false
}
