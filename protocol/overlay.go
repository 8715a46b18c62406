package protocol

// Bounds of the frames that hold a room of many together (SPEC section 14).
const (
	// MaxIDs is how many ids one frame announces or asks for (SPEC O4).
	MaxIDs = 256
	// MaxHops is the greatest number of hops that is counted (SPEC O3).
	MaxHops = 255
	// MaxLeft is how many more hops a walk or an introduction may have (SPEC O6, O8).
	MaxLeft = 8
	// MaxSealedBytes is the greatest payload (SPEC L2).
	MaxSealedBytes = 16384
)

// GossipID names what is broadcast in a room: an event (SPEC E2) or a presence (SPEC O2).
type GossipID [valueBytes]byte

// MarshalText gives the base64url form (SPEC V9).
func (g GossipID) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, g[:]), nil }

// OverlayKind is the t of a frame between neighbours.
type OverlayKind string

// The kinds of frames between neighbours in a room of many (SPEC O3 to O8).
const (
	KindGossip      OverlayKind = "gossip"
	KindIHave       OverlayKind = "ihave"
	KindGraft       OverlayKind = "graft"
	KindPrune       OverlayKind = "prune"
	KindJoin        OverlayKind = "join"
	KindForwardJoin OverlayKind = "forwardjoin"
	KindIntroduce   OverlayKind = "introduce"
	KindPart        OverlayKind = "part"
)

// Step is what an introduction carries (SPEC O8).
type Step string

// The steps.
const (
	StepOffer   Step = "offer"
	StepAnswer  Step = "answer"
	StepRefusal Step = "refusal"
	// StepUnreachable is said in the called one's name by who knows no way to it.
	StepUnreachable Step = "unreachable"
)

// OverlayFrame is one frame between neighbours in a room of many. Which fields are set, its kind says.
type OverlayFrame struct {
	Kind OverlayKind
	// Event or Presence, one of them, is what KindGossip carries: the bytes of an [Event], or of a [Presence].
	Event, Presence []byte
	// Hops is one number with KindGossip, and one for each of IDs with KindIHave: 1 to MaxHops.
	Hops []int
	// IDs are what KindIHave announces, and KindGraft asks for: 1 to MaxIDs, or none with KindGraft.
	IDs []GossipID
	// From is the author with KindPrune, and with KindGraft if IDs is empty; the newcomer with KindForwardJoin; who wrote
	// Sealed with KindIntroduce.
	From Identity
	// To is for whom KindIntroduce is.
	To Identity
	// Left is how many more hops KindForwardJoin and KindIntroduce may have: 0 to MaxLeft.
	Left int
	// Step is set with KindIntroduce, and Link: the link id that the caller has chosen for this attempt (SPEC V2).
	Step Step
	Link RoomID
	// Urgent is set with KindIntroduce by who has no other links, or fewer than two.
	Urgent bool
	// Sealed is what KindIntroduce carries, 1 to MaxSealedBytes; nothing with StepRefusal and
	// StepUnreachable.
	Sealed []byte
}

// wireOverlay is the frame's JSON, in the order in which both languages write it.
type wireOverlay struct {
	T        OverlayKind `json:"t"`
	Hops     any         `json:"hops,omitempty"`
	Event    string      `json:"event,omitempty"`
	Presence string      `json:"presence,omitempty"`
	IDs      []GossipID  `json:"ids,omitempty"`
	From     *Identity   `json:"from,omitempty"`
	To       *Identity   `json:"to,omitempty"`
	Left     *int        `json:"left,omitempty"`
	Step     Step        `json:"step,omitempty"`
	Link     RoomID      `json:"link,omitempty"`
	Urgent   bool        `json:"urgent,omitempty"`
	Sealed   string      `json:"sealed,omitempty"`
}

// Encode writes the frame. It refuses what ParseOverlayFrame would.
func (f OverlayFrame) Encode() ([]byte, error) {
	wire := wireOverlay{T: f.Kind}
	switch f.Kind {
	case KindGossip:
		if len(f.Hops) != 1 {
			return nil, parseErrorf("O3", "hops", "want one number")
		}
		wire.Hops = f.Hops[0]
		wire.Event, wire.Presence = base64url.EncodeToString(f.Event), base64url.EncodeToString(f.Presence)
	case KindIHave:
		wire.IDs, wire.Hops = f.IDs, f.Hops
	case KindGraft:
		wire.IDs = f.IDs
		if len(f.IDs) == 0 {
			wire.From = &f.From
		}
	case KindPrune:
		wire.From = &f.From
	case KindForwardJoin:
		wire.From, wire.Left = &f.From, &f.Left
	case KindIntroduce:
		wire.From, wire.To, wire.Left, wire.Step = &f.From, &f.To, &f.Left, f.Step
		wire.Link, wire.Urgent, wire.Sealed = f.Link, f.Urgent, base64url.EncodeToString(f.Sealed)
	case KindJoin, KindPart:
	default:
		return nil, ErrUnknownKind
	}
	frame, err := encodeContent("C2", wire, MaxFrameBytes)
	if err != nil {
		return nil, err
	}
	if _, err := ParseOverlayFrame(frame); err != nil {
		return nil, err
	}
	return frame, nil
}
