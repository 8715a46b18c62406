package protocol

import "encoding/json"

// ParseOverlayFrame reads a text frame of SPEC section 14. A *ParseError or ErrUnknownKind means: drop the frame, keep
// the channel (SPEC C4).
func ParseOverlayFrame(frame []byte) (OverlayFrame, error) {
	if len(frame) > MaxFrameBytes {
		return OverlayFrame{}, parseErrorf("C2", "", "over %d bytes", MaxFrameBytes)
	}
	o, err := parseObject("C2", frame)
	if err != nil {
		return OverlayFrame{}, err
	}
	kind, err := o.requiredText("C2", "t")
	if err != nil {
		return OverlayFrame{}, err
	}
	return o.overlayFrame(OverlayKind(kind))
}

func (o object) overlayFrame(kind OverlayKind) (OverlayFrame, error) {
	var err error
	f := OverlayFrame{Kind: kind}
	switch f.Kind {
	case KindGossip:
		err = o.gossip(&f)
	case KindIHave:
		err = o.announcement(&f)
	case KindGraft:
		if _, asks := o["ids"]; asks {
			f.IDs, err = ids[GossipID](o, "O5")
		} else {
			f.From, err = value[Identity](o, "O5", "from")
		}
	case KindPrune:
		f.From, err = value[Identity](o, "O5", "from")
	case KindForwardJoin:
		if f.From, err = value[Identity](o, "O6", "from"); err == nil {
			f.Left, err = o.left("O6")
		}
	case KindIntroduce:
		err = o.introduction(&f)
	case KindJoin, KindPart:
	default:
		err = ErrUnknownKind
	}
	if err != nil {
		return OverlayFrame{}, err
	}
	return f, nil
}

// gossip reads what is broadcast: an event or a presence, not both (SPEC O3).
func (o object) gossip(f *OverlayFrame) error {
	hops, err := o.count("O3", "hops", 1)
	if err != nil {
		return err
	}
	if hops > MaxHops {
		return parseErrorf("O3", "hops", "over %d", MaxHops)
	}
	f.Hops = []int{int(hops)}
	_, event := o["event"]
	_, presence := o["presence"]
	switch {
	case event && presence:
		return parseErrorf("O3", "presence", "beside an event")
	case presence:
		f.Presence, err = o.decoded("O2", "presence", presenceBytes)
	default:
		f.Event, err = o.bytes("O3", "event", MaxEventBytes)
	}
	return err
}

// announcement reads ids, and as many hops (SPEC O4).
func (o object) announcement(f *OverlayFrame) error {
	var err error
	if f.IDs, err = ids[GossipID](o, "O4"); err != nil {
		return err
	}
	var hops []json.RawMessage
	if json.Unmarshal(o["hops"], &hops) != nil || len(hops) != len(f.IDs) {
		return parseErrorf("O4", "hops", "want one for each id")
	}
	f.Hops = make([]int, len(hops))
	for i, raw := range hops {
		n, err := object{"hops": raw}.count("O4", "hops", 1)
		if err != nil {
			return err
		}
		if n > MaxHops {
			return parseErrorf("O4", "hops", "over %d", MaxHops)
		}
		f.Hops[i] = int(n)
	}
	return nil
}

// introduction reads what one asks another to pass on (SPEC O8).
func (o object) introduction(f *OverlayFrame) error {
	var err error
	if f.From, err = value[Identity](o, "O8", "from"); err != nil {
		return err
	}
	if f.To, err = value[Identity](o, "O8", "to"); err != nil {
		return err
	}
	if f.From == f.To {
		return parseErrorf("O8", "to", "the same as from")
	}
	if f.Left, err = o.left("O8"); err != nil {
		return err
	}
	if f.Urgent, err = o.flag("O8", "urgent"); err != nil {
		return err
	}
	link, err := o.requiredText("O8", "link")
	if err != nil {
		return err
	}
	if f.Link, err = ParseRoomID(link); err != nil {
		return err
	}
	step, err := o.requiredText("O8", "step")
	if err != nil {
		return err
	}
	switch f.Step = Step(step); f.Step {
	case StepRefusal, StepUnreachable:
		return nil
	case StepOffer, StepAnswer:
		f.Sealed, err = o.bytes("O8", "sealed", MaxSealedBytes)
		return err
	}
	return parseErrorf("O8", "step", "none of the four")
}

// left reads how many more hops there may be (SPEC O6).
func (o object) left(rule string) (int, error) {
	n, err := o.count(rule, "left", 0)
	if err != nil {
		return 0, err
	}
	if n > MaxLeft {
		return 0, parseErrorf(rule, "left", "over %d", MaxLeft)
	}
	return int(n), nil
}

// bytes reads a member that is the base64url of 1 to limit bytes (SPEC V1).
func (o object) bytes(rule, name string, limit int) ([]byte, error) {
	s, err := o.requiredText(rule, name)
	if err != nil {
		return nil, err
	}
	if len(s) == 0 || len(s) > base64url.EncodedLen(limit) {
		return nil, parseErrorf(rule, name, "want 1 to %d bytes", limit)
	}
	n := base64url.DecodedLen(len(s))
	if err := checkBase64url(s, n); err != nil {
		return nil, parseErrorf(rule, name, "not base64url")
	}
	return base64url.DecodeString(s)
}
