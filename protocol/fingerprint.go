package protocol

import (
	"encoding/hex"
	"strings"
)

const fingerprintLine = "a=fingerprint:"

// FingerprintOf reads the fingerprint of an SDP (SPEC H2). A description that names two certificates, or one by another
// hash, is refused: then the side that reads and the side that connects could mean different ones. Errors are
// *ParseError.
func FingerprintOf(sdp string) (Fingerprint, error) {
	var found Fingerprint
	seen := false
	for line := range strings.FieldsFuncSeq(sdp, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if len(line) < len(fingerprintLine) || !strings.EqualFold(line[:len(fingerprintLine)], fingerprintLine) {
			continue
		}
		f, err := parseFingerprint(line[len(fingerprintLine):])
		if err != nil {
			return found, err
		}
		if seen && f != found {
			return found, parseErrorf("H2", "sdp", "two fingerprints")
		}
		found, seen = f, true
	}
	if !seen {
		return found, parseErrorf("H2", "sdp", "no fingerprint")
	}
	return found, nil
}

// parseFingerprint reads `sha-256 AB:CD:…`, hexadecimal in either case (RFC 8122 section 5).
func parseFingerprint(text string) (Fingerprint, error) {
	hash, digits, _ := strings.Cut(text, " ")
	if !strings.EqualFold(hash, "sha-256") {
		return Fingerprint{}, parseErrorf("H2", "sdp", "a fingerprint that is not sha-256")
	}
	pairs := strings.Split(digits, ":")
	if len(pairs) != valueBytes {
		return Fingerprint{}, parseErrorf("H2", "sdp", "not a fingerprint")
	}
	var f Fingerprint
	for i, pair := range pairs {
		b, err := hex.DecodeString(pair)
		if err != nil || len(b) != 1 {
			return Fingerprint{}, parseErrorf("H2", "sdp", "not a fingerprint")
		}
		f[i] = b[0]
	}
	return f, nil
}
