package protocol

import "encoding/json"

// wireHeard is how Heard is written.
type wireHeard struct {
	Stream StreamID `json:"stream"`
	N      uint64   `json:"n"`
}

// hello reads the members of a hello (SPEC M1).
func (o object) hello() (Hello, error) {
	var h Hello
	var err error
	if _, many := o["room"]; many {
		if h.Room, err = o.roomHello(); err != nil {
			return h, err
		}
		h.Restart, err = o.flag("M7", "restart")
		return h, err
	}
	if h.Stream, err = o.stream(); err != nil {
		return h, err
	}
	if h.From, err = o.count("M1", "from", 1); err != nil {
		return h, err
	}
	if h.Restart, err = o.flag("M7", "restart"); err != nil {
		return h, err
	}
	if _, present := o["reunion"]; present {
		if h.Reunion, err = o.reunion(); err != nil {
			return h, err
		}
	}
	if raw, present := o["heard"]; present {
		h.Heard, err = parseHeard(raw)
	}
	return h, err
}

func parseHeard(raw json.RawMessage) (*Heard, error) {
	o, err := parseObject("M1", raw)
	if err != nil {
		return nil, parseErrorf("M1", "heard", "not an object")
	}
	var h Heard
	if h.Stream, err = o.stream(); err != nil {
		return nil, err
	}
	h.N, err = o.count("M1", "n", 0)
	return &h, err
}

// reunion reads the code of the room where strangers find each other again (SPEC M8).
func (o object) reunion() (*RoomSecret, error) {
	secret, err := o.code("M8", "reunion")
	if err != nil {
		return nil, err
	}
	return &secret, nil
}

// code reads a room code, and nothing around it.
func (o object) code(rule, name string) (RoomSecret, error) {
	code, err := o.requiredText(rule, name)
	if err != nil {
		return RoomSecret{}, err
	}
	secret, err := ParseRoomCode(code)
	if err != nil || secret.Code() != code {
		return RoomSecret{}, parseErrorf(rule, name, "not a room code")
	}
	return secret, nil
}

func (o object) stream() (StreamID, error) {
	s, err := o.requiredText("M1", "stream")
	if err != nil {
		return "", err
	}
	return ParseStreamID(s)
}

// count reads a member that is a whole number from least to the greatest that both languages count exactly (SPEC M2).
func (o object) count(rule, name string, least float64) (uint64, error) {
	var n float64 // as in JavaScript, 1.0 and 1e0 are the whole number 1
	raw, present := o[name]
	if !present || string(raw) == "null" || json.Unmarshal(raw, &n) != nil {
		return 0, parseErrorf(rule, name, "not a number")
	}
	if n < least || n > maxNumber || n != float64(uint64(n)) {
		return 0, parseErrorf(rule, name, "not a whole number in its bounds")
	}
	return uint64(n), nil
}
