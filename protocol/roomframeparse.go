package protocol

import "encoding/json"

// ParseRoomFrame reads a text frame that comes after the hellos over a link of a room of many (SPEC sections 14 and
// 15). A *ParseError or ErrUnknownKind means: drop the frame, keep the channel (SPEC C4).
func ParseRoomFrame(frame []byte) (RoomFrame, error) {
	if len(frame) > MaxFrameBytes {
		return nil, parseErrorf("C2", "", "over %d bytes", MaxFrameBytes)
	}
	o, err := parseObject("C2", frame)
	if err != nil {
		return nil, err
	}
	kind, err := o.requiredText("C2", "t")
	if err != nil {
		return nil, err
	}
	f, err := o.roomFrame(kind)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (o object) roomFrame(kind string) (RoomFrame, error) {
	switch RoomKind(kind) {
	case KindHave:
		digest, err := value[Digest](o, "R5", "digest")
		return RoomHave{digest}, err
	case KindSummary:
		return o.summary()
	case KindEvents:
		return o.events()
	case KindWant:
		ids, err := ids[EventID](o, "R6")
		return RoomWant{ids}, err
	case KindTyping:
		return RoomTyping{}, nil
	case KindGot:
		return o.got()
	case KindEpoch:
		return o.epoch()
	}
	switch kind {
	case string(KindBye):
		return Message{Kind: KindBye, Reason: o.byeReason()}, nil
	case string(KindRestart):
		sdp, err := o.restart()
		return Message{Kind: KindRestart, SDP: sdp}, err
	}
	return o.overlayFrame(OverlayKind(kind))
}

// summary reads the chains that somebody has (SPEC R5).
func (o object) summary() (RoomSummary, error) {
	var s RoomSummary
	chains, err := o.list("R5", "chains", MaxSummaryChains)
	if err != nil {
		return s, err
	}
	s.Chains = make([]ChainSummary, len(chains))
	for i, chain := range chains {
		if s.Chains[i], err = chain.chainSummary(); err != nil {
			return s, err
		}
	}
	s.More, err = o.flag("R5", "more")
	return s, err
}

func (o object) chainSummary() (ChainSummary, error) {
	var c ChainSummary
	var err error
	if c.Author, err = value[Identity](o, "R5", "author"); err != nil {
		return c, err
	}
	if c.Chain, err = o.chain("R5"); err != nil {
		return c, err
	}
	if c.Digest, err = value[Digest](o, "R5", "digest"); err != nil {
		return c, err
	}
	tips, err := o.list("R5", "tips", MaxChainTips)
	if err != nil {
		return c, err
	}
	if len(tips) == 0 {
		return c, parseErrorf("R5", "tips", "none")
	}
	c.Tips = make([]ChainTip, len(tips))
	for i, tip := range tips {
		if c.Tips[i].N, err = tip.count("R5", "n", 1); err != nil {
			return c, err
		}
		if c.Tips[i].ID, err = value[EventID](tip, "R5", "id"); err != nil {
			return c, err
		}
	}
	return c, nil
}

// events reads events, not what is in them (SPEC R5).
func (o object) events() (RoomEvents, error) {
	var f RoomEvents
	var texts []json.RawMessage
	if json.Unmarshal(o["events"], &texts) != nil || len(texts) == 0 || len(texts) > MaxFrameEvents {
		return f, parseErrorf("R5", "events", "want a list of 1 to %d", MaxFrameEvents)
	}
	f.Events = make([][]byte, len(texts))
	for i, text := range texts {
		var err error
		if f.Events[i], err = (object{"events": text}).bytes("R5", "events", MaxEventBytes); err != nil {
			return f, err
		}
	}
	var err error
	f.More, err = o.flag("R5", "more")
	return f, err
}

// got reads how far a chain has come (SPEC R7).
func (o object) got() (RoomGot, error) {
	var f RoomGot
	var err error
	if f.Chain, err = o.chain("R7"); err != nil {
		return f, err
	}
	if f.N, err = o.count("R7", "n", 1); err != nil {
		return f, err
	}
	if f.Read, err = o.count("R7", "read", 0); err != nil {
		return f, err
	}
	if f.Read > f.N {
		return f, parseErrorf("R7", "read", "more than is here")
	}
	return f, nil
}

// epoch reads a new code (SPEC R8).
func (o object) epoch() (RoomEpoch, error) {
	n, err := o.count("R8", "epoch", 1)
	if err != nil {
		return RoomEpoch{}, err
	}
	code, err := o.code("R8", "code")
	return RoomEpoch{Epoch: n, Code: code}, err
}

func (o object) chain(rule string) (ChainID, error) {
	raw, err := o.decoded(rule, "chain", chainBytes)
	if err != nil {
		return ChainID{}, err
	}
	return ChainID(raw), nil
}

// ids reads 1 to MaxIDs ids.
func ids[V EventID | GossipID](o object, rule string) ([]V, error) {
	var texts []json.RawMessage
	if json.Unmarshal(o["ids"], &texts) != nil || len(texts) == 0 || len(texts) > MaxIDs {
		return nil, parseErrorf(rule, "ids", "want a list of 1 to %d", MaxIDs)
	}
	var ids []V
	for _, text := range texts {
		id, err := object{"ids": text}.decoded(rule, "ids", valueBytes)
		if err != nil {
			return nil, err
		}
		ids = append(ids, V(id))
	}
	return ids, nil
}
