package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/room/files"
)

// A sink that was closed goes on with every block that it had; one whose files were changed asks for what is wrong.
func TestGoesOn(t *testing.T) {
	path, to := filepath.Join(t.TempDir(), "large"), t.TempDir()
	write(t, path, 20*files.PieceBytes-5)
	src := source(t, path)
	order := shuffled(src.Set())
	first := sink(t, to, src.Set(), disk.Options{})
	give(t, src, first, order[:12])
	check(t, first.Close())

	again := sink(t, to, src.Set(), disk.Options{})
	for _, index := range order[:12] {
		if !again.Has(index) {
			t.Errorf("block %d was lost", index)
		}
	}
	wantBits(t, again, 12)
	check(t, again.Close())

	stages, err := filepath.Glob(filepath.Join(to, "*.parley-part"))
	if err != nil || len(stages) != 1 {
		t.Fatal(stages, err)
	}
	part, err := os.OpenFile(filepath.Join(stages[0], "0"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = part.WriteAt([]byte("changed"), int64(order[3]-1)*files.PieceBytes)
	check(t, errors.Join(err, part.Close()))
	var checked int64
	verified := sink(t, to, src.Set(), disk.Options{Verify: true, Progress: func(done int64) { checked = done }})
	if verified.Has(order[3]) || checked < 11*files.PieceBytes {
		t.Errorf("a changed block is there; %d bytes were looked at", checked)
	}
	if given := give(t, src, verified, order); given != 9 {
		t.Errorf("%d blocks were missing, want 9", given)
	}
	if _, err := verified.Finish(); err != nil {
		t.Fatal(err)
	}
	check(t, verified.Close())
	wantSame(t, sums(t, to), sums(t, filepath.Dir(path)))
}

func wantBits(t *testing.T, s *disk.Sink, content int) {
	t.Helper()
	set := 0
	for i, b := range s.Bits() {
		for bit := range 8 {
			if b&(0x80>>bit) != 0 {
				set++
				if !s.Has(8*i + bit) {
					t.Errorf("bit %d is set", 8*i+bit)
				}
			}
		}
	}
	if want := content + len(s.Set().Head()); set != want {
		t.Errorf("%d bits are set, want %d", set, want)
	}
}
