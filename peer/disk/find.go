package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"time"

	"github.com/parley-chat/parley/room/files"
)

// What cannot be sent at once, and why.
var (
	ErrNothing  = errors.New("disk: no files")
	ErrNotFile  = errors.New("disk: neither a file nor a folder")
	ErrTooMany  = fmt.Errorf("disk: more than %d files", files.MaxEntries)
	ErrTooDeep  = fmt.Errorf("disk: more than %d folders in each other", files.MaxDepth)
	ErrTooLarge = errors.New("disk: too large for one manifest, which holds about 500 GB")
)

// File is a file on the disk that is to be sent.
type File struct {
	files.Entry

	from string
	// spooled files are removed when they are not needed any more.
	spooled bool
}

// Find lists what is to be sent: files, and folders with all that is in them, hidden files too. A path may be a
// symbolic link; those in folders are not followed. They, and what is neither file nor folder, are given in skipped.
// Names that others could not have (SPEC F5) are changed, so that nothing stays behind for its name. It fails with
// ErrNotFile for a path, ErrTooMany, ErrTooDeep, ErrNothing, or as the disk does.
func Find(paths []string) (found []File, skipped []string, err error) {
	f := finder{taken: map[string]bool{}}
	for _, path := range paths {
		if err := f.named(path); err != nil {
			return nil, nil, err
		}
	}
	if len(f.found) == 0 {
		return nil, f.skipped, ErrNothing
	}
	return f.found, f.skipped, nil
}

type finder struct {
	found   []File
	skipped []string
	// taken are the folded paths in the manifest, of folders too.
	taken map[string]bool
}

func (f *finder) named(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s", ErrNotFile, path)
	}
	return f.add(path, nil, info)
}

// add puts a file, or what is in a folder, into a folder of the manifest.
func (f *finder) add(path string, into []string, info os.FileInfo) error {
	if !info.IsDir() && !info.Mode().IsRegular() {
		f.skipped = append(f.skipped, path)
		return nil
	}
	if len(into) == files.MaxDepth {
		return fmt.Errorf("%w: %s", ErrTooDeep, path)
	}
	at := f.free(into, files.CleanName(filepath.Base(path)))
	if info.IsDir() {
		return f.folder(path, at)
	}
	if len(f.found) == files.MaxEntries {
		return ErrTooMany
	}
	f.found = append(f.found, fileAt(path, at, info))
	return nil
}

func (f *finder) folder(path string, at []string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if err := f.add(filepath.Join(path, entry.Name()), at, info); err != nil {
			return err
		}
	}
	return nil
}

// free takes a place in a folder of the manifest; with a number, where two names became one.
func (f *finder) free(into []string, name string) []string {
	for n := 1; ; n++ {
		at := append(append(make([]string, 0, len(into)+1), into...), name)
		if n > 1 {
			at[len(into)] = files.Numbered(name, n)
		}
		if key := files.FoldPath(at); !f.taken[key] {
			f.taken[key] = true
			return at
		}
	}
}

func fileAt(path string, at []string, info os.FileInfo) File {
	entry := files.Entry{Path: at, Size: info.Size(), Type: mime.TypeByExtension(filepath.Ext(at[len(at)-1]))}
	if modified := info.ModTime(); modified.UnixMilli() >= 0 {
		entry.Modified = time.UnixMilli(modified.UnixMilli())
	}
	return File{Entry: entry, from: path}
}

// Spool keeps what comes out of a pipe in a temporary file, so that it can be sent as one named name. What it wrote is
// removed when it fails, and else with the Source that is made of it. It fails with ctx, with r, or with a *SpaceError.
func Spool(ctx context.Context, name string, r io.Reader) (File, error) {
	file, err := os.CreateTemp("", "parley-*")
	if err != nil {
		return File{}, err
	}
	_, err = io.Copy(file, stoppable{ctx, r})
	info, statErr := file.Stat()
	if err = errors.Join(err, statErr, file.Close()); err != nil {
		return File{}, errors.Join(spaceError(err, filepath.Dir(file.Name()), 0), os.Remove(file.Name()))
	}
	spooled := fileAt(file.Name(), []string{files.CleanName(name)}, info)
	spooled.spooled = true
	return spooled, nil
}

// stoppable is a reader that ends with a context.
type stoppable struct {
	ctx context.Context //nolint:containedctx // io.Reader has none
	r   io.Reader
}

// Read implements [io.Reader].
func (s stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(b)
}
