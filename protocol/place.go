package protocol

import "encoding/binary"

// PayloadKind is what a sealed payload is (SPEC L3).
type PayloadKind byte

// The kinds of payloads. There is no kind 0.
const (
	KindOffer  PayloadKind = 1
	KindAnswer PayloadKind = 2
	KindBatch  PayloadKind = 3
)

// Place is where a sealed payload belongs: it opens there and nowhere else (SPEC L3). A store that moves, swaps or
// replays documents, or that lies about who is who, ends up with payloads that do not open.
type Place struct {
	Room   RoomID
	Link   RoomID // of a mesh room; empty in a pair room, which is a link itself (SPEC D2)
	Kind   PayloadKind
	From   Key    // the writer's
	To     Key    // the reader's
	Number uint32 // of a batch (SPEC D8); 0 for offer and answer
}

const placeLabel = "parley/v1/sealed"

// bytes are what is authenticated of a place: label, version, suite, kind, number, both keys, then both ids, each with
// its length before it.
func (p Place) bytes(s Suite) []byte {
	b := make([]byte, 0, len(placeLabel)+2*keyBytes+2*(len(p.Room)+1)+7)
	b = append(b, placeLabel...)
	b = append(b, versionSealed, byte(s), byte(p.Kind))
	b = binary.BigEndian.AppendUint32(b, p.Number)
	b = append(b, p.From[:]...)
	b = append(b, p.To[:]...)
	b = append(b, idBytes(p.Room)...)
	return append(b, idBytes(p.Link)...)
}

// idBytes is an id with its length before it.
func idBytes(id RoomID) []byte {
	return append([]byte{byte(len(id))}, id...) //nolint:gosec // 0 or 27
}
