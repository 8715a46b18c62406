package protocol

import (
	"encoding/json"
	"errors"
	"testing"
)

// [R4] to [R9]
func TestRoomFrameVectors(t *testing.T) {
	eachVector(t, "room-frame.json", func(t *testing.T, c vectorCase) {
		var got interface{ Encode() ([]byte, error) }
		var kind string
		var err error
		if c.Kind == string(KindHello) {
			var m Message
			m, err = ParseMessage([]byte(c.Input))
			got, kind = m, string(m.Kind)
		} else {
			var f RoomFrame
			f, err = ParseRoomFrame([]byte(c.Input))
			got, kind = f, kindOf(f)
		}
		if c.Expect == "unknown" {
			if !errors.Is(err, ErrUnknownKind) {
				t.Fatalf("got %v", err)
			}
			return
		}
		checkParse(t, c, err)
		if err != nil {
			return
		}
		if kind != c.Kind {
			t.Errorf("got kind %q, want %q", kind, c.Kind)
		}
		frame, err := got.Encode()
		if err != nil {
			t.Fatalf("cannot encode what was parsed: %v", err)
		}
		if c.Canonical && string(frame) != c.Input {
			t.Errorf("encodes to %.300q", frame)
		}
		if m, is := got.(Message); is && c.Value != nil {
			if reason, _ := json.Marshal(m.Reason); string(reason) != string(c.Value) {
				t.Errorf("got reason %q", m.Reason)
			}
		}
	})
}

func kindOf(f RoomFrame) string {
	switch f := f.(type) {
	case OverlayFrame:
		return string(f.Kind)
	case Message:
		return string(f.Kind)
	case RoomHave:
		return string(KindHave)
	case RoomSummary:
		return string(KindSummary)
	case RoomEvents:
		return string(KindEvents)
	case RoomWant:
		return string(KindWant)
	case RoomTyping:
		return string(KindTyping)
	case RoomGot:
		return string(KindGot)
	case RoomEpoch:
		return string(KindEpoch)
	}
	return ""
}

// The one parser reads the overlay's frames as that of section 14 does.
func TestRoomFrameReadsOverlay(t *testing.T) {
	for _, c := range readVectors(t, "overlay.json") {
		if c.Kind == "presence" {
			continue
		}
		_, want := ParseOverlayFrame([]byte(c.Input))
		f, err := ParseRoomFrame([]byte(c.Input))
		if (err == nil) != (want == nil) {
			t.Errorf("%s: got %v, want %v", c.Name, err, want)
		}
		if err == nil && kindOf(f) != c.Kind {
			t.Errorf("%s: got kind %q", c.Name, kindOf(f))
		}
	}
}

// A frame that nobody may send is not written.
func TestRoomFrameNotEncoded(t *testing.T) {
	for name, f := range map[string]RoomFrame{
		"no events":    RoomEvents{},
		"no ids":       RoomWant{},
		"epoch 0":      RoomEpoch{},
		"read too far": RoomGot{N: 1, Read: 2},
		"no tips":      RoomSummary{Chains: []ChainSummary{{}}},
	} {
		if frame, err := f.Encode(); err == nil {
			t.Errorf("%s: %s", name, frame)
		}
	}
}

func FuzzRoomFrame(f *testing.F) {
	for _, file := range []string{"room-frame.json", "overlay.json"} {
		for _, c := range readVectors(f, file) {
			f.Add([]byte(c.Input))
		}
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		if got, err := ParseRoomFrame(frame); err == nil {
			checkStable(t, got, ParseRoomFrame)
		}
	})
}
