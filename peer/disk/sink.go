package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/parley-chat/parley/room/files"
)

// What a sink cannot do.
var (
	// ErrOther means that what lies where a set's parts would be is something else.
	ErrOther = errors.New("disk: the folder for what comes is of something else")
	// ErrMissing means that blocks are missing yet.
	ErrMissing = errors.New("disk: not all has come")
	// ErrClosed means that the sink was closed, finished or discarded.
	ErrClosed = errors.New("disk: closed")
)

const (
	// syncBytes is after how many bytes the disk is told to keep them: what a loss of power may cost.
	syncBytes = 64 << 20
	// smallBytes is what files have that are not vouched for before they are whole: to tell the disk to keep each takes
	// longer than to hash it again.
	smallBytes = 1 << 20
)

// Options say how a sink begins.
type Options struct {
	// Verify hashes all again that is there from before, and not only what the disk has not vouched for.
	Verify bool
	// Progress is told how many bytes of what is there have been hashed again; nil if nobody asks.
	Progress func(done int64)

	free func(folder string) int64 // nil but in tests
}

func (o Options) progress(done int64) {
	if o.Progress != nil {
		o.Progress(done)
	}
}

// Sink writes what comes of a set, in any order, into a folder, beside what it will be: in a folder whose name ends
// with .parley-part. Its methods may be called concurrently.
type Sink struct {
	set    *files.Set
	head   int // how many blocks the manifest has
	folder *os.Root
	// stage is the folder of parts, each with the number of its entry for a name; stageName is its name.
	stage     *os.Root
	stageName string
	pieces    *pieces

	mu    sync.Mutex // guards what is below, and is held while the disk writes
	state *state
	part  part
	// left is how many blocks are missing, leftBytes what they hold.
	left      int
	leftBytes int64
	// fresh are blocks that the disk has not vouched for, of files that are not small, and freshBytes what they hold.
	fresh      []int
	freshBytes int64
	// failed is why nothing is written any more: ErrClosed, or that the disk did not keep what it was given.
	failed error
	// came is closed, and made anew, when a block has come or nothing will come any more.
	came chan struct{}

	names sync.Mutex // guards placed
	// placed are the names below folder that entries have got.
	placed map[int]string
}

// part is the file that was written last.
type part struct {
	file  *os.File // nil if there is none
	entry int
}

// NewSink begins to write a set into a folder that is there, or goes on where a process ended. It hashes again what
// nobody vouches for, until ctx ends. It fails with a *SpaceError, ErrOther, or as the disk does.
func NewSink(ctx context.Context, folder string, set *files.Set, options Options) (*Sink, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	s := &Sink{
		set: set, head: len(set.Head()), folder: root, stageName: stageNameOf(set),
		came: make(chan struct{}), placed: map[int]string{},
	}
	s.pieces = newPieces(set, s.open)
	if err := s.begin(ctx, options); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// stageNameOf is what a person finds the parts by, and no other set's.
func stageNameOf(set *files.Set) string {
	const longest, digits = 200, 10
	name := savedName(set.Manifest().Entries[0].Path[0])
	name = strings.ToValidUTF8(name[:min(len(name), longest)], "")
	id := set.Root().String()
	return name + "." + id[len(id)-digits:] + ".parley-part"
}

func (s *Sink) begin(ctx context.Context, options Options) error {
	err := s.folder.Mkdir(s.stageName, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if s.stage, err = s.folder.OpenRoot(s.stageName); err != nil {
		return err
	}
	if s.state, err = openState(s.stage, s.set.Root(), len(s.set.Blocks())-s.head); err != nil {
		return err
	}
	if err := s.readPlaced(); err != nil {
		return err
	}
	if err := s.recheck(ctx, options); err != nil {
		return err
	}
	free := freeSpace
	if options.free != nil {
		free = options.free
	}
	if free := free(s.folder.Name()); free >= 0 && s.leftBytes > free {
		return &SpaceError{Need: s.leftBytes, Free: free}
	}
	return nil
}

// recheck finds out what is there of what the state says.
func (s *Sink) recheck(ctx context.Context, options Options) error {
	var done int64
	for entry, e := range s.set.Manifest().Entries {
		there := s.there(entry)
		if !there {
			s.unplace(entry)
		}
		_, placed := s.place(entry)
		for index, end := s.set.Pieces(entry); index < end; index++ {
			piece, bit := s.pieceAt(index)
			vouched := s.state.vouched.has(bit) && !options.Verify
			if there && s.state.written.has(bit) && !vouched {
				if err := s.recheckBlock(ctx, index); err != nil {
					return err
				}
				done += int64(piece.Length)
				options.progress(done)
			}
			switch {
			case !there || !s.state.written.has(bit):
				s.state.forget(bit)
				s.left++
				s.leftBytes += int64(piece.Length)
			case !placed && !s.state.vouched.has(bit):
				s.freshen(index, e)
			}
		}
	}
	return s.state.save()
}

// recheckBlock hashes again what a block is made of, and forgets it if it is not what it should be.
func (s *Sink) recheckBlock(ctx context.Context, index int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, _, err := s.pieces.read(index)
	if errors.Is(err, ErrChanged) {
		s.state.forget(index - s.head)
		return nil
	}
	return err
}

// pieceAt is what a block of the content holds, and its bit in the state.
func (s *Sink) pieceAt(index int) (piece files.Piece, bit int) {
	piece, _ = s.set.Piece(index)
	return piece, index - s.head
}

// there tells whether an entry's file is where it should be, and as long.
func (s *Sink) there(entry int) bool {
	file, err := s.open(entry)
	if err != nil {
		return false
	}
	info, err := file.Stat()
	return errors.Join(err, file.Close()) == nil && info.Mode().IsRegular() &&
		info.Size() == s.set.Manifest().Entries[entry].Size
}

// open opens an entry's file, to read it, where it is now.
func (s *Sink) open(entry int) (*os.File, error) {
	if file, err := s.stage.Open(strconv.Itoa(entry)); err == nil {
		return file, nil
	}
	if name, placed := s.place(entry); placed {
		return s.folder.Open(name)
	}
	return nil, fs.ErrNotExist
}

// Set is what is written.
func (s *Sink) Set() *files.Set { return s.set }

// Left is how many bytes are missing.
func (s *Sink) Left() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leftBytes
}

// Has tells whether a block is there; those of the manifest are.
func (s *Sink) Has(index int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hasLocked(index)
}

func (s *Sink) hasLocked(index int) bool {
	return index < s.head || index < len(s.set.Blocks()) && s.state.written.has(index-s.head)
}

// Bits are the blocks that are there, as SPEC B4 has them, from index 0 on.
func (s *Sink) Bits() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	bits := newBitmap(len(s.set.Blocks()))
	for index := range s.set.Blocks() {
		if s.hasLocked(index) {
			bits.set(index)
		}
	}
	return bits
}

// Block makes a block that is there again, to give it to others. It fails with ErrMissing, with ErrChanged if somebody
// has changed the file, or as the disk does.
func (s *Sink) Block(index int) ([]byte, error) {
	if index < 0 || !s.Has(index) {
		return nil, ErrMissing
	}
	if index < s.head {
		return s.set.Head()[index], nil
	}
	_, block, err := s.pieces.read(index)
	return block, err
}

// Write writes a block of the content, whose digest the caller has checked, unless it is there. It fails with
// files.ErrSealed if the manifest is wrong about it, with a *SpaceError when the disk is full, with ErrClosed, or as
// the disk does. What was written before stays; when there is room again, NewSink goes on.
func (s *Sink) Write(index int, block []byte) error {
	content, err := s.set.Open(nil, index, block)
	if err != nil {
		return err
	}
	piece, _ := s.set.Piece(index)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil || s.hasLocked(index) {
		return s.failed
	}
	if err := s.writeLocked(index, piece, content); err != nil {
		return spaceError(err, s.folder.Name(), s.leftBytes)
	}
	s.left--
	s.leftBytes -= int64(piece.Length)
	close(s.came)
	s.came = make(chan struct{})
	s.freshen(index, s.set.Manifest().Entries[piece.Entry])
	if s.freshBytes >= syncBytes {
		return s.syncLocked()
	}
	return nil
}

// freshen keeps in mind that the disk has not vouched for a block.
func (s *Sink) freshen(index int, e files.Entry) {
	if e.Size >= smallBytes {
		s.fresh = append(s.fresh, index)
		s.freshBytes += files.PieceBytes
	}
}

func (s *Sink) writeLocked(index int, piece files.Piece, content []byte) error {
	file, err := s.partLocked(piece.Entry)
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(content, piece.Offset); err != nil {
		return err
	}
	return s.state.mark(index - s.head)
}

// partLocked is an entry's file, to write it. It is as long as it will be from the beginning, and has holes.
func (s *Sink) partLocked(entry int) (*os.File, error) {
	if s.part.file != nil && s.part.entry == entry {
		return s.part.file, nil
	}
	if err := s.closePartLocked(); err != nil {
		return nil, err
	}
	file, err := s.stage.OpenFile(strconv.Itoa(entry), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := file.Truncate(s.set.Manifest().Entries[entry].Size); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	s.part = part{file, entry}
	return file, nil
}

func (s *Sink) closePartLocked() error {
	if s.part.file == nil {
		return nil
	}
	err := s.part.file.Close()
	s.part = part{}
	return err
}

// syncLocked has the disk keep what is fresh, and vouches for it. If the disk does not, nobody knows what of it is
// there: nothing goes on before the next NewSink has looked.
func (s *Sink) syncLocked() error {
	slices.Sort(s.fresh)
	bits := make([]int, len(s.fresh))
	last := -1
	for i, index := range s.fresh {
		piece, bit := s.pieceAt(index)
		bits[i] = bit
		if piece.Entry == last {
			continue
		}
		last = piece.Entry
		file, err := s.partLocked(last)
		if err == nil {
			err = file.Sync()
		}
		if err != nil {
			return s.failLocked(err)
		}
	}
	if err := s.state.vouch(bits); err != nil {
		return s.failLocked(err)
	}
	s.fresh, s.freshBytes = nil, 0
	return nil
}

func (s *Sink) failLocked(err error) error {
	if s.failed == nil {
		s.failed = spaceError(err, s.folder.Name(), s.leftBytes)
		close(s.came)
		s.came = make(chan struct{})
	}
	return s.failed
}

// Stream writes all files one after the other to w as they come, and returns when all is written. It fails with ctx,
// with w, with ErrClosed, or as the disk does. It is for pipes: who streams discards the sink afterwards.
func (s *Sink) Stream(ctx context.Context, w io.Writer) error {
	for index := s.head; index < len(s.set.Blocks()); index++ {
		if err := s.wait(ctx, index); err != nil {
			return err
		}
		content, _, err := s.pieces.read(index)
		if err != nil {
			return fmt.Errorf("%w: block %d", err, index)
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sink) wait(ctx context.Context, index int) error {
	for {
		s.mu.Lock()
		there, failed, came := s.hasLocked(index), s.failed, s.came
		s.mu.Unlock()
		if there || failed != nil {
			return failed
		}
		select {
		case <-came:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close lets go of the files. What is there stays, for the next NewSink; after Finish, what has its name. Nothing is
// called afterwards.
func (s *Sink) Close() error {
	s.mu.Lock()
	var err error
	if s.failed == nil {
		err = errors.Join(s.syncLocked(), s.closePartLocked())
	}
	_ = s.failLocked(ErrClosed)
	s.mu.Unlock()
	return errors.Join(err, s.release())
}

// Discard closes the sink and removes what came; after Finish there is nothing to remove, and the files stay. Nothing
// is called afterwards.
func (s *Sink) Discard() error {
	s.mu.Lock()
	err := s.closePartLocked()
	_ = s.failLocked(ErrClosed)
	s.mu.Unlock()
	return errors.Join(err, s.releaseStage(), s.folder.RemoveAll(s.stageName), s.release())
}

// release closes what a sink has open. What is closed already is no error.
func (s *Sink) release() error { return errors.Join(s.releaseStage(), closed(s.folder.Close())) }

func (s *Sink) releaseStage() error {
	errs := []error{s.pieces.close()}
	if s.state != nil {
		errs = append(errs, closed(s.state.file.Close()))
	}
	if s.stage != nil {
		errs = append(errs, closed(s.stage.Close()))
	}
	return errors.Join(errs...)
}

func closed(err error) error {
	if errors.Is(err, fs.ErrClosed) {
		return nil
	}
	return err
}
