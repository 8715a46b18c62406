package files

import "github.com/parley-chat/parley/protocol"

// Opening finds out the manifest of a set from its blocks, as they come. One goroutine uses it.
type Opening struct {
	root   protocol.BlockID
	sealer sealer
	parts  []protocol.BlockID
	head   [][]byte // nil where it has not come
	// missing is how many of head have not come.
	missing int
}

// NewOpening begins with what an event says of a set (SPEC F1).
func NewOpening(root protocol.BlockID, key protocol.FileKey) (*Opening, error) {
	s, err := newSealer(key)
	return &Opening{root: root, sealer: s, head: make([][]byte, 1), missing: 1}, err
}

// Blocks are the digests that are known by now, by index: the root, then the others of the manifest.
func (o *Opening) Blocks() []protocol.BlockID { return append([]protocol.BlockID{o.root}, o.parts...) }

// Add takes a block of the manifest, whose digest the caller has checked, and keeps it. It gives the set when the
// manifest is whole, else nil. It fails with ErrSealed or a *protocol.ParseError: then there is no such set, whoever
// brings blocks.
func (o *Opening) Add(index int, block []byte) (*Set, error) {
	if index < 0 || index >= len(o.head) || o.head[index] != nil {
		return nil, nil //nolint:nilnil // nothing new
	}
	o.head[index] = block
	o.missing--
	if index == 0 {
		return o.addRoot(block)
	}
	return o.whole()
}

func (o *Opening) addRoot(block []byte) (*Set, error) {
	raw, err := o.sealer.open(nil, Root, 0, block)
	if err != nil {
		return nil, err
	}
	if isParts(raw) {
		parts, err := parseParts(raw)
		if err != nil {
			return nil, err
		}
		o.parts = parts
		o.head = append(o.head, make([][]byte, len(parts))...)
		o.missing = len(parts)
		return nil, nil //nolint:nilnil // the parts are missing
	}
	m, err := ParseManifest(raw)
	if err != nil {
		return nil, err
	}
	return newSet(m, o.sealer, o.head, nil), nil
}

func (o *Opening) whole() (*Set, error) {
	if o.missing > 0 {
		return nil, nil //nolint:nilnil // others are missing
	}
	raw := make([]byte, 0, len(o.parts)*PieceBytes)
	for i, block := range o.head[1:] {
		if last := i == len(o.parts)-1; !last && len(block) != protocol.MaxBlockBytes {
			return nil, refusef("F3", "parts", "one before the last is short")
		}
		var err error
		if raw, err = o.sealer.open(raw, Part, uint32(i), block); err != nil {
			return nil, err
		}
	}
	m, err := ParseManifest(raw)
	if err != nil {
		return nil, err
	}
	return newSet(m, o.sealer, o.head, o.parts), nil
}
