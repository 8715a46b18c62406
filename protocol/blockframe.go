package protocol

import "encoding/binary"

// The channel for blocks (SPEC B3).
const (
	BlocksLabel = "blocks"
	BlocksID    = 1
)

// Limits of what goes over a channel for blocks (SPEC B3 to B5).
const (
	// MaxBlockFrame is the most that a frame has: what every implementation takes as one message.
	MaxBlockFrame = 65_535
	// MaxPiece is how much of a block fits into a frame.
	MaxPiece = MaxBlockFrame - pieceHeader
	// MaxHaveBits is the most bytes of bits that a BlockHave has.
	MaxHaveBits = 8192
	// MaxWants is how many wants of one side may wait for an answer.
	MaxWants = 64
)

const (
	haveHeader  = 1 + valueBytes + 1 + 4
	wantBytes   = 1 + 4 + valueBytes
	pieceHeader = 1 + 4 + 4 + 4
	numberBytes = 1 + 4 // none and cancel: a kind and a request
)

// The first byte of a frame.
const (
	kindHave byte = iota + 1
	kindWant
	kindPiece
	kindNone
	kindCancel
)

// Request numbers what one side wants over one channel (SPEC B5).
type Request uint32

// HaveFlags tell what a side is about with a set (SPEC B4). Bits that are not below are ignored.
type HaveFlags byte

// The flags.
const (
	HaveWants    HaveFlags = 1 << iota // what is lacking is wanted
	HaveAll                            // nothing is lacking
	HaveDeclined                       // nothing of it is wanted, ever
)

// BlockFrame is one of BlockHave, BlockWant, BlockPiece, BlockNone and BlockCancel. They are values; slices in them are
// shared with what they were read from.
type BlockFrame interface {
	// Encode writes the frame.
	Encode() []byte
}

// BlockHave tells what the sender has of a set, beside what it said before (SPEC B4).
type BlockHave struct {
	Set   BlockID
	Flags HaveFlags
	// First is the index that the most significant bit of Bits[0] is about. All of Bits is below MaxSetBlocks.
	First uint32
	Bits  []byte
}

// Encode implements [BlockFrame].
func (f BlockHave) Encode() []byte {
	b := append(make([]byte, 0, haveHeader+len(f.Bits)), kindHave)
	b = append(append(b, f.Set[:]...), byte(f.Flags))
	return append(binary.BigEndian.AppendUint32(b, f.First), f.Bits...)
}

// BlockWant asks for a block (SPEC B5).
type BlockWant struct {
	Request Request
	Block   BlockID
}

// Encode implements [BlockFrame].
func (f BlockWant) Encode() []byte { return append(numbered(kindWant, f.Request), f.Block[:]...) }

// BlockPiece is a part of a block that was asked for (SPEC B6).
type BlockPiece struct {
	Request Request
	// Offset is where Bytes begin in the block, Size the block's: 1 to MaxBlockBytes.
	Offset, Size uint32
	// Bytes are 1 to MaxPiece, and end within the block.
	Bytes []byte
}

// Encode implements [BlockFrame].
func (f BlockPiece) Encode() []byte {
	b := append(make([]byte, 0, pieceHeader+len(f.Bytes)), kindPiece)
	b = binary.BigEndian.AppendUint32(b, uint32(f.Request))
	b = binary.BigEndian.AppendUint32(b, f.Offset)
	return append(binary.BigEndian.AppendUint32(b, f.Size), f.Bytes...)
}

// BlockNone says that a block that was asked for does not come (SPEC B6).
type BlockNone struct{ Request Request }

// Encode implements [BlockFrame].
func (f BlockNone) Encode() []byte { return numbered(kindNone, f.Request) }

// BlockCancel says that a block is not wanted any more (SPEC B5).
type BlockCancel struct{ Request Request }

// Encode implements [BlockFrame].
func (f BlockCancel) Encode() []byte { return numbered(kindCancel, f.Request) }

func numbered(kind byte, r Request) []byte {
	return binary.BigEndian.AppendUint32(append(make([]byte, 0, wantBytes), kind), uint32(r))
}

// ParseBlockFrame reads a frame. It fails with a *ParseError; such a frame is dropped (SPEC B3).
func ParseBlockFrame(raw []byte) (BlockFrame, error) {
	if len(raw) == 0 || len(raw) > MaxBlockFrame {
		return nil, parseErrorf("B3", "", "want 1 to %d bytes", MaxBlockFrame)
	}
	switch raw[0] {
	case kindHave:
		return parseBlockHave(raw)
	case kindWant:
		if len(raw) != wantBytes {
			return nil, parseErrorf("B5", "want", "want %d bytes", wantBytes)
		}
		return BlockWant{request(raw), BlockID(raw[numberBytes:])}, nil
	case kindPiece:
		return parseBlockPiece(raw)
	case kindNone, kindCancel:
		if len(raw) != numberBytes {
			return nil, parseErrorf("B5", "request", "want %d bytes", numberBytes)
		}
		if raw[0] == kindNone {
			return BlockNone{request(raw)}, nil
		}
		return BlockCancel{request(raw)}, nil
	}
	return nil, parseErrorf("B3", "", "unknown kind")
}

func parseBlockHave(raw []byte) (BlockFrame, error) {
	if len(raw) < haveHeader {
		return nil, parseErrorf("B4", "have", "want at least %d bytes", haveHeader)
	}
	f := BlockHave{Set: BlockID(raw[1 : 1+valueBytes]), Flags: HaveFlags(raw[1+valueBytes])}
	f.First, f.Bits = binary.BigEndian.Uint32(raw[2+valueBytes:]), raw[haveHeader:]
	if len(f.Bits) > MaxHaveBits {
		return nil, parseErrorf("B4", "bits", "over %d bytes", MaxHaveBits)
	}
	if uint64(f.First)+8*uint64(len(f.Bits)) > MaxSetBlocks {
		return nil, parseErrorf("B4", "first", "beyond %d blocks", MaxSetBlocks)
	}
	return f, nil
}

func parseBlockPiece(raw []byte) (BlockFrame, error) {
	if len(raw) <= pieceHeader {
		return nil, parseErrorf("B6", "block", "want over %d bytes", pieceHeader)
	}
	f := BlockPiece{Request: request(raw), Bytes: raw[pieceHeader:]}
	f.Offset, f.Size = binary.BigEndian.Uint32(raw[numberBytes:]), binary.BigEndian.Uint32(raw[numberBytes+4:])
	switch end := uint64(f.Offset) + uint64(len(f.Bytes)); {
	case f.Size < 1 || f.Size > MaxBlockBytes:
		return nil, parseErrorf("B1", "size", "want 1 to %d bytes", MaxBlockBytes)
	case end > uint64(f.Size):
		return nil, parseErrorf("B6", "offset", "beyond the block")
	}
	return f, nil
}

func request(raw []byte) Request { return Request(binary.BigEndian.Uint32(raw[1:])) }
