package protocol

import "encoding/binary"

// Sealed payloads have one of six sizes, so that the store does not learn how many addresses a peer has (SPEC L2).
const (
	minSealedBytes = 512
	lengthBytes    = 2
)

// pad makes content the length that a sealed payload of the smallest possible size has room for: its length, itself,
// zeros. overhead is what sealing adds; limit is the largest size there may be.
func pad(content []byte, overhead, limit int) ([]byte, error) {
	size := minSealedBytes
	for size < lengthBytes+len(content)+overhead {
		size *= 2
	}
	if size > limit {
		return nil, parseErrorf("L2", "", "over %d bytes", limit-overhead-lengthBytes)
	}
	padded := make([]byte, size-overhead)
	binary.BigEndian.PutUint16(padded, uint16(len(content))) //nolint:gosec // below limit
	copy(padded[lengthBytes:], content)
	return padded, nil
}

// unpad takes out the content.
func unpad(padded []byte) ([]byte, error) {
	if len(padded) < lengthBytes {
		return nil, parseErrorf("L2", "", "no length")
	}
	n := int(binary.BigEndian.Uint16(padded))
	rest := padded[lengthBytes:]
	if n > len(rest) {
		return nil, parseErrorf("L2", "", "shorter than its length says")
	}
	for _, zero := range rest[n:] {
		if zero != 0 {
			return nil, parseErrorf("L2", "", "padding that is not zero")
		}
	}
	return rest[:n:n], nil
}

// checkSize tells whether a sealed payload has one of the sizes up to limit.
func checkSize(size, limit int) error {
	if size < minSealedBytes || size > limit || size&(size-1) != 0 {
		return parseErrorf("L2", "", "a size that no sealed payload has")
	}
	return nil
}
