package protocol

import (
	"encoding/json"
	"unicode/utf8"
)

// Limits of what a body holds (SPEC E8 to E11); texts are bounded by MaxTextChars.
const (
	MaxRoomNameChars   = 100
	MaxTopicChars      = 1000
	MaxMemberNameChars = 64
	MaxEmojiChars      = 16
	MinKeepSeconds     = 60
	MaxKeepSeconds     = 31536000
	MaxRemovalChains   = 500
	// maxBodyDepth is how deep arrays and objects may be in one another: what parsers of the two languages do beyond
	// some thousands differs (SPEC E3).
	maxBodyDepth = 32
)

// Invite tells who lets people in (SPEC E9).
type Invite string

// The values of Invite.
const (
	InviteAll     Invite = "all"
	InviteFounder Invite = "founder"
)

// HistoryPolicy tells what a newcomer gets of what was said before (SPEC E13).
type HistoryPolicy string

// The values of HistoryPolicy.
const (
	HistoryAll    HistoryPolicy = "all"
	HistoryJoined HistoryPolicy = "joined"
)

// RoomSettings is the body of EventRoom and EventSettings (SPEC E8).
type RoomSettings struct {
	Name    string        `json:"name"`
	Topic   string        `json:"topic"`
	Invite  Invite        `json:"invite"`
	Locked  bool          `json:"locked"`
	History HistoryPolicy `json:"history"`
	// KeepSeconds is how long bodies are kept; 0 is for ever.
	KeepSeconds uint64 `json:"keepSeconds"`
}

// Encode writes the body. It refuses what ParseRoomSettings would.
func (s RoomSettings) Encode() ([]byte, error) {
	return encodeBody("E8", s, s.check())
}

// ParseRoomSettings reads the body of EventRoom or EventSettings.
func ParseRoomSettings(body []byte) (RoomSettings, error) {
	var s RoomSettings
	o, err := parseBody(body)
	if err != nil {
		return s, err
	}
	if s.Name, _, err = o.text("E8", "name"); err != nil {
		return s, err
	}
	if s.Topic, _, err = o.text("E8", "topic"); err != nil {
		return s, err
	}
	invite, ok, err := o.text("E8", "invite")
	if err != nil {
		return s, err
	}
	if s.Invite = Invite(invite); !ok {
		s.Invite = InviteAll
	}
	if s.Locked, err = o.flag("E8", "locked"); err != nil {
		return s, err
	}
	history, ok, err := o.text("E8", "history")
	if err != nil {
		return s, err
	}
	if s.History = HistoryPolicy(history); !ok {
		s.History = HistoryAll
	}
	if _, present := o["keepSeconds"]; present {
		if s.KeepSeconds, err = o.count("E8", "keepSeconds", 0); err != nil {
			return s, err
		}
	}
	return s, s.check()
}

func (s RoomSettings) check() error {
	if err := checkChars("E8", "name", s.Name, 0, MaxRoomNameChars); err != nil {
		return err
	}
	if err := checkChars("E8", "topic", s.Topic, 0, MaxTopicChars); err != nil {
		return err
	}
	switch {
	case s.Invite != InviteAll && s.Invite != InviteFounder:
		return parseErrorf("E8", "invite", "unknown")
	case s.History != HistoryAll && s.History != HistoryJoined:
		return parseErrorf("E8", "history", "unknown")
	case s.KeepSeconds != 0 && (s.KeepSeconds < MinKeepSeconds || s.KeepSeconds > MaxKeepSeconds):
		return parseErrorf("E8", "keepSeconds", "not in its bounds")
	}
	return nil
}

// parseBody reads a body's members (SPEC E3).
func parseBody(body []byte) (object, error) {
	if len(body) > MaxEventBody {
		return nil, parseErrorf("E3", "", "over %d bytes", MaxEventBody)
	}
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '{' || c == '['):
			depth++
		case !quoted && (c == '}' || c == ']'):
			depth--
		}
		if depth > maxBodyDepth {
			return nil, parseErrorf("E3", "", "deeper than %d", maxBodyDepth)
		}
	}
	return parseObject("E3", body)
}

// encodeBody writes a body that was checked.
func encodeBody(rule string, body any, checked error) ([]byte, error) {
	if checked != nil {
		return nil, checked
	}
	return encodeContent(rule, body, MaxEventBody)
}

// checkChars bounds a text's length in characters (SPEC V7).
func checkChars(rule, field, s string, least, most int) error {
	if !utf8.ValidString(s) {
		return parseErrorf("V7", field, "not well-formed")
	}
	if n := utf8.RuneCountInString(s); n < least || n > most {
		return parseErrorf(rule, field, "want %d to %d characters", least, most)
	}
	return nil
}

// list reads a member that is an array of objects; at most limit of them.
func (o object) list(rule, name string, limit int) ([]object, error) {
	raw, present := o[name]
	if !present {
		return nil, parseErrorf(rule, name, "missing")
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil || items == nil {
		return nil, parseErrorf(rule, name, "not an array")
	}
	if len(items) > limit {
		return nil, parseErrorf(rule, name, "over %d", limit)
	}
	out := make([]object, len(items))
	for i, item := range items {
		var err error
		if out[i], err = parseObject(rule, item); err != nil {
			return nil, parseErrorf(rule, name, "not all objects")
		}
	}
	return out, nil
}
