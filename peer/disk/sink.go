package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
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
	// content is the room for what a block holds while it is written.
	content []byte
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
	if index < s.head {
		return index >= 0
	}
	return index < len(s.set.Blocks()) && s.state.written.has(index-s.head)
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
	if !s.Has(index) {
		return nil, ErrMissing
	}
	if index < s.head {
		return s.set.Head()[index], nil
	}
	_, block, err := s.pieces.read(index)
	return block, err
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
