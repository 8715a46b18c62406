package protocol

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"
)

// [E3] [E8] [E9] [E10] [E11] [F1]: what bodies hold.
func TestEventBodies(t *testing.T) {
	eachVector(t, "event-body.json", func(t *testing.T, c vectorCase) {
		switch c.Kind {
		case "settings":
			checkBody(t, c, ParseRoomSettings)
		case "admission":
			checkBody(t, c, ParseAdmission)
		case "removal":
			checkBody(t, c, ParseRemoval)
		case "text":
			checkBody(t, c, ParseSaid)
		case "reaction":
			checkBody(t, c, ParseReaction)
		case "edit":
			checkBody(t, c, ParseEdit)
		case "deletion":
			checkBody(t, c, ParseDeletion)
		case "file":
			checkBody(t, c, ParseSaidFile)
		default:
			t.Fatalf("the test does not know kind %q", c.Kind)
		}
	})
}

// checkBody is checkContent, and the member that a refusal names.
func checkBody[V interface{ Encode() ([]byte, error) }](t *testing.T, c vectorCase, parse func([]byte) (V, error)) {
	t.Helper()
	checkContent(t, c, parse)
	if c.Expect == "error" {
		got, err := parse([]byte(c.JSON))
		checkValue(t, c, got, err)
		if broken, _ := errors.AsType[*ParseError](err); broken.Rule != c.Rule {
			t.Errorf("[%s] is named, want [%s]", broken.Rule, c.Rule)
		}
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	for name, body := range map[string]interface{ Encode() ([]byte, error) }{
		"[E8] settings without values":        RoomSettings{},
		"[E9] name too long":                  Admission{Name: string(make([]byte, MaxMemberNameChars+1))},
		"[E10] number 0":                      Removal{Last: []ChainEnd{{}}},
		"[E10] too many chains":               Removal{Last: make([]ChainEnd, MaxRemovalChains+1)},
		"[E10] epoch beyond what both count":  Removal{Epoch: maxNumber + 1},
		"[E11] empty text":                    Said{},
		"[E3] escapes beyond what a body has": Said{Text: string(make([]byte, MaxTextChars))},
		"[V7] text not well-formed":           Edit{Text: "\xff"},
		"[E11] no emoji":                      Reaction{},
	} {
		if out, err := body.Encode(); err == nil {
			t.Errorf("%s: encoded %d bytes", name, len(out))
		}
	}
}

// [E2] An event is of its room, its author, and its header as it was signed: a change of any byte is refused, and is
// nobody's fault.
func TestEveryByteOfAnEventCounts(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	root := EventID{7}
	h := EventHeader{Kind: EventText, N: 2, Lamport: 5, Time: 1, Previous: EventID{1}, Seen: []EventID{{3}, {2}}}
	e, id, err := SignEvent(root, h, []byte(`{"text":"a"}`), key)
	if err != nil {
		t.Fatal(err)
	}
	whole := e.Encode()
	if got, gotID, err := ParseEvent(root, whole); err != nil || gotID != id || !bytes.Equal(got.Encode(), whole) {
		t.Fatalf("reads back as %+v, %v", got, err)
	}
	if _, _, err := ParseEvent(EventID{8}, whole); err == nil {
		t.Error("[E2] taken in another room")
	}
	for i := range whole {
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		_, _, err := ParseEvent(root, changed)
		if err == nil {
			t.Errorf("byte %d changed, and taken", i)
		}
		if fault, ok := errors.AsType[*FaultError](err); ok {
			t.Errorf("byte %d changed on the way, and %v", i, fault)
		}
	}
	if _, _, err := ParseEvent(root, append(whole, make([]byte, MaxEventBytes)...)); err == nil {
		t.Error("[E1] taken beyond all bounds")
	}
	stub := e.Stub()
	if got, gotID, err := ParseEvent(root, stub.Encode()); err != nil || gotID != id || got.Body != nil {
		t.Errorf("[E3] the stub reads as %+v, %v", got, err)
	}
}
