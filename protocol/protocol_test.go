package protocol

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
)

// Every vector file has a test here; a new file without one fails.
func TestVectorsAreAllRead(t *testing.T) {
	known := map[string]bool{
		"ids.json": true, "quick-match-request.json": true, "quick-match-answer.json": true, "codes.json": true,
		"description.json": true, "batch.json": true, "room-code.json": true, "message.json": true,
		"negotiation.json": true, "sealed-go.json": true, "sealed-web.json": true, "stream.json": true,
		"hpke.json": true, "fingerprint.json": true, "handshake-go.json": true, "handshake-web.json": true,
		"short-code.json": true, "ice-servers.json": true, "event.json": true, "event-body.json": true,
		"signature.json": true,
		"history.json":   true,                                                      // package room/history
		"room-run.json":  true,                                                      // package room/simulation
		"cpace.json":     true, "exchange-go.json": true, "exchange-web.json": true, // package cpace
		"overlay.json": true, "room-frame.json": true, "block-frame.json": true, "cid.json": true,
		"blocks-trace.json": true,                                                 // package room/blocks
		"manifest.json":     true, "file-seal.json": true, "file-name.json": true, // package room/files
		"overlay-trace.json": true, // package room/overlay
		"diagnosis.json":     true, // package diagnosis
	}
	files, err := os.ReadDir("vectors")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("vectors/%s is read by no test", f.Name())
		}
	}
}

func TestIDs(t *testing.T) {
	parsers := map[string]func(string) (string, error){
		"roomId":    func(s string) (string, error) { id, err := ParseRoomID(s); return string(id), err },
		"requestId": func(s string) (string, error) { id, err := ParseRequestID(s); return string(id), err },
		"key":       func(s string) (string, error) { k, err := ParseKey(s); return k.String(), err },
		"pool":      ParsePool,
		"uid":       ParseUID,
	}
	eachVector(t, "ids.json", func(t *testing.T, c vectorCase) {
		parse, ok := parsers[c.Kind]
		if !ok {
			t.Fatalf("the test does not know kind %q", c.Kind)
		}
		got, err := parse(c.Input)
		checkParse(t, c, err)
		if c.Expect == "ok" && got != c.Input {
			t.Errorf("got %q, want the input", got)
		}
	})
}

// checkParse checks ok and error; other expectations are the caller's.
func checkParse(t *testing.T, c vectorCase, err error) {
	t.Helper()
	switch c.Expect {
	case "ok":
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
	case "error":
		if _, ok := errors.AsType[*ParseError](err); !ok {
			t.Fatalf("got error %v, want a *ParseError", err)
		}
	default:
		unknownExpect(t, c)
	}
}

func TestQuickMatchRequest(t *testing.T) {
	eachVector(t, "quick-match-request.json", func(t *testing.T, c vectorCase) {
		got, err := ParseQuickMatchRequest([]byte(c.Input))
		checkParse(t, c, err)
		checkValue(t, c, got, err)
	})
}

func TestQuickMatchAnswer(t *testing.T) {
	eachVector(t, "quick-match-answer.json", func(t *testing.T, c vectorCase) {
		got, err := ParseQuickMatchAnswer([]byte(c.Input))
		checkParse(t, c, err)
		checkValue(t, c, got, err)
	})
}

func TestICEServers(t *testing.T) {
	eachVector(t, "ice-servers.json", func(t *testing.T, c vectorCase) {
		got, err := ParseICEServers([]byte(c.Input))
		checkParse(t, c, err)
		checkValue(t, c, got, err)
	})
}

func TestICEURL(t *testing.T) {
	for text, want := range map[string]ICEURL{
		"stun:a.example":                     {Host: "a.example", Port: 3478, Transport: "udp"},
		"stuns:a.example":                    {TLS: true, Host: "a.example", Port: 5349, Transport: "tcp"},
		"turn:a.example":                     {Relay: true, Host: "a.example", Port: 3478, Transport: "udp"},
		"turn:a.example?transport=tcp":       {Relay: true, Host: "a.example", Port: 3478, Transport: "tcp"},
		"turns:a.example":                    {Relay: true, TLS: true, Host: "a.example", Port: 5349, Transport: "tcp"},
		"turns:[2001:db8::1]?transport=tcp":  {Relay: true, TLS: true, Host: "2001:db8::1", Port: 5349, Transport: "tcp"},
		"turn:192.0.2.1:443?transport=udp":   {Relay: true, Host: "192.0.2.1", Port: 443, Transport: "udp"},
		"turns:a.example:443?transport=tcp":  {Relay: true, TLS: true, Host: "a.example", Port: 443, Transport: "tcp"},
		"turn:[2001:db8::1]:1?transport=tcp": {Relay: true, Host: "2001:db8::1", Port: 1, Transport: "tcp"},
	} {
		if got, err := ParseICEURL(text); err != nil || got != want {
			t.Errorf("[A8] %s: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"stun:a:0", "stun:a:65536", "stun:a:", "stun:a:000001", "stun:[a]", "stun:[::1", "stun:[::1]2", "stun:::1",
		"stun:a_b", "stun:" + strings.Repeat("a", 508),
	} {
		if got, err := ParseICEURL(text); err == nil {
			t.Errorf("[A8] %s: %+v", text, got)
		}
	}
}

// checkValue compares what was parsed with the vector's value through JSON, or the member at fault.
func checkValue(t *testing.T, c vectorCase, got any, err error) {
	t.Helper()
	if parseErr, ok := errors.AsType[*ParseError](err); ok {
		if parseErr.Field != c.Field {
			t.Errorf("error names %q, want %q", parseErr.Field, c.Field)
		}
		return
	}
	encoded, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var have, want any
	if err := json.Unmarshal(encoded, &have); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(c.Value, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("got %s, want %s", encoded, c.Value)
	}
}

func TestCodes(t *testing.T) {
	eachVector(t, "codes.json", func(t *testing.T, c vectorCase) {
		got := ParseCode(c.Input)
		if string(got) != c.Code || got.Status() != c.Status || got.Retryable() != c.Retryable {
			t.Errorf("got %s %d retryable=%v", got, got.Status(), got.Retryable())
		}
		if p := NewProblem(got, "", ""); p.Type != "urn:parley:problem:"+c.Code || p.Status != c.Status || p.Title == "" {
			t.Errorf("[A10] problem %+v", p)
		}
	})
}

func TestDescription(t *testing.T) {
	eachVector(t, "description.json", func(t *testing.T, c vectorCase) {
		switch c.Kind {
		case "offer":
			checkContent(t, c, ParseOffer)
		case "answer":
			checkContent(t, c, ParseAnswer)
		default:
			t.Fatalf("the test does not know kind %q", c.Kind)
		}
	})
}

// checkContent parses what is sealed, and encodes it again.
func checkContent[V interface{ Encode() ([]byte, error) }](t *testing.T, c vectorCase, parse func([]byte) (V, error)) {
	t.Helper()
	got, err := parse([]byte(c.JSON))
	checkParse(t, c, err)
	if err != nil {
		return
	}
	checkValue(t, c, got, nil)
	encoded, err := got.Encode()
	if err != nil {
		t.Fatalf("cannot encode what was parsed: %v", err)
	}
	if c.Canonical && string(encoded) != c.JSON {
		t.Errorf("encodes to %.200q, want %.200q", encoded, c.JSON)
	}
}

func TestBatch(t *testing.T) {
	eachVector(t, "batch.json", func(t *testing.T, c vectorCase) {
		checkContent(t, c, func(content []byte) (Batch, error) {
			b, err := ParseBatch(content)
			if b.Candidates == nil {
				b.Candidates = []Candidate{}
			}
			return b, err
		})
	})
}

func TestEncodeRefuses(t *testing.T) {
	long := strings.Repeat("x", 600)
	for name, value := range map[string]interface{ Encode() ([]byte, error) }{
		"[P2] empty sdp":            Offer{},
		"[P2] answer without sdp":   Answer{},
		"[P2] sdp over 15 000":      Offer{Description: Description{SDP: strings.Repeat("s", maxSDPBytes+1)}},
		"[P2] escapes over 16 332":  Answer{Description: Description{SDP: strings.Repeat("\n", maxSDPBytes)}},
		"[P3] empty and not last":   Batch{},
		"[P3] twenty-one":           Batch{Candidates: make([]Candidate, MaxBatchCandidates+1)},
		"[P3] long candidate":       Batch{Candidates: []Candidate{{Candidate: long}}},
		"[P3] long sdpMid":          Batch{Candidates: []Candidate{{SDPMid: &long}}},
		"[C3] empty text":           Message{Kind: KindChat},
		"[V7] text not well-formed": Message{Kind: KindChat, Text: "\xff"},
		"[C3] text too long":        Message{Kind: KindChat, Text: strings.Repeat("x", MaxTextChars+1)},
		"[C2] unknown kind":         Message{Kind: "typing"},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := value.Encode(); err == nil {
				t.Errorf("encoded %d bytes", len(out))
			}
		})
	}
}

func TestRoomCode(t *testing.T) {
	eachVector(t, "room-code.json", func(t *testing.T, c vectorCase) {
		got, err := ParseRoomCode(c.Input)
		checkParse(t, c, err)
		if err != nil {
			return
		}
		if hex.EncodeToString(got[:]) != c.SecretHex || got.Code() != c.Code || string(got.RoomID()) != c.RoomID {
			t.Errorf("got secret %x, code %s, room %s", got[:], got.Code(), got.RoomID())
		}
	})
}

func TestRoomLink(t *testing.T) {
	secret, err := NewRoomSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	link := secret.Link("https://parley.example/#old")
	if want := "https://parley.example/#r=" + secret.Code(); link != want {
		t.Errorf("[K1] link %s, want %s", link, want)
	}
	if back, err := ParseRoomCode(link); err != nil || back != secret {
		t.Errorf("[K1] link reads back as %x, %v", back, err)
	}
}

func TestMessage(t *testing.T) {
	eachVector(t, "message.json", func(t *testing.T, c vectorCase) {
		got, err := ParseMessage([]byte(c.Input))
		switch c.Expect {
		case "chat", "bye", "proof", "hello", "ack", "restart":
			if err != nil || string(got.Kind) != c.Expect || (got.Kind == KindChat && got.Text != c.Text) {
				t.Fatalf("got %.80q of kind %s, %v", got.Text, got.Kind, err)
			}
		case "unknown":
			if !errors.Is(err, ErrUnknownKind) {
				t.Fatalf("got error %v, want ErrUnknownKind", err)
			}
			return
		default:
			checkParse(t, c, err)
			return
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

func TestNewIDs(t *testing.T) {
	room, err := NewRoomID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRoomID(string(room)); err != nil {
		t.Errorf("[V2] %v", err)
	}
	request, err := NewRequestID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRequestID(string(request)); err != nil {
		t.Errorf("[V3] %v", err)
	}
	if _, err := NewRoomID(bytes.NewReader(make([]byte, 19))); err == nil {
		t.Error("[V2] an id was made of 19 bytes")
	}
}
