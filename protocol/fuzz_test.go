package protocol

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

// What was accepted can be encoded, and reads back the same.

func FuzzOffer(f *testing.F) {
	for _, c := range readVectors(f, "description.json") {
		f.Add([]byte(c.JSON))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if o, err := ParseOffer(content); err == nil {
			checkStable(t, o, ParseOffer)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	for _, c := range readVectors(f, "description.json") {
		f.Add([]byte(c.JSON))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if a, err := ParseAnswer(content); err == nil {
			checkStable(t, a, ParseAnswer)
		}
	})
}

func FuzzBatch(f *testing.F) {
	for _, c := range readVectors(f, "batch.json") {
		f.Add([]byte(c.JSON))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if b, err := ParseBatch(content); err == nil {
			checkStable(t, b, ParseBatch)
		}
	})
}

// What is read as one fingerprint is one, however it is written.
func FuzzFingerprint(f *testing.F) {
	for _, c := range readVectors(f, "fingerprint.json") {
		f.Add(c.Input)
	}
	f.Fuzz(func(t *testing.T, sdp string) {
		found, err := FingerprintOf(sdp)
		if err != nil {
			return
		}
		if twice, err := FingerprintOf(sdp + "\r\n" + sdp); err != nil || twice != found {
			t.Errorf("said twice it is %x, %v; want %x", twice, err, found)
		}
		if _, err := FingerprintOf(sdp + "\r\na=fingerprint:sha-1 00"); err == nil {
			t.Error("[H2] another hash beside it was taken")
		}
	})
}

func FuzzMessage(f *testing.F) {
	for _, c := range readVectors(f, "message.json") {
		f.Add([]byte(c.Input))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := ParseMessage(frame)
		if err == nil {
			checkStable(t, m, ParseMessage)
		}
	})
}

func FuzzQuickMatchRequest(f *testing.F) {
	for _, c := range readVectors(f, "quick-match-request.json") {
		f.Add([]byte(c.Input))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseQuickMatchRequest(body)
		if err != nil {
			return
		}
		encoded, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseQuickMatchRequest(encoded); err != nil || back != r {
			t.Errorf("%+v reads back as %+v, %v", r, back, err)
		}
	})
}

func FuzzRoomCode(f *testing.F) {
	for _, c := range readVectors(f, "room-code.json") {
		f.Add(c.Input)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		s, err := ParseRoomCode(pasted)
		if err != nil {
			return
		}
		if back, err := ParseRoomCode(s.Code()); err != nil || back != s {
			t.Errorf("%x reads back as %x, %v", s, back, err)
		}
	})
}

func checkStable[T interface{ Encode() ([]byte, error) }](t *testing.T, value T, parse func([]byte) (T, error)) {
	t.Helper()
	encoded, err := value.Encode()
	if err != nil {
		// What fits as it came may be over the limit in canonical form, with its escapes: refused, not lost.
		return
	}
	back, err := parse(encoded)
	if err != nil || !reflect.DeepEqual(back, value) {
		t.Errorf("%+v reads back as %+v, %v", value, back, err)
	}
}

// What was accepted is within the bounds, and a browser takes each of its URLs.
func FuzzICEServers(f *testing.F) {
	for _, c := range readVectors(f, "ice-servers.json") {
		f.Add([]byte(c.Input))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := ParseICEServers(body)
		if err != nil {
			return
		}
		encoded, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseICEServers(encoded); err != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("%+v reads back as %+v, %v", s, back, err)
		}
		if len(s.ICEServers) > MaxICEServers {
			t.Errorf("[A8] %d servers", len(s.ICEServers))
		}
		for _, server := range s.ICEServers {
			if len(server.URLs) == 0 || len(server.URLs) > MaxICEURLs {
				t.Errorf("[A8] %d URLs", len(server.URLs))
			}
			for _, text := range server.URLs {
				u, err := ParseICEURL(text)
				if err != nil || (u.Relay && (server.Username == "" || server.Credential == "")) {
					t.Errorf("[A8] %q, %v", text, err)
				}
			}
		}
	})
}

// What was accepted is what was signed, byte for byte.
func FuzzEvent(f *testing.F) {
	for _, c := range vectortest.Read[eventCase](f, filepath.Join("vectors", "event.json")) {
		f.Add(unhex(f, c.RootHex), unhex(f, c.Hex))
	}
	f.Fuzz(func(t *testing.T, rootBytes, data []byte) {
		var root EventID
		copy(root[:], rootBytes)
		if split, err := splitEvent(data); err == nil && !bytes.Equal(split.Encode(), data) {
			t.Errorf("%x reads back as %x", data, split.Encode())
		}
		e, id, err := ParseEvent(root, data)
		if err == nil && (!bytes.Equal(e.Encode(), data) || e.ID(root) != id) {
			t.Errorf("%x reads back as %x", data, e.Encode())
		}
	})
}

func FuzzEventBody(f *testing.F) {
	for _, c := range readVectors(f, "event-body.json") {
		f.Add([]byte(c.JSON))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		checkBodyStable(t, body, ParseRoomSettings)
		checkBodyStable(t, body, ParseAdmission)
		checkBodyStable(t, body, ParseRemoval)
		checkBodyStable(t, body, ParseSaid)
		checkBodyStable(t, body, ParseReaction)
		checkBodyStable(t, body, ParseEdit)
		checkBodyStable(t, body, ParseDeletion)
		checkBodyStable(t, body, ParseSaidFile)
	})
}

func checkBodyStable[T interface{ Encode() ([]byte, error) }](
	t *testing.T, body []byte, parse func([]byte) (T, error),
) {
	t.Helper()
	if value, err := parse(body); err == nil {
		checkStable(t, value, parse)
	}
}
