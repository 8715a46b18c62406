package disk_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/parley-chat/parley/peer/disk"
)

// A disk that is too small says so before anything comes, and how much is needed; only for what is missing.
func TestTooLittleSpace(t *testing.T) {
	path, to := filepath.Join(t.TempDir(), "a"), t.TempDir()
	write(t, path, 3<<20)
	src := source(t, path)
	var options disk.Options
	disk.SetFree(&options, 3<<20-1)
	_, err := disk.NewSink(t.Context(), to, src.Set(), options)
	if found, ok := errors.AsType[*disk.SpaceError](err); !ok || !errors.Is(err, disk.ErrNoSpace) ||
		found.Need != 3<<20 || found.Free != 3<<20-1 {
		t.Fatalf("got %v", err)
	}
	disk.SetFree(&options, 3<<20)
	dst := sink(t, to, src.Set(), options)
	give(t, src, dst, shuffled(src.Set())[:5])
	check(t, dst.Close())
	disk.SetFree(&options, 2<<20)
	check(t, sink(t, to, src.Set(), options).Discard())
}
