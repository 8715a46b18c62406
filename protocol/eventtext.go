package protocol

// Said is the body of EventText (SPEC E11).
type Said struct {
	Text string `json:"text"`
	// Reply is nil if the text answers no other.
	Reply *EventID `json:"reply,omitempty"`
}

// Encode writes the body. It refuses what ParseSaid would.
func (s Said) Encode() ([]byte, error) { return encodeBody("E11", s, checkSaid(s.Text)) }

// ParseSaid reads the body of EventText.
func ParseSaid(body []byte) (Said, error) {
	var s Said
	o, err := parseBody(body)
	if err != nil {
		return s, err
	}
	if s.Text, err = o.requiredText("E11", "text"); err != nil {
		return s, err
	}
	if _, present := o["reply"]; present {
		reply, err := value[EventID](o, "E11", "reply")
		if err != nil {
			return s, err
		}
		s.Reply = &reply
	}
	return s, checkSaid(s.Text)
}

// Reaction is the body of EventReaction (SPEC E11).
type Reaction struct {
	To    EventID `json:"to"`
	Emoji string  `json:"emoji"`
	// On is false when the reaction is taken back.
	On bool `json:"on"`
}

// Encode writes the body. It refuses what ParseReaction would.
func (r Reaction) Encode() ([]byte, error) {
	return encodeBody("E11", r, checkChars("E11", "emoji", r.Emoji, 1, MaxEmojiChars))
}

// ParseReaction reads the body of EventReaction.
func ParseReaction(body []byte) (Reaction, error) {
	var r Reaction
	o, err := parseBody(body)
	if err != nil {
		return r, err
	}
	if r.To, err = value[EventID](o, "E11", "to"); err != nil {
		return r, err
	}
	if r.Emoji, err = o.requiredText("E11", "emoji"); err != nil {
		return r, err
	}
	if r.On, err = o.flag("E11", "on"); err != nil {
		return r, err
	}
	return r, checkChars("E11", "emoji", r.Emoji, 1, MaxEmojiChars)
}

// Edit is the body of EventEdit: another text for an own one (SPEC E11).
type Edit struct {
	To   EventID `json:"to"`
	Text string  `json:"text"`
}

// Encode writes the body. It refuses what ParseEdit would.
func (e Edit) Encode() ([]byte, error) { return encodeBody("E11", e, checkSaid(e.Text)) }

// ParseEdit reads the body of EventEdit.
func ParseEdit(body []byte) (Edit, error) {
	var e Edit
	o, err := parseBody(body)
	if err != nil {
		return e, err
	}
	if e.To, err = value[EventID](o, "E11", "to"); err != nil {
		return e, err
	}
	if e.Text, err = o.requiredText("E11", "text"); err != nil {
		return e, err
	}
	return e, checkSaid(e.Text)
}

// Deletion is the body of EventDeletion: an own text is taken back, for all (SPEC E11).
type Deletion struct {
	To EventID `json:"to"`
}

// Encode writes the body.
func (d Deletion) Encode() ([]byte, error) { return encodeBody("E11", d, nil) }

// ParseDeletion reads the body of EventDeletion.
func ParseDeletion(body []byte) (Deletion, error) {
	var d Deletion
	o, err := parseBody(body)
	if err != nil {
		return d, err
	}
	d.To, err = value[EventID](o, "E11", "to")
	return d, err
}

func checkSaid(text string) error { return checkChars("E11", "text", text, 1, MaxTextChars) }
