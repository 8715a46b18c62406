package files

import (
	"fmt"
	"sort"

	"github.com/parley-chat/parley/protocol"
)

// Set is a manifest in its blocks, and where in its files each of the other blocks is (SPEC B2, F3, F4). It does not
// change, and may be used concurrently.
type Set struct {
	manifest Manifest
	sealer   sealer
	// head are the blocks that the manifest is in, the root first.
	head [][]byte
	// blocks are all digests in the order of the set; firsts the index of the first block of each entry, or of what
	// comes after it if it is empty.
	blocks []protocol.BlockID
	firsts []int
}

// Piece is what a block holds of a file.
type Piece struct {
	// Entry is the file's place in the manifest.
	Entry int
	// Offset is where in the file the piece is, Length how long: 1 to PieceBytes.
	Offset int64
	Length int
}

// NewSet seals a manifest. The key is from a cryptographic source, and for this set only; the manifest's blocks have
// been sealed with it by [Sealing]. It refuses what ParseManifest would.
func NewSet(key protocol.FileKey, m Manifest) (*Set, error) {
	raw, err := m.Encode()
	if err != nil {
		return nil, err
	}
	s, err := newSealer(key)
	if err != nil {
		return nil, err
	}
	if len(raw) <= PieceBytes {
		return newSet(m, s, [][]byte{s.seal(nil, Root, 0, raw)}, nil), nil
	}
	head, parts := [][]byte{nil}, []protocol.BlockID(nil)
	for n := uint32(0); len(raw) > 0; n++ {
		length := min(PieceBytes, len(raw))
		block := s.seal(nil, Part, n, raw[:length])
		head, parts = append(head, block), append(parts, protocol.BlockIDOf(block))
		raw = raw[length:]
	}
	root, err := encodeParts(parts)
	if err != nil {
		return nil, err
	}
	head[0] = s.seal(nil, Root, 0, root)
	return newSet(m, s, head, parts), nil
}

func newSet(m Manifest, s sealer, head [][]byte, parts []protocol.BlockID) *Set {
	set := &Set{manifest: m, sealer: s, head: head, firsts: make([]int, len(m.Entries))}
	set.blocks = make([]protocol.BlockID, 0, len(head)+len(m.Blocks))
	set.blocks = append(set.blocks, protocol.BlockIDOf(head[0]))
	set.blocks = append(append(set.blocks, parts...), m.Blocks...)
	index := len(head)
	for i, e := range m.Entries {
		set.firsts[i] = index
		index += int(e.Pieces())
	}
	return set
}

// Root names the set.
func (s *Set) Root() protocol.BlockID { return s.blocks[0] }

// Manifest says what the files are. Nobody changes what it shares with the set.
func (s *Set) Manifest() Manifest { return s.manifest }

// Blocks are the digests of all blocks by index: the root, the others of the manifest, the content. Nobody changes
// them.
func (s *Set) Blocks() []protocol.BlockID { return s.blocks }

// Head are the blocks that the manifest is in, which come first in the set. Nobody changes them.
func (s *Set) Head() [][]byte { return s.head }

// Piece tells what of the files a block holds; false if it is of the manifest, or not of the set.
func (s *Set) Piece(index int) (Piece, bool) {
	if index < len(s.head) || index >= len(s.blocks) {
		return Piece{}, false
	}
	// The last entry that begins at or before the index; empty ones before it begin there too, none after it does.
	entry := sort.SearchInts(s.firsts, index+1) - 1
	offset := int64(index-s.firsts[entry]) * PieceBytes
	length := min(PieceBytes, s.manifest.Entries[entry].Size-offset)
	return Piece{Entry: entry, Offset: offset, Length: int(length)}, true
}

// Pieces are the indexes of an entry's blocks: from first on, and not end.
func (s *Set) Pieces(entry int) (first, end int) {
	return s.firsts[entry], s.firsts[entry] + int(s.manifest.Entries[entry].Pieces())
}

// Seal appends to dst the block that holds content. It tells by false that the block is not the set's, because the
// content is not what it was: such a block must not be sent (SPEC F2).
func (s *Set) Seal(dst []byte, index int, content []byte) ([]byte, bool) {
	piece, ok := s.Piece(index)
	if !ok || len(content) != piece.Length {
		return nil, false
	}
	begin := len(dst)
	dst = s.sealer.seal(dst, Content, s.number(index), content)
	return dst, protocol.BlockIDOf(dst[begin:]) == s.blocks[index]
}

// Open appends to dst what a block of the content holds, whose digest the caller has checked. It fails with ErrSealed.
func (s *Set) Open(dst []byte, index int, block []byte) ([]byte, error) {
	piece, ok := s.Piece(index)
	if !ok || len(block) != piece.Length+sealBytes {
		return nil, fmt.Errorf("%w: its length", ErrSealed)
	}
	return s.sealer.open(dst, Content, s.number(index), block)
}

// number is the block's among those of the content.
func (s *Set) number(index int) uint32 {
	return uint32(index - len(s.head)) //nolint:gosec // callers have found a piece there: it is below 2²²
}

// Sealing makes the digests of a content's blocks, for the manifest of a new set. One goroutine uses it.
type Sealing struct {
	sealer sealer
	next   uint32
	block  []byte
}

// NewSealing begins with the first block of the content.
func NewSealing(key protocol.FileKey) (*Sealing, error) {
	s, err := newSealer(key)
	return &Sealing{sealer: s, block: make([]byte, 0, protocol.MaxBlockBytes)}, err
}

// Next is the digest of the block that holds the next piece: PieceBytes of a file, or what is left of it.
func (s *Sealing) Next(piece []byte) protocol.BlockID {
	s.block = s.sealer.seal(s.block[:0], Content, s.next, piece)
	s.next++
	return protocol.BlockIDOf(s.block)
}
