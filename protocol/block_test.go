package protocol

import (
	"bytes"
	"encoding/hex"
	"errors"
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
)

// cidCase is one case of vectors/cid.json.
type cidCase struct {
	Rule   string `json:"rule"`
	Name   string `json:"name"`
	CID    string `json:"cid"`
	Expect string `json:"expect"`
	Hex    string `json:"hex,omitempty"` // the block; its digest if there is no block
	Block  string `json:"block,omitempty"`
}

// [B1]: names of blocks. The first is what every IPFS calls it; the web checks all by a library.
func TestCIDVectors(t *testing.T) {
	for _, c := range vectortest.Read[cidCase](t, filepath.Join("vectors", "cid.json")) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			id, err := ParseCID(c.CID)
			if c.Expect == "error" {
				if broken, ok := errors.AsType[*ParseError](err); !ok || broken.Rule != c.Rule {
					t.Fatalf("got %v, %v", id, err)
				}
				return
			}
			want := BlockID(unhex(t, c.Hex))
			if err != nil || id != want || want.String() != c.CID {
				t.Errorf("got %x, %v, which is written %v", id, err, want)
			}
			if c.Block != "" && BlockIDOf([]byte(c.Block)) != want {
				t.Errorf("the block is %v", BlockIDOf([]byte(c.Block)))
			}
		})
	}
}

// blockFrameCase is one case of vectors/block-frame.json.
type blockFrameCase struct {
	Rule   string `json:"rule"`
	Name   string `json:"name"`
	Hex    string `json:"hex"`
	Expect string `json:"expect"`
	Field  string `json:"field,omitempty"`

	Kind    string `json:"kind,omitempty"` // have, want, block, none, cancel
	Request uint32 `json:"request,omitempty"`
	Digest  string `json:"digest,omitempty"` // of have and want
	Flags   int    `json:"flags,omitempty"`
	First   uint32 `json:"first,omitempty"`
	Offset  uint32 `json:"offset,omitempty"`
	Size    uint32 `json:"size,omitempty"`
	Bytes   string `json:"bytes,omitempty"` // of have and block
}

// [B3] [B4] [B5] [B6]: frames about blocks.
func TestBlockFrameVectors(t *testing.T) {
	for _, c := range vectortest.Read[blockFrameCase](t, filepath.Join("vectors", "block-frame.json")) {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			frame, err := ParseBlockFrame(unhex(t, c.Hex))
			got := blockFrameCase{Rule: c.Rule, Name: c.Name, Hex: c.Hex, Expect: "ok"}
			if broken, ok := errors.AsType[*ParseError](err); ok {
				got.Rule, got.Expect, got.Field = broken.Rule, "error", broken.Field
			} else {
				got.is(frame)
				if again := hex.EncodeToString(frame.Encode()); again != c.Hex {
					t.Errorf("encodes to %s", again)
				}
			}
			if got != c {
				t.Errorf("got  %+v\nwant %+v", got, c)
			}
		})
	}
}

func (c *blockFrameCase) is(frame BlockFrame) {
	switch f := frame.(type) {
	case BlockHave:
		c.Kind, c.Digest, c.Flags = "have", hex.EncodeToString(f.Set[:]), int(f.Flags)
		c.First, c.Bytes = f.First, hex.EncodeToString(f.Bits)
	case BlockWant:
		c.Kind, c.Request, c.Digest = "want", uint32(f.Request), hex.EncodeToString(f.Block[:])
	case BlockPiece:
		c.Kind, c.Request, c.Bytes = "block", uint32(f.Request), hex.EncodeToString(f.Bytes)
		c.Offset, c.Size = f.Offset, f.Size
	case BlockNone:
		c.Kind, c.Request = "none", uint32(f.Request)
	case BlockCancel:
		c.Kind, c.Request = "cancel", uint32(f.Request)
	}
}

// [B3] [B4] What is just within the bounds is taken, what is beyond is not.
func TestBlockFrameBounds(t *testing.T) {
	most := BlockPiece{Request: 1, Size: MaxBlockBytes, Bytes: make([]byte, MaxPiece)}.Encode()
	if _, err := ParseBlockFrame(most); err != nil || len(most) != MaxBlockFrame {
		t.Errorf("[B3] %d bytes: %v", len(most), err)
	}
	if _, err := ParseBlockFrame(append(most, 0)); err == nil {
		t.Error("[B3] one byte more is taken")
	}
	bits := BlockHave{First: MaxSetBlocks - 8*MaxHaveBits, Bits: make([]byte, MaxHaveBits)}
	if _, err := ParseBlockFrame(bits.Encode()); err != nil {
		t.Errorf("[B4] %v", err)
	}
	bits.Bits = append(bits.Bits, 0)
	bits.First = 0
	if _, err := ParseBlockFrame(bits.Encode()); err == nil {
		t.Error("[B4] one byte of bits more is taken")
	}
}

func FuzzBlockFrame(f *testing.F) {
	for _, c := range vectortest.Read[blockFrameCase](f, filepath.Join("vectors", "block-frame.json")) {
		f.Add(unhex(f, c.Hex))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if frame, err := ParseBlockFrame(raw); err == nil && !bytes.Equal(frame.Encode(), raw) {
			t.Errorf("%x reads back as %x", raw, frame.Encode())
		}
	})
}

func FuzzCID(f *testing.F) {
	for _, c := range vectortest.Read[cidCase](f, filepath.Join("vectors", "cid.json")) {
		f.Add(c.CID)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ParseCID(s); err == nil && id.String() != s {
			t.Errorf("%q reads back as %q", s, id)
		}
	})
}
