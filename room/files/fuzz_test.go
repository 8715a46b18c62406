package files_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-chat/parley/protocol/vectortest"
	"github.com/parley-chat/parley/room/files"
)

// What is read is written the same, whatever it was.
func FuzzParseManifest(f *testing.F) {
	for _, c := range vectortest.Read[manifestCase](f, vectorPath("manifest.json")) {
		f.Add(unhex(f, c.Hex))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := files.ParseManifest(raw)
		if err != nil {
			return
		}
		again, err := m.Encode()
		if err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("%x is written as %x, %v", raw, again, err)
		}
		for _, e := range m.Entries {
			if !filepath.IsLocal(filepath.Join(e.Path...)) {
				t.Fatalf("%q leads out", e.Path)
			}
		}
	})
}

// Every name can be made one that is accepted, and what is accepted stays in its folder and is one entry of it.
func FuzzName(f *testing.F) {
	for _, c := range nameCases() {
		f.Add(c.Path)
	}
	f.Add("\xff\xfe")
	folder := f.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = root.Close() })
	f.Fuzz(func(t *testing.T, name string) {
		clean := files.CleanName(name)
		if err := files.CheckName(clean); err != nil {
			t.Fatalf("%q becomes %q: %v", name, clean, err)
		}
		if files.CheckName(name) == nil && clean != name {
			t.Fatalf("%q becomes %q, and needs not", name, clean)
		}
		for _, saved := range []string{clean, files.SafeName(clean), files.Numbered(clean, 2)} {
			if err := files.CheckName(saved); err != nil {
				t.Fatalf("%q is saved as %q: %v", clean, saved, err)
			}
			staysInside(t, root, saved)
		}
		safe := files.SafeName(clean)
		if again := files.SafeName(safe); again != safe || strings.ContainsAny(safe, `<>:"|?*`) {
			t.Fatalf("%q is saved as %q, and that as %q", clean, safe, again)
		}
	})
}

func staysInside(t *testing.T, root *os.Root, name string) {
	t.Helper()
	file, err := root.Create(name)
	if err != nil {
		t.Fatalf("%q: %v", name, err)
	}
	_ = file.Close()
	entries, err := os.ReadDir(root.Name())
	if err != nil || len(entries) != 1 || entries[0].Name() != name {
		t.Fatalf("%q made %v, %v", name, entries, err)
	}
	if err := root.Remove(name); err != nil {
		t.Fatal(err)
	}
}
