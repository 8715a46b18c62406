package protocol

import (
	"bytes"
	"crypto/ecdh"
	"encoding/hex"
	"errors"
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

var writeSealed = flag.Bool("write-sealed", false, "seal vectors/sealed-go.json anew")

// sealedCase is one case of vectors/sealed-*.json.
type sealedCase struct {
	Rule string `json:"rule"`
	Name string `json:"name"`
	// What the reader has: the room's secret, or its own private key.
	SecretHex  string `json:"secretHex,omitempty"`
	PrivateHex string `json:"privateHex,omitempty"`

	Room    string `json:"room"`
	Link    string `json:"link"`
	Kind    string `json:"kind"`
	Number  uint32 `json:"number"`
	FromHex string `json:"fromHex"`
	ToHex   string `json:"toHex"`

	Content    string `json:"content,omitempty"`
	PayloadHex string `json:"payloadHex"`
	Expect     string `json:"expect"`
}

// [L4] What either language sealed, this one opens; and it refuses what is wrong with it.
func TestSealedVectors(t *testing.T) {
	t.Parallel()
	if *writeSealed {
		writeSealedVectors(t)
	}
	for _, file := range []string{"sealed-go.json", "sealed-web.json"} {
		for _, c := range vectortest.Read[sealedCase](t, filepath.Join("vectors", file)) {
			t.Run(file+"/["+c.Rule+"] "+c.Name, c.check)
		}
	}
}

func (c sealedCase) check(t *testing.T) {
	t.Parallel()
	content, err := c.sealer(t).Open(c.place(t), unhex(t, c.PayloadHex))
	var parse *ParseError
	switch c.Expect {
	case "ok":
		if err != nil || string(content) != c.Content {
			t.Errorf("%q, %v; want %q", content, err, c.Content)
		}
	case "unsupported version":
		wantError(t, err, ErrUnsupportedVersion)
	case "unsupported suite":
		wantError(t, err, ErrUnsupportedSuite)
	case "not opened":
		wantError(t, err, ErrNotOpened)
	case "error":
		if !errors.As(err, &parse) || parse.Rule != c.Rule {
			t.Errorf("%v, want a *ParseError of %s", err, c.Rule)
		}
	default:
		t.Fatalf("the test does not know expect %q", c.Expect)
	}
}

func wantError(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func (c sealedCase) sealer(t *testing.T) Sealer {
	t.Helper()
	if c.SecretHex != "" {
		return NewRoomSealer(RoomSecret(unhex(t, c.SecretHex)), counting{})
	}
	key, err := ecdh.X25519().NewPrivateKey(unhex(t, c.PrivateHex))
	if err != nil {
		t.Fatal(err)
	}
	return pairSealerOf(t, key)
}

func (c sealedCase) place(t *testing.T) Place {
	t.Helper()
	kind, known := map[string]PayloadKind{"offer": KindOffer, "answer": KindAnswer, "batch": KindBatch}[c.Kind]
	if !known {
		t.Fatalf("the test does not know kind %q", c.Kind)
	}
	return Place{
		Room: RoomID(c.Room), Link: RoomID(c.Link), Kind: kind, Number: c.Number,
		From: Key(unhex(t, c.FromHex)), To: Key(unhex(t, c.ToHex)),
	}
}

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	raw, err := hex.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// counting is 0, 1, 2 … in place of randomness: for vectors alone.
type counting struct{}

func (counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

func writeSealedVectors(t *testing.T) {
	t.Helper()
	private := bytes.Repeat([]byte{7}, keyBytes)
	key, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	base := sealedCase{
		Rule: "L4", Expect: "ok", Kind: "offer", FromHex: strings.Repeat("0b", keyBytes),
		ToHex: hex.EncodeToString(key.PublicKey().Bytes()),
	}
	room, pair := base, base
	room.SecretHex, room.Link = "000102030405060708090a0b0c0d0e0f", "AAAAAAAAAAAAAAAAAAAAAAAAAAA"
	room.Room = string(RoomSecret(unhex(t, room.SecretHex)).RoomID())
	pair.PrivateHex, pair.Room = hex.EncodeToString(private), "BBBBBBBBBBBBBBBBBBBBBBBBBBA"
	var cases []sealedCase
	for suite, c := range map[string]sealedCase{"room": room, "pair": pair} {
		for _, one := range []struct {
			name, kind, content string
			number              uint32
		}{
			{"offer", "offer", `{"sdp":"v=0\r\n","end":false}`, 0},
			{"answer of 2 000 bytes", "answer", strings.Repeat("é", 1000), 0},
			{"batch 31", "batch", `{"candidates":[],"end":true}`, 31},
			{"empty", "offer", "", 0},
		} {
			c.Name, c.Kind, c.Content, c.Number = suite+": "+one.name, one.kind, one.content, one.number
			sealed, err := c.sealer(t).Seal(c.place(t), []byte(c.Content))
			if err != nil {
				t.Fatal(err)
			}
			c.PayloadHex = hex.EncodeToString(sealed)
			cases = append(cases, c)
		}
		offer := cases[len(cases)-4]
		for name, wrong := range map[string]func(*sealedCase){
			"L5 moved to another link": func(c *sealedCase) {
				c.Link, c.Expect = "CCCCCCCCCCCCCCCCCCCCCCCCCCA", "not opened"
			},
			"L5 passed for an answer": func(c *sealedCase) { c.Kind, c.Expect = "answer", "not opened" },
			"L5 last byte changed": func(c *sealedCase) {
				c.PayloadHex, c.Expect = c.PayloadHex[:len(c.PayloadHex)-2]+"00", "not opened"
			},
			"P1 version 0":     func(c *sealedCase) { c.PayloadHex, c.Expect = "00"+c.PayloadHex[2:], "unsupported version" },
			"P1 version 2":     func(c *sealedCase) { c.PayloadHex, c.Expect = "02"+c.PayloadHex[2:], "unsupported version" },
			"L4 suite 3":       func(c *sealedCase) { c.PayloadHex, c.Expect = "0103"+c.PayloadHex[4:], "unsupported suite" },
			"L2 one byte less": func(c *sealedCase) { c.PayloadHex, c.Expect = c.PayloadHex[:len(c.PayloadHex)-2], "error" },
			"P1 no byte":       func(c *sealedCase) { c.PayloadHex, c.Expect = "", "error" },
		} {
			c := offer
			wrong(&c)
			c.Rule, c.Name, _ = strings.Cut(name, " ")
			c.Name, c.Content = suite+": "+c.Name, ""
			cases = append(cases, c)
		}
	}
	slices.SortFunc(cases, func(a, b sealedCase) int { return strings.Compare(a.Name, b.Name) })
	vectortest.Write(t, filepath.Join("vectors", "sealed-go.json"),
		"SPEC L1 to L5: sealed by Go, and what is wrong with it.", cases)
}
