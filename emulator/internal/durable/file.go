package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// FileName is the name of the one file in a data directory.
const FileName = "parley.db"

// lockWait is how long [Open] waits for another process to let go of the file: one that is just ending.
const lockWait = time.Second

// ErrDamaged says that the file is not what was written to it. Restore it from a copy, or delete it and begin anew.
var ErrDamaged = errors.New("durable: the data file is damaged")

// ErrInUse says that another process has the data directory.
var ErrInUse = errors.New("durable: another process uses this data directory")

// ErrClosed is returned for everything that is to be written after Close.
var ErrClosed = errors.New("durable: closed")

// File is an open data directory. It is safe for concurrent use.
type File struct {
	db      *bbolt.DB
	summed  state         // what the file holds; Open's, then the writer's
	stopped chan struct{} // closed when the writer has ended

	mu     sync.Mutex
	saved  map[string]store.Saved // guarded by mu: what was loaded and is not asked for yet
	queue  []job                  // guarded by mu
	more   chan struct{}          // has an element when the queue has; capacity 1
	failed error                  // guarded by mu: why nothing is taken any more; ErrClosed after Close
}

var _ store.Journal = (*File)(nil)

// Open opens the file in dir, which it makes if it is not there, checks all of it and loads it. The caller closes the
// file. Errors: [ErrDamaged] with what was found, [ErrInUse] after a second, or those of the file system.
func Open(dir string) (*File, error) {
	path := filepath.Join(dir, FileName)
	if err := ensure(dir, path); err != nil {
		return nil, err
	}
	if err := inspect(path); err != nil {
		return nil, err
	}
	db, err := open(path, &bbolt.Options{})
	if err != nil {
		return nil, err
	}
	f := &File{db: db, stopped: make(chan struct{}), more: make(chan struct{}, 1)}
	if err := guarded(f.load); err != nil {
		_ = db.Close() // it was only read
		return nil, err
	}
	go f.write() // Close waits for it
	return f, nil
}

// inspect reads the file's pages while nobody writes, and before bbolt does.
func inspect(path string) error {
	raw, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("durable: %w", err)
	}
	defer func() { _ = raw.Close() }() // it was only read
	info, err := raw.Stat()
	if err != nil {
		return fmt.Errorf("durable: %w", err)
	}
	if info.Size() < 2*pageSize {
		return damaged("it has %d bytes", info.Size())
	}
	held, err := open(path, &bbolt.Options{ReadOnly: true}) // keeps writers away, and reads the meta pages only
	if err != nil {
		return err
	}
	defer func() { _ = held.Close() }()
	if info, err = raw.Stat(); err != nil {
		return fmt.Errorf("durable: %w", err)
	}
	return checkPages(raw, info.Size())
}

// open opens a file that is there, and locks it.
func open(path string, o *bbolt.Options) (db *bbolt.DB, err error) {
	o.Timeout = lockWait
	o.PageSize = pageSize
	o.NoStatistics = true
	// The list of free pages is found anew from the tree, which was checked: a damaged list would have pages in use
	// written over.
	o.NoFreelistSync = true
	o.FreelistType = bbolt.FreelistMapType
	err = guarded(func() error {
		db, err = bbolt.Open(path, 0o600, o)
		return err
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%w: %s", ErrInUse, path)
	case errors.Is(err, ErrDamaged):
		return nil, err
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch),
		errors.Is(err, berrors.ErrChecksum):
		return nil, damaged("its meta pages: %v", err)
	case err != nil:
		return nil, fmt.Errorf("durable: open %s: %w", path, err)
	}
	return db, nil
}

// Close writes what is queued, and closes the file. It is idempotent.
func (f *File) Close() error {
	f.mu.Lock()
	if f.failed == nil {
		f.failed = ErrClosed
	}
	f.mu.Unlock()
	f.wake()
	<-f.stopped
	if err := f.db.Close(); err != nil {
		return fmt.Errorf("durable: close: %w", err)
	}
	return nil
}

func damaged(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, a...))
}
