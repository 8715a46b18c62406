package protocol

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"
)

// presenceRoom is the room and the key of the presences in vectors/overlay.json.
func presenceRoom() (EventID, ed25519.PrivateKey) {
	return EventID(bytes.Repeat([]byte{7}, 32)), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
}

// [O2] to [O8]
func TestOverlayVectors(t *testing.T) {
	eachVector(t, "overlay.json", func(t *testing.T, c vectorCase) {
		if c.Kind == "presence" {
			checkPresence(t, c)
			return
		}
		got, err := ParseOverlayFrame([]byte(c.Input))
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
		if string(got.Kind) != c.Kind {
			t.Errorf("got kind %q, want %q", got.Kind, c.Kind)
		}
		frame, err := got.Encode()
		if err != nil {
			t.Fatalf("cannot encode what was parsed: %v", err)
		}
		if c.Canonical && string(frame) != c.Input {
			t.Errorf("encodes to %.200q", frame)
		}
	})
}

func checkPresence(t *testing.T, c vectorCase) {
	t.Helper()
	root, private := presenceRoom()
	raw, err := base64url.DecodeString(c.Input)
	if err != nil {
		t.Fatal(err)
	}
	got, id, err := ParsePresence(raw, root)
	checkParse(t, c, err)
	if err != nil {
		return
	}
	var want struct {
		Member, Key, ID string
		Counter         uint64
		Stay            Stay
	}
	if err := json.Unmarshal(c.Value, &want); err != nil {
		t.Fatal(err)
	}
	if got.Member.String() != want.Member || got.Key.String() != want.Key || got.Counter != want.Counter ||
		got.Stay != want.Stay || hex.EncodeToString(id[:]) != want.ID {
		t.Errorf("got %+v, id %x", got, id)
	}
	if again := got.Sign(private, root); !bytes.Equal(again, raw) {
		t.Errorf("signs to %s", base64url.EncodeToString(again))
	}
}

// [O2] A presence with any bit changed, or in another room, is refused.
func TestPresenceChanged(t *testing.T) {
	root, private := presenceRoom()
	raw := Presence{Member: IdentityOf(private), Counter: 1}.Sign(private, root)
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 4
		if _, _, err := ParsePresence(changed, root); err == nil {
			t.Errorf("taken with byte %d changed", i)
		}
	}
	if _, _, err := ParsePresence(raw, EventID{}); err == nil {
		t.Error("taken in another room")
	}
}

func FuzzOverlayFrame(f *testing.F) {
	for _, c := range readVectors(f, "overlay.json") {
		f.Add([]byte(c.Input))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		if got, err := ParseOverlayFrame(frame); err == nil {
			checkStable(t, got, ParseOverlayFrame)
		}
	})
}

func FuzzPresence(f *testing.F) {
	root, private := presenceRoom()
	f.Add(Presence{Member: IdentityOf(private), Counter: 1}.Sign(private, root))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if p, _, err := ParsePresence(raw, root); err == nil && p.Member == IdentityOf(private) &&
			!bytes.Equal(p.Sign(private, root), raw) {
			t.Error("what is taken is not what is signed")
		}
	})
}
