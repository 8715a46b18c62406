package durable

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// FuzzDecode reads records of anybody's: an error, or what is written again as it was read.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("dprojects/p/databases/d/documents/a/b"), []byte{})
	f.Add([]byte("tprojects/p/databases/d"), []byte("12345678"))
	f.Add([]byte("ebucket\x00key"), []byte("value"))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		into := map[string]store.Saved{}
		if err := decode(into, key, value); err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("another error: %v", err)
			}
			return
		}
		for _, saved := range into {
			for _, d := range saved.Documents {
				again, err := encodeDocument(d)
				if err != nil {
					t.Fatal(err)
				}
				twice := map[string]store.Saved{}
				if err := decode(twice, documentKind.key(d.GetName()), again); err != nil {
					t.Errorf("read, written and not read again: %v", err)
				}
			}
		}
	})
}

// FuzzPages reads files of anybody's: it ends, and every error says that the file is damaged.
func FuzzPages(f *testing.F) {
	dir := f.TempDir()
	file, err := Open(dir)
	if err != nil {
		f.Fatal(err)
	}
	for _, key := range []string{"a", "b", "c"} {
		if err := file.Bucket("x").Put(key, bytes.Repeat([]byte(key), 3000)); err != nil {
			f.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		f.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		f.Fatal(err)
	}
	// A change of the whole file would mostly hit bytes without a meaning: the fuzzer says what to write where. The meta
	// pages' sums are not its to guess, so the tree is entered at its root.
	newest, err := newestMeta(bytes.NewReader(raw))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(newest.root*pageSize), []byte{})
	f.Add(uint32(newest.root*pageSize+headerSize), []byte{1, 0, 0, 0, 255, 255})
	f.Fuzz(func(t *testing.T, at uint32, change []byte) {
		hurt := bytes.Clone(raw)
		copy(hurt[int(at)%len(hurt):], change)
		walk := &tree{file: bytes.NewReader(hurt), pages: newest.pages, seen: map[uint64]bool{}}
		if err := walk.page(newest.root, within{}); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("another error: %v", err)
		}
	})
}

func FuzzState(f *testing.F) {
	f.Add(state{count: 3}.encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s, err := decodeState(raw); err == nil && !bytes.Equal(s.encode(), raw) {
			t.Errorf("%x was read as %x", raw, s.encode())
		}
	})
}
