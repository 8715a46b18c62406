package protocol

// Bounds of the frames of a room of many (SPEC R5, R6).
const (
	// MaxSummaryChains is how many chains one frame of a summary has, MaxRoomChains all of them together, and
	// MaxChainTips how many tips of a chain are told.
	MaxSummaryChains = 100
	MaxRoomChains    = 4096
	MaxChainTips     = 8
	// MaxFrameEvents is how many events one frame has.
	MaxFrameEvents = 256
)

// RoomKind is the t of a frame that a room of many has beside those of its overlay.
type RoomKind string

// The kinds of those frames (SPEC R5 to R8).
const (
	KindHave    RoomKind = "have"
	KindSummary RoomKind = "summary"
	KindEvents  RoomKind = "events"
	KindWant    RoomKind = "want"
	KindTyping  RoomKind = "typing"
	KindGot     RoomKind = "got"
	KindEpoch   RoomKind = "epoch"
)

// RoomFrame is what the channel of a link in a room of many carries after the hellos: an [OverlayFrame], one of the
// types of this file, or a [Message] that is a bye or a restart. The list is closed. Encode writes the frame, and
// refuses what [ParseRoomFrame] would.
type RoomFrame interface {
	Encode() ([]byte, error)
	roomFrame()
}

// Digest is a SHA-256 over ids, by which two see whether they have the same (SPEC R5).
type Digest [valueBytes]byte

// MarshalText gives the base64url form (SPEC V9).
func (d Digest) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, d[:]), nil }

// RoomHave says in 32 bytes what its sender has (SPEC R5).
type RoomHave struct{ Digest Digest }

// RoomSummary says which chains its sender has, and how far (SPEC R5). More tells that another frame of it follows.
type RoomSummary struct {
	Chains []ChainSummary // at most MaxSummaryChains
	More   bool
}

// ChainSummary says how much of a chain somebody has: all up to its tips. More than one are a fork's.
type ChainSummary struct {
	Author Identity `json:"author"`
	Chain  ChainID  `json:"chain"`
	// Digest is over the ids of all tips, as bytes in their order.
	Digest Digest `json:"digest"`
	// Tips are by E6, 1 to MaxChainTips: the last ones. They are shared and not to be changed.
	Tips []ChainTip `json:"tips"`
}

// ChainTip is an event that no other one of its chain names as previous.
type ChainTip struct {
	N  uint64  `json:"n"`
	ID EventID `json:"id"`
}

// RoomEvents carries events as they travel, parents first: 1 to MaxFrameEvents (SPEC R5, R6). More tells that another
// frame of the same answer follows.
type RoomEvents struct {
	Events [][]byte
	More   bool
}

// RoomWant asks for events, or their bodies: 1 to MaxIDs (SPEC R6).
type RoomWant struct{ IDs []EventID }

// RoomTyping says that the sender's person is writing (SPEC R7).
type RoomTyping struct{}

// RoomGot tells a neighbour how far its chain has come, and how far the person has read it; 0: not told (SPEC R7).
type RoomGot struct {
	Chain   ChainID
	N, Read uint64
}

// RoomEpoch tells the room's code from a removal on (SPEC R8). It is a secret.
type RoomEpoch struct {
	Epoch uint64
	Code  RoomSecret
}

func (OverlayFrame) roomFrame() {}
func (Message) roomFrame()      {}
func (RoomHave) roomFrame()     {}
func (RoomSummary) roomFrame()  {}
func (RoomEvents) roomFrame()   {}
func (RoomWant) roomFrame()     {}
func (RoomTyping) roomFrame()   {}
func (RoomGot) roomFrame()      {}
func (RoomEpoch) roomFrame()    {}

// Encode writes the frame.
func (f RoomHave) Encode() ([]byte, error) {
	return encodeRoomFrame(struct {
		T      RoomKind `json:"t"`
		Digest Digest   `json:"digest"`
	}{KindHave, f.Digest})
}

// Encode writes the frame.
func (f RoomSummary) Encode() ([]byte, error) {
	if f.Chains == nil {
		f.Chains = []ChainSummary{} // not null
	}
	return encodeRoomFrame(struct {
		T      RoomKind       `json:"t"`
		Chains []ChainSummary `json:"chains"`
		More   bool           `json:"more,omitempty"`
	}{KindSummary, f.Chains, f.More})
}

// Encode writes the frame.
func (f RoomEvents) Encode() ([]byte, error) {
	texts := make([]string, len(f.Events))
	for i, event := range f.Events {
		texts[i] = base64url.EncodeToString(event)
	}
	return encodeRoomFrame(struct {
		T      RoomKind `json:"t"`
		Events []string `json:"events"`
		More   bool     `json:"more,omitempty"`
	}{KindEvents, texts, f.More})
}

// Encode writes the frame.
func (f RoomWant) Encode() ([]byte, error) {
	return encodeRoomFrame(struct {
		T   RoomKind  `json:"t"`
		IDs []EventID `json:"ids"`
	}{KindWant, f.IDs})
}

// Encode writes the frame.
func (f RoomTyping) Encode() ([]byte, error) {
	return encodeRoomFrame(struct {
		T RoomKind `json:"t"`
	}{KindTyping})
}

// Encode writes the frame.
func (f RoomGot) Encode() ([]byte, error) {
	return encodeRoomFrame(struct {
		T     RoomKind `json:"t"`
		Chain ChainID  `json:"chain"`
		N     uint64   `json:"n"`
		Read  uint64   `json:"read"`
	}{KindGot, f.Chain, f.N, f.Read})
}

// Encode writes the frame.
func (f RoomEpoch) Encode() ([]byte, error) {
	return encodeRoomFrame(struct {
		T     RoomKind `json:"t"`
		Epoch uint64   `json:"epoch"`
		Code  string   `json:"code"`
	}{KindEpoch, f.Epoch, f.Code.Code()})
}

// encodeRoomFrame writes a frame that can be read again.
func encodeRoomFrame(wire any) ([]byte, error) {
	frame, err := encodeContent("C2", wire, MaxFrameBytes)
	if err != nil {
		return nil, err
	}
	if _, err := ParseRoomFrame(frame); err != nil {
		return nil, err
	}
	return frame, nil
}
