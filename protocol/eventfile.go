package protocol

// FileKey seals the blocks of one set (SPEC F2). The zero value is no key that anybody chose.
type FileKey [valueBytes]byte

// MarshalText gives the base64url form (SPEC V9).
func (k FileKey) MarshalText() ([]byte, error) { return base64url.AppendEncode(nil, k[:]), nil }

// String hides the key, so that it comes into no log.
func (k FileKey) String() string { return "a file's key" }

// GoString hides the key.
func (k FileKey) GoString() string { return k.String() }

// SaidFile is the body of EventFile: files for the room (SPEC F1).
type SaidFile struct {
	// Root names the set of the files' blocks, Key opens them.
	Root BlockID `json:"root"`
	Key  FileKey `json:"key"`
	// Text is what is said with them; it may be empty.
	Text string `json:"text,omitempty"`
	// Reply is nil if they answer nothing.
	Reply *EventID `json:"reply,omitempty"`
}

// Encode writes the body. It refuses what ParseSaidFile would.
func (f SaidFile) Encode() ([]byte, error) { return encodeBody("F1", f, f.check()) }

// ParseSaidFile reads the body of EventFile.
func ParseSaidFile(body []byte) (SaidFile, error) {
	var f SaidFile
	o, err := parseBody(body)
	if err != nil {
		return f, err
	}
	if f.Root, err = value[BlockID](o, "F1", "root"); err != nil {
		return f, err
	}
	if f.Key, err = value[FileKey](o, "F1", "key"); err != nil {
		return f, err
	}
	text, present, err := o.text("F1", "text")
	if err != nil {
		return f, err
	}
	if f.Text = text; present && text == "" {
		return f, parseErrorf("F1", "text", "empty")
	}
	if _, present := o["reply"]; present {
		reply, err := value[EventID](o, "F1", "reply")
		if err != nil {
			return f, err
		}
		f.Reply = &reply
	}
	return f, f.check()
}

func (f SaidFile) check() error { return checkChars("F1", "text", f.Text, 0, MaxTextChars) }
