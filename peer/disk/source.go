package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/files"
)

// ErrChanged means that a file is not what it was when it was hashed: it is not sent any more (SPEC F7). What wraps it
// names the file.
var ErrChanged = errors.New("disk: changed since")

// Source is files on the disk that are sent. Its methods may be called concurrently.
type Source struct {
	set    *files.Set
	pieces *pieces
	found  []File
}

// Read hashes files, and makes a set of them. The key is from a cryptographic source, and for this set only. progress
// is told now and then how many bytes have been read, by the caller's goroutine. Spooled files are removed if it fails:
// with ctx, with ErrChanged when a file changes meanwhile, with ErrTooLarge or ErrTooMany, or as the disk does.
func Read(ctx context.Context, key protocol.FileKey, found []File, progress func(done int64)) (*Source, error) {
	m := files.Manifest{Blocks: []protocol.BlockID{}}
	for _, f := range found {
		m.Entries = append(m.Entries, f.Entry)
	}
	if len(found) > files.MaxEntries {
		return nil, errors.Join(ErrTooMany, removeSpooled(found))
	}
	h := hashing{manifest: m, progress: progress, buffer: make([]byte, files.PieceBytes)}
	set, err := h.all(ctx, key, found)
	if err != nil {
		return nil, errors.Join(err, removeSpooled(found))
	}
	return newSource(set, found), nil
}

// Held is a set whose files are on the disk already, each entry's at its path. They are not read before they are asked
// for. Spooled files there are none.
func Held(set *files.Set, paths []string) *Source {
	found := make([]File, len(paths))
	for i, path := range paths {
		found[i] = File{Entry: set.Manifest().Entries[i], from: path}
	}
	return newSource(set, found)
}

func newSource(set *files.Set, found []File) *Source {
	return &Source{set: set, found: found, pieces: newPieces(set, func(entry int) (*os.File, error) {
		return os.Open(found[entry].from)
	})}
}

// Set is what the files are sent as.
func (s *Source) Set() *files.Set { return s.set }

// Block makes a block of the set again. It fails with ErrChanged, or as the disk does.
func (s *Source) Block(index int) ([]byte, error) {
	if head := s.set.Head(); index >= 0 && index < len(head) {
		return head[index], nil
	}
	_, block, err := s.pieces.read(index)
	if err != nil {
		piece, _ := s.set.Piece(index)
		return nil, fmt.Errorf("%w: %s", err, s.found[piece.Entry].from)
	}
	return block, nil
}

// Close lets go of the files, and removes those that were spooled.
func (s *Source) Close() error { return errors.Join(s.pieces.close(), removeSpooled(s.found)) }

func removeSpooled(found []File) error {
	var errs []error
	for _, f := range found {
		if f.spooled {
			errs = append(errs, os.Remove(f.from))
		}
	}
	return errors.Join(errs...)
}

// hashing reads files once.
type hashing struct {
	manifest files.Manifest
	progress func(done int64)
	done     int64
	buffer   []byte
}

func (h *hashing) all(ctx context.Context, key protocol.FileKey, found []File) (*files.Set, error) {
	var pieces int64
	for _, f := range found {
		pieces += f.Pieces()
	}
	if pieces > files.MaxManifestBytes/int64(len(protocol.BlockID{})) {
		return nil, ErrTooLarge
	}
	sealing, err := files.NewSealing(key)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		if err := h.file(ctx, sealing, f); err != nil {
			return nil, err
		}
	}
	return files.NewSet(key, h.manifest)
}

func (h *hashing) file(ctx context.Context, sealing *files.Sealing, f File) error {
	file, err := os.Open(f.from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	for left := f.Size; left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		piece := h.buffer[:min(left, files.PieceBytes)]
		if _, err := io.ReadFull(file, piece); err != nil {
			return changed(err, f.from)
		}
		h.manifest.Blocks = append(h.manifest.Blocks, sealing.Next(piece))
		left -= int64(len(piece))
		h.done += int64(len(piece))
		h.progress(h.done)
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if now := fileAt(f.from, f.Path, info); now.Size != f.Size || !now.Modified.Equal(f.Modified) {
		return fmt.Errorf("%w: %s", ErrChanged, f.from)
	}
	return nil
}

// changed makes ErrChanged of a file's early end.
func changed(err error, path string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %s", ErrChanged, path)
	}
	return err
}
