package disk_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/room/files"
)

func TestFind(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "f")
	for _, name := range []string{"b", "A", ".hidden", "sub/x", "back\\slash", "a\u0308", "\xff", "line\nbreak"} {
		write(t, filepath.Join(folder, filepath.FromSlash(name)), 1)
	}
	write(t, filepath.Join(folder, "back_slash"), 1)
	write(t, filepath.Join(folder, "a"), 1)
	outside := filepath.Join(t.TempDir(), "outside")
	write(t, outside, 1)
	check(t, os.Symlink(outside, filepath.Join(folder, "link")))
	check(t, os.Symlink(filepath.Dir(outside), filepath.Join(folder, "folder-link")))
	link := filepath.Join(t.TempDir(), "f")
	check(t, os.Symlink(outside, link))

	found, skipped, err := disk.Find([]string{folder, link})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, strings.Join(f.Path, "/"))
	}
	slices.Sort(got)
	want := []string{
		"f (2)", "f/.hidden", "f/A", "f/_", "f/a (2)", "f/b", "f/back_slash", "f/back_slash (2)", "f/line_break",
		"f/sub/x", "f/ä",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	links := []string{filepath.Join(folder, "folder-link"), filepath.Join(folder, "link")}
	if !slices.Equal(skipped, links) {
		t.Errorf("skipped %q, want %q", skipped, links)
	}
	src, err := disk.Read(t.Context(), testKey, found, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	check(t, src.Close())
}

func TestFindRefuses(t *testing.T) {
	empty, deep, many := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(deep, strings.Repeat("d/", files.MaxDepth), "a"), 1)
	for i := range files.MaxEntries + 1 {
		check(t, os.WriteFile(filepath.Join(many, strconv.Itoa(i)), nil, 0o600))
	}
	for path, want := range map[string]error{
		empty: disk.ErrNothing, deep: disk.ErrTooDeep, many: disk.ErrTooMany, os.DevNull: disk.ErrNotFile,
		filepath.Join(empty, "gone"): os.ErrNotExist,
	} {
		if _, _, err := disk.Find([]string{path}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
	}
}

func TestReadStops(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	write(t, path, 3*files.PieceBytes)
	found, _, err := disk.Find([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var done []int64
	_, err = disk.Read(ctx, testKey, found, func(n int64) {
		if done = append(done, n); len(done) == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(done, []int64{files.PieceBytes, 2 * files.PieceBytes}) {
		t.Errorf("%v after %v", err, done)
	}
	for _, size := range []int64{4 * files.PieceBytes, 5} {
		_, err = disk.Read(t.Context(), testKey, found, func(n int64) {
			if n == files.PieceBytes {
				check(t, os.Truncate(path, size))
			}
		})
		if !errors.Is(err, disk.ErrChanged) {
			t.Errorf("of %d bytes while it was read: %v", size, err)
		}
		if found, _, err = disk.Find([]string{path}); err != nil {
			t.Fatal(err)
		}
	}
}
