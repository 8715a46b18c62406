package files

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"

	"github.com/parley-chat/parley/protocol"
)

// Sort says what a block holds. It is in the nonce that seals it (SPEC F2).
type Sort byte

// The sorts.
const (
	Root    Sort = iota // the manifest, or the names of the blocks that hold it
	Part                // a part of the manifest
	Content             // a piece of a file
)

const (
	sealBytes  = 16
	nonceBytes = 12
	// PieceBytes is the most that a block holds before it is sealed.
	PieceBytes = protocol.MaxBlockBytes - sealBytes
)

// ErrSealed means that a block has the digest that its manifest names, and does not open to what the manifest says:
// whoever made the manifest made it wrong, and nobody else can bring a better block.
var ErrSealed = errors.New("files: a block is not what its manifest says")

// sealer seals and opens the blocks of one set (SPEC F2). It may be used concurrently.
type sealer struct{ aead cipher.AEAD }

func newSealer(key protocol.FileKey) (sealer, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead}, err
}

// seal appends the block that holds content to dst.
func (s sealer) seal(dst []byte, sort Sort, number uint32, content []byte) []byte {
	nonce := blockNonce(sort, number)
	return s.aead.Seal(dst, nonce[:], content, nil)
}

// open appends what a block holds to dst. It fails with ErrSealed.
func (s sealer) open(dst []byte, sort Sort, number uint32, block []byte) ([]byte, error) {
	nonce := blockNonce(sort, number)
	content, err := s.aead.Open(dst, nonce[:], block, nil)
	if err != nil {
		return nil, ErrSealed // the package's own words say less
	}
	return content, nil
}

func blockNonce(sort Sort, number uint32) [nonceBytes]byte {
	nonce := [nonceBytes]byte{byte(sort)}
	binary.BigEndian.PutUint32(nonce[nonceBytes-4:], number)
	return nonce
}
