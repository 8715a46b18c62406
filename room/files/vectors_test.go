package files_test

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/vectortest"
	"github.com/parley-chat/parley/room/files"
)

var writeVectors = flag.Bool("write-vectors", false, "make manifest.json, file-name.json and file-seal.json anew")

func vectorPath(name string) string { return filepath.Join("..", "..", "protocol", "vectors", name) }

const (
	manifestAbout = "SPEC F3, F4: manifests. hex: the encoding; entries and blocks (hex): what it says. Where an error " +
		"is expected there are none. Written by package room/files."
	nameAbout = "SPEC F5: names. expect: whether it may stand in a manifest. clean: what a sender makes of it that " +
		"may. safe: what Windows takes, of clean. second: clean with the number 2. Written by package room/files."
	sealAbout = "SPEC F2, F3: sealing. Keys, contents and blocks in hex; sort: 0 root, 1 part, 2 content. With files: " +
		"the set of so many empty ones, file-00000.txt and so on, without type and time; root: its digest, blocks: " +
		"those of the manifest's other blocks. Written by package room/files."
)

type manifestCase struct {
	Rule    string      `json:"rule"`
	Name    string      `json:"name"`
	Hex     string      `json:"hex"`
	Expect  string      `json:"expect"`
	Entries []entryNote `json:"entries,omitempty"`
	Blocks  []string    `json:"blocks,omitempty"`
}

type entryNote struct {
	Path     []string `json:"path"`
	Size     int64    `json:"size"`
	Type     string   `json:"type"`
	Modified *int64   `json:"modified,omitempty"`
}

func (c manifestCase) manifest(t *testing.T) files.Manifest {
	t.Helper()
	var m files.Manifest
	for _, e := range c.Entries {
		entry := files.Entry{Path: e.Path, Size: e.Size, Type: e.Type}
		if e.Modified != nil {
			entry.Modified = time.UnixMilli(*e.Modified)
		}
		m.Entries = append(m.Entries, entry)
	}
	m.Blocks = make([]protocol.BlockID, len(c.Blocks))
	for i, b := range c.Blocks {
		m.Blocks[i] = protocol.BlockID(unhex(t, b))
	}
	return m
}

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	raw, err := hex.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func TestManifestVectors(t *testing.T) {
	if *writeVectors {
		vectortest.Write(t, vectorPath("manifest.json"), manifestAbout, manifestCases(t))
	}
	for _, c := range vectortest.Read[manifestCase](t, vectorPath("manifest.json")) {
		t.Run(c.Name, func(t *testing.T) {
			got, err := files.ParseManifest(unhex(t, c.Hex))
			if c.Expect == "error" {
				if found, ok := errors.AsType[*protocol.ParseError](err); !ok || found.Rule != c.Rule {
					t.Fatalf("got %v, want an error of rule %s", err, c.Rule)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := c.manifest(t)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read %+v, want %+v", got, want)
			}
			if raw, err := want.Encode(); err != nil || hex.EncodeToString(raw) != c.Hex {
				t.Errorf("wrote %x, %v", raw, err)
			}
		})
	}
}

type nameCase struct {
	Rule   string `json:"rule"`
	Name   string `json:"name"`
	Path   string `json:"path"`
	Expect string `json:"expect"`
	Clean  string `json:"clean"`
	Safe   string `json:"safe"`
	Second string `json:"second"`
}

func TestNameVectors(t *testing.T) {
	if *writeVectors {
		vectortest.Write(t, vectorPath("file-name.json"), nameAbout, nameCases())
	}
	for _, c := range vectortest.Read[nameCase](t, vectorPath("file-name.json")) {
		if got := nameCaseOf(c.Name, c.Path); got != c {
			t.Errorf("%s: got %+v, want %+v", c.Name, got, c)
		}
	}
}

func nameCases() []nameCase {
	long := strings.Repeat("ä", 140)
	var cases []nameCase
	for _, c := range [][2]string{
		{"plain", "a.txt"},
		{"two endings", "a.tar.gz"},
		{"hidden", ".profile"},
		{"no ending", "README"},
		{"of other writing", "отчёт 年.pdf"},
		{"empty", ""},
		{"this folder", "."},
		{"the folder above", ".."},
		{"three dots", "..."},
		{"a slash", "a/b"},
		{"up and over", "../../etc/passwd"},
		{"a backslash", `..\a`},
		{"NUL", "a\x00.txt"},
		{"a line break", "a\nb"},
		{"a control character of the second row", "a\u0085b"},
		{"turned round", "photo\u202egpj.exe"},
		{"isolated", "a\u2067b"},
		{"not in NFC", "a\u0308.txt"},
		{"what Windows forbids", `a<b>:"|?*.txt`},
		{"a stream of NTFS", "a.txt:b"},
		{"dots and spaces at the end", "a. ."},
		{"a device", "con"},
		{"a device with an ending", "NUL.tar.gz"},
		{"a device with a space", "aux .txt"},
		{"a port", "COM1.log"},
		{"a port in superscript", "lpt².log"},
		{"no port", "COM10.log"},
		{"a device's name within", "console"},
		{"255 bytes", strings.Repeat("a", 251) + ".txt"},
		{"256 bytes", strings.Repeat("a", 252) + ".txt"},
		{"too long, of two bytes each", long + ".txt"},
		{"a device's name that becomes too long", "con." + strings.Repeat("a", 251)},
		{"an ending too long to be one", "a." + long},
	} {
		cases = append(cases, nameCaseOf(c[0], c[1]))
	}
	return cases
}

func nameCaseOf(name, path string) nameCase {
	c := nameCase{Rule: "F5", Name: name, Path: path, Expect: "ok"}
	if files.CheckName(path) != nil {
		c.Expect = "error"
	}
	c.Clean = files.CleanName(path)
	c.Safe, c.Second = files.SafeName(c.Clean), files.Numbered(c.Clean, 2)
	return c
}

type sealCase struct {
	Rule    string   `json:"rule"`
	Name    string   `json:"name"`
	Key     string   `json:"key"`
	Sort    int      `json:"sort"`
	Number  uint32   `json:"number"`
	Content string   `json:"content,omitempty"`
	Block   string   `json:"block,omitempty"`
	Files   int      `json:"files,omitempty"`
	Root    string   `json:"root,omitempty"`
	Blocks  []string `json:"blocks,omitempty"`
}

func TestSealVectors(t *testing.T) {
	if *writeVectors {
		vectortest.Write(t, vectorPath("file-seal.json"), sealAbout, sealCases(t))
	}
	for _, c := range vectortest.Read[sealCase](t, vectorPath("file-seal.json")) {
		want := c
		if got := c.sealed(t); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", c.Name, got, want)
		}
	}
}

func sealCases(t *testing.T) []sealCase {
	t.Helper()
	key := strings.Repeat("00", 31) + "07"
	cases := []sealCase{
		{Rule: "F2", Name: "a root", Key: key, Sort: 0, Content: "a0"},
		{Rule: "F2", Name: "a part", Key: key, Sort: 1, Number: 1, Content: "a0"},
		{Rule: "F2", Name: "a piece", Key: key, Sort: 2, Content: "a0"},
		{Rule: "F2", Name: "the last piece there may be", Key: key, Sort: 2, Number: 1<<22 - 1, Content: "00ff"},
		{Rule: "F3", Name: "a manifest in its root", Key: key, Files: 3},
		{Rule: "F3", Name: "a manifest in two parts", Key: key, Files: 10_000},
	}
	for i, c := range cases {
		cases[i] = c.sealed(t)
	}
	return cases
}

// sealed is the case with what comes out.
func (c sealCase) sealed(t *testing.T) sealCase {
	t.Helper()
	key := protocol.FileKey(unhex(t, c.Key))
	if c.Files == 0 {
		block, err := files.SealForTest(key, files.Sort(c.Sort), c.Number, unhex(t, c.Content))
		if err != nil {
			t.Fatal(err)
		}
		c.Block = hex.EncodeToString(block)
		return c
	}
	m := emptyFiles(c.Files)
	set, err := files.NewSet(key, m)
	if err != nil {
		t.Fatal(err)
	}
	root := set.Root()
	c.Root, c.Blocks = hex.EncodeToString(root[:]), nil
	for _, id := range set.Blocks()[1:] {
		c.Blocks = append(c.Blocks, hex.EncodeToString(id[:]))
	}
	return c
}

func emptyFiles(n int) files.Manifest {
	m := files.Manifest{Blocks: []protocol.BlockID{}}
	for i := range n {
		m.Entries = append(m.Entries, files.Entry{Path: []string{fmt.Sprintf("file-%05d.txt", i)}})
	}
	return m
}
