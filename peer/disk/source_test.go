package disk_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/room/files"
)

func TestChangedSource(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"a byte": func(path string) error {
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				return err
			}
			_, err = file.WriteAt([]byte{0}, files.PieceBytes+7)
			return errors.Join(err, file.Close())
		},
		"cut off": func(path string) error { return os.Truncate(path, files.PieceBytes+3) },
		"removed": os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a")
			write(t, path, 2*files.PieceBytes)
			src := source(t, path)
			check(t, change(path))
			if _, err := src.Block(2); !errors.Is(err, disk.ErrChanged) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v", err)
			}
			if _, err := src.Block(0); err != nil {
				t.Errorf("the manifest: %v", err)
			}
		})
	}
}

// What comes in any order leaves by a pipe in its own.
func TestPipes(t *testing.T) {
	content := make([]byte, 5*files.PieceBytes+9)
	_, _ = rand.NewChaCha8([32]byte{5}).Read(content)
	t.Setenv("TMPDIR", t.TempDir())
	spooled, err := disk.Spool(t.Context(), "-", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	src, err := disk.Read(t.Context(), testKey, []disk.File{spooled}, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	dst := sink(t, t.TempDir(), src.Set(), disk.Options{})
	var out bytes.Buffer
	streamed := make(chan error)
	go func() { streamed <- dst.Stream(t.Context(), &out) }()
	give(t, src, dst, shuffled(src.Set()))
	if err := <-streamed; err != nil || !bytes.Equal(out.Bytes(), content) {
		t.Errorf("%d bytes came, %v", out.Len(), err)
	}
	check(t, dst.Discard())
	if err := dst.Stream(t.Context(), &out); err == nil {
		t.Error("a sink that was discarded streams")
	}
	check(t, src.Close())
	if left := sums(t, os.TempDir()); len(left) != 0 {
		t.Errorf("%v is left of what was spooled", left)
	}
}
