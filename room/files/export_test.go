package files

import "github.com/parley-chat/parley/protocol"

// SealForTest seals a block, for vectors.
func SealForTest(key protocol.FileKey, sort Sort, number uint32, content []byte) ([]byte, error) {
	s, err := newSealer(key)
	return s.seal(nil, sort, number, content), err
}

// EncodeForTest writes any value as manifests are written.
func EncodeForTest(v any) ([]byte, error) { return encode(v) }
