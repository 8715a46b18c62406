package disk_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/files"
)

var testKey = protocol.FileKey{1, 2, 3}

// write makes a file of bytes that chance has chosen.
func write(tb testing.TB, path string, size int) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	_, err = io.CopyN(file, rand.NewChaCha8([32]byte{byte(size)}), int64(size))
	if err := errors.Join(err, file.Close()); err != nil {
		tb.Fatal(err)
	}
}

// source hashes paths.
func source(tb testing.TB, paths ...string) *disk.Source {
	tb.Helper()
	found, _, err := disk.Find(paths)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := disk.Read(tb.Context(), testKey, found, func(int64) {})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { check(tb, s.Close()) })
	return s
}

func sink(tb testing.TB, folder string, set *files.Set, options disk.Options) *disk.Sink {
	tb.Helper()
	s, err := disk.NewSink(tb.Context(), folder, set, options)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Error(err)
	}
}

// give writes blocks that the sink has not, and says how many those were.
func give(tb testing.TB, from *disk.Source, to *disk.Sink, indexes []int) (given int) {
	tb.Helper()
	for _, index := range indexes {
		if to.Has(index) {
			continue
		}
		block, err := from.Block(index)
		if err != nil {
			tb.Fatal(err)
		}
		if err := to.Write(index, block); err != nil {
			tb.Fatal(err)
		}
		given++
	}
	return given
}

// shuffled are the indexes of a set's content, in an order that is the same each time.
func shuffled(set *files.Set) []int {
	var indexes []int
	for index := len(set.Head()); index < len(set.Blocks()); index++ {
		indexes = append(indexes, index)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(indexes), func(i, j int) {
		indexes[i], indexes[j] = indexes[j], indexes[i]
	})
	return indexes
}

// sums are the SHA-256 of all files below a folder.
func sums(tb testing.TB, folder string) map[string][32]byte {
	tb.Helper()
	found := map[string][32]byte{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		name, relErr := filepath.Rel(folder, path)
		found[filepath.ToSlash(name)] = sha256.Sum256(raw)
		return errors.Join(err, relErr)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

func wantSame(tb testing.TB, got, want map[string][32]byte) {
	tb.Helper()
	if len(got) != len(want) {
		tb.Errorf("%d files, want %d", len(got), len(want))
	}
	for name, sum := range want {
		if got[name] != sum {
			tb.Errorf("%s is another file", name)
		}
	}
}

// tree makes a folder with files of many sizes.
func tree(tb testing.TB) string {
	tb.Helper()
	folder := filepath.Join(tb.TempDir(), "album")
	for name, size := range map[string]int{
		"empty": 0, "one": 1, ".hidden": 10, "exact": files.PieceBytes, "sub/more.bin": files.PieceBytes + 1,
		"sub/sub/large.bin": 2<<20 + 7, "отчёт.txt": 100,
	} {
		write(tb, filepath.Join(folder, filepath.FromSlash(name)), size)
	}
	return folder
}

func TestFolderArrives(t *testing.T) {
	from, to := tree(t), t.TempDir()
	check(t, os.Chmod(filepath.Join(from, "one"), 0o755)) // which must not arrive
	then := time.UnixMilli(1_600_000_000_123)
	check(t, os.Chtimes(filepath.Join(from, "one"), then, then))
	src := source(t, from)
	dst := sink(t, to, src.Set(), disk.Options{})
	if _, err := dst.Finish(); !errors.Is(err, disk.ErrMissing) {
		t.Errorf("finished before all was there: %v", err)
	}
	for _, index := range []int{-1, len(src.Set().Blocks())} {
		if err := dst.Write(index, []byte{1}); !errors.Is(err, files.ErrSealed) || dst.Has(index) {
			t.Errorf("block %d: %v", index, err)
		}
	}
	give(t, src, dst, shuffled(src.Set()))
	names, err := dst.Finish()
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, sums(t, filepath.Join(to, "album")), sums(t, from))
	wantSame(t, sums(t, to), sums(t, filepath.Dir(from))) // nothing else is left
	if len(names) != len(src.Set().Manifest().Entries) || slices.Contains(names, "") {
		t.Errorf("names are %q", names)
	}
	info, err := os.Stat(filepath.Join(to, "album", "one"))
	if err != nil || !info.ModTime().Equal(then) || info.Mode()&0o111 != 0 {
		t.Errorf("one is of %v, %v, %v", info.ModTime(), info.Mode(), err)
	}
	wantBlocks(t, src, dst.Block)
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = filepath.Join(to, filepath.FromSlash(name))
	}
	held := disk.Held(src.Set(), paths)
	wantBlocks(t, src, held.Block)
	check(t, held.Close())
	check(t, dst.Close())
}

// wantBlocks wants all blocks to be what the source gives.
func wantBlocks(t *testing.T, src *disk.Source, block func(index int) ([]byte, error)) {
	t.Helper()
	for index := range src.Set().Blocks() {
		want, err := src.Block(index)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := block(index); err != nil || !bytes.Equal(got, want) {
			t.Errorf("block %d is another: %v", index, err)
		}
	}
}

// Nothing that is there is written over, and a folder does not become one with another.
func TestNamesThatAreTaken(t *testing.T) {
	from, to := tree(t), t.TempDir()
	single := filepath.Join(t.TempDir(), "note.txt")
	write(t, single, 5)
	write(t, filepath.Join(to, "album", "one"), 77)
	write(t, filepath.Join(to, "note.txt"), 78)
	write(t, filepath.Join(to, "note (2).txt"), 79)
	before := sums(t, to)
	src := source(t, from, single)
	dst := sink(t, to, src.Set(), disk.Options{})
	give(t, src, dst, shuffled(src.Set()))
	if _, err := dst.Finish(); err != nil {
		t.Fatal(err)
	}
	check(t, dst.Close())
	for name, sum := range sums(t, from) {
		before["album (2)/"+name] = sum
	}
	before["note (3).txt"] = sums(t, filepath.Dir(single))["note.txt"]
	wantSame(t, sums(t, to), before)
}

// What a folder has that was made to catch who writes into it stays where it is.
func TestLinksLeadNowhere(t *testing.T) {
	file, outside, to := filepath.Join(t.TempDir(), "note.txt"), t.TempDir(), t.TempDir()
	write(t, file, 5)
	src := source(t, file)
	check(t, os.Symlink(filepath.Join(outside, "caught"), filepath.Join(to, "note.txt")))
	first := sink(t, to, src.Set(), disk.Options{})
	check(t, first.Close())
	stages, err := filepath.Glob(filepath.Join(to, "*.parley-part"))
	if err != nil || len(stages) != 1 {
		t.Fatal(stages, err)
	}
	check(t, os.Symlink(filepath.Join(outside, "part"), filepath.Join(stages[0], "0")))
	dst := sink(t, to, src.Set(), disk.Options{})
	block, err := src.Block(1)
	check(t, err)
	if err := dst.Write(1, block); err == nil {
		t.Error("wrote through a link")
	}
	check(t, os.Remove(filepath.Join(stages[0], "0")))
	give(t, src, dst, shuffled(src.Set()))
	names, err := dst.Finish()
	if err != nil || names[0] != "note (2).txt" {
		t.Errorf("%q, %v", names, err)
	}
	check(t, dst.Close())
	if len(sums(t, outside)) != 0 {
		t.Error("something was written outside")
	}
}

func TestDiscard(t *testing.T) {
	from, to := tree(t), t.TempDir()
	src := source(t, from)
	dst := sink(t, to, src.Set(), disk.Options{})
	give(t, src, dst, shuffled(src.Set())[:3])
	check(t, dst.Discard())
	if left := sums(t, to); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}
