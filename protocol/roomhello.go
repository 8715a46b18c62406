package protocol

// RoomHello is what a hello says in a room of many (SPEC R4).
type RoomHello struct {
	// Root is zero if the side knows of none.
	Root EventID `json:"root,omitzero"`
	// Name is what the person wants to be called: at most MaxMemberNameChars, and may be empty.
	Name string `json:"name,omitempty"`
}

func (h *RoomHello) check() error {
	if h == nil {
		return nil
	}
	return checkChars("R4", "name", h.Name, 0, MaxMemberNameChars)
}

// roomHello reads the member room of a hello.
func (o object) roomHello() (*RoomHello, error) {
	room, err := parseObject("R4", o["room"])
	if err != nil {
		return nil, parseErrorf("R4", "room", "not an object")
	}
	var h RoomHello
	if _, known := room["root"]; known {
		if h.Root, err = value[EventID](room, "R4", "root"); err != nil {
			return nil, err
		}
		if h.Root == (EventID{}) {
			return nil, parseErrorf("R4", "root", "zeros")
		}
	}
	if h.Name, _, err = room.text("R4", "name"); err != nil {
		return nil, err
	}
	return &h, h.check()
}
