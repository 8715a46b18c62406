package files_test

import (
	"bytes"
	"encoding/hex"
	"maps"
	"strings"
	"testing"

	"github.com/parley-chat/parley/room/files"
)

// object is CBOR that any member may be in.
type object map[string]any

// with is a copy with one member otherwise; nil takes it away.
func (o object) with(name string, v any) object {
	changed := maps.Clone(o)
	if changed[name] = v; v == nil {
		delete(changed, name)
	}
	return changed
}

func manifestCases(t *testing.T) []manifestCase {
	t.Helper()
	file := object{"path": []any{"a.txt"}, "size": 5, "type": "text/plain", "modified": int64(1700000000000)}
	block := bytes.Repeat([]byte{7}, 32)
	good := object{"v": 1, "entries": []any{file}, "blocks": block}
	of := func(files ...any) object { return good.with("entries", files).with("blocks", []byte{}) }
	empty := file.with("size", 0)
	at := func(names ...any) object { return empty.with("path", names) }
	encode := func(v any) string {
		raw, err := files.EncodeForTest(v)
		if err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(raw)
	}
	whole := encode(good)
	swap := func(old, with string) string {
		if strings.Count(whole, old) != 1 {
			t.Fatalf("%s is there %d times", old, strings.Count(whole, old))
		}
		return strings.Replace(whole, old, with, 1)
	}
	cases := []manifestCase{
		{Rule: "F4", Name: "a file", Hex: whole},
		{Rule: "F4", Name: "no time", Hex: encode(good.with("entries", []any{file.with("modified", nil)}))},
		{Rule: "F4", Name: "an empty file of 1970", Hex: encode(of(empty.with("modified", 0).with("type", "")))},
		{Rule: "F4", Name: "folders", Hex: encode(of(at("a", "b"), at("a", "c", "b"), at("ab"), at("ä")))},
		{Rule: "F4", Name: "case beyond A to Z", Hex: encode(of(at("ä"), at("Ä")))},
		{
			Rule: "F4", Name: "two blocks and one",
			Hex: encode(good.with("entries", []any{file.with("size", 262129), at("b"), file.with("path", []any{"c"})}).
				with("blocks", append(append(bytes.Clone(block), bytes.Repeat([]byte{8}, 32)...), block...))),
		},
		{Rule: "F4", Name: "32 names", Hex: encode(of(at(repeated("a", 32)...)))},

		{Rule: "F3", Name: "nothing", Hex: ""},
		{Rule: "F3", Name: "cut off", Hex: whole[:len(whole)-2]},
		{Rule: "F3", Name: "a byte more", Hex: whole + "00"},
		{Rule: "F3", Name: "an unknown member", Hex: encode(good.with("more", 1))},
		{Rule: "F3", Name: "an unknown member of a file", Hex: encode(of(empty.with("mode", 0o755)))},
		{Rule: "F3", Name: "a member's name in upper case", Hex: encode(good.with("v", nil).with("V", 1))},
		{Rule: "F3", Name: "a member twice", Hex: "a4617601" + whole[2:]},
		{Rule: "F3", Name: "members in another order", Hex: "a3" + whole[2+6:] + "617601"},
		{Rule: "F3", Name: "a list without its length", Hex: swap("67656e747269657381", "67656e74726965739f") + "ff"},
		{Rule: "F3", Name: "a number that could be shorter", Hex: swap("617601", "61761801")},
		{Rule: "F3", Name: "a number as a float", Hex: swap("6473697a6505", "6473697a65f94500")},
		{Rule: "F3", Name: "a tag", Hex: "d9d9f7" + whole},
		{Rule: "F3", Name: "null for digests", Hex: strings.Replace(encode(of(empty)), "6b7340", "6b73f6", 1)},
		{Rule: "F3", Name: "null for a time", Hex: encode(of(empty.with("modified", []byte(nil))))},
		{Rule: "F3", Name: "bytes for a name", Hex: encode(of(at([]byte("a"))))},
		{Rule: "F3", Name: "a name not in UTF-8", Hex: swap("65612e747874", "65ff2e747874")},
		{Rule: "F3", Name: "33 names", Hex: encode(of(at(repeated("a", 33)...)))},
		{Rule: "F3", Name: "a list", Hex: "80"},
		{Rule: "F3", Name: "digests not whole", Hex: encode(good.with("blocks", block[:31]))},
		{Rule: "F4", Name: "no version", Hex: encode(good.with("v", nil))},
		{Rule: "F4", Name: "another version", Hex: encode(good.with("v", 2))},
		{Rule: "F4", Name: "no files", Hex: encode(of())},
		{Rule: "F4", Name: "no path", Hex: encode(of(at()))},
		{Rule: "F4", Name: "a size below zero", Hex: encode(of(empty.with("size", -1)))},
		{Rule: "F4", Name: "a size of 2⁵³", Hex: encode(of(empty.with("size", int64(1)<<53)))},
		{Rule: "F4", Name: "a time before 1970", Hex: encode(of(empty.with("modified", -1)))},
		{Rule: "F4", Name: "a type too long", Hex: encode(of(empty.with("type", strings.Repeat("a", 256))))},
		{Rule: "F4", Name: "a block too few", Hex: encode(good.with("blocks", []byte{}))},
		{Rule: "F4", Name: "a block too many", Hex: encode(of(empty).with("blocks", block))},
		{Rule: "F4", Name: "a path twice", Hex: encode(of(at("a", "b"), at("a", "b")))},
		{Rule: "F4", Name: "a path twice but for case", Hex: encode(of(at("a", "b"), at("A", "B")))},
		{Rule: "F4", Name: "a file where a folder is", Hex: encode(of(at("a"), at("a b"), at("a", "b")))},
		{Rule: "F5", Name: "a name that leads up", Hex: encode(of(at("..", "a")))},
		{Rule: "F5", Name: "an empty name", Hex: encode(of(at("a", "")))},
		{Rule: "F5", Name: "a path in a name", Hex: encode(of(at("/etc/passwd")))},
		{Rule: "F5", Name: "a name turned round", Hex: encode(of(at("photo\u202egpj.exe")))},
	}
	for i := range cases {
		cases[i].expect(t)
	}
	return cases
}

func repeated(name string, n int) []any {
	names := make([]any, n)
	for i := range names {
		names[i] = name
	}
	return names
}

// expect writes down what the case is read as.
func (c *manifestCase) expect(t *testing.T) {
	t.Helper()
	m, err := files.ParseManifest(unhex(t, c.Hex))
	if err != nil {
		c.Expect = "error"
		return
	}
	c.Expect = "ok"
	for _, e := range m.Entries {
		note := entryNote{Path: e.Path, Size: e.Size, Type: e.Type}
		if !e.Modified.IsZero() {
			note.Modified = new(e.Modified.UnixMilli())
		}
		c.Entries = append(c.Entries, note)
	}
	for _, b := range m.Blocks {
		c.Blocks = append(c.Blocks, hex.EncodeToString(b[:]))
	}
}
