package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/parley-chat/parley/room/files"
)

// pieces makes blocks of a set's content again from the files that hold it. Its methods may be called concurrently.
type pieces struct {
	set  *files.Set
	open func(entry int) (*os.File, error)

	mu sync.Mutex // guards what is below, and is held while the disk reads
	// file is the one that was read last, entry which that is; nil if there is none.
	file  *os.File
	entry int
}

func newPieces(set *files.Set, open func(entry int) (*os.File, error)) *pieces {
	return &pieces{set: set, open: open}
}

// read gives what a block holds, and the block. It fails with ErrChanged if it is not the set's any more, or as the
// disk does.
func (p *pieces) read(index int) (content, block []byte, err error) {
	piece, ok := p.set.Piece(index)
	if !ok {
		return nil, nil, fs.ErrNotExist
	}
	content = make([]byte, piece.Length)
	if err := p.fill(content, piece); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, fs.ErrNotExist) {
			return nil, nil, ErrChanged
		}
		return nil, nil, err
	}
	block, same := p.set.Seal(nil, index, content)
	if !same {
		return nil, nil, ErrChanged
	}
	return content, block, nil
}

func (p *pieces) fill(content []byte, piece files.Piece) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == nil || p.entry != piece.Entry {
		if err := p.closeLocked(); err != nil {
			return err
		}
		file, err := p.open(piece.Entry)
		if err != nil {
			return err
		}
		p.file, p.entry = file, piece.Entry
	}
	_, err := io.ReadFull(io.NewSectionReader(p.file, piece.Offset, int64(len(content))), content)
	return err
}

// close lets go of the file that was read last. What is read afterwards is opened again.
func (p *pieces) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closeLocked()
}

func (p *pieces) closeLocked() error {
	if p.file == nil {
		return nil
	}
	err := p.file.Close()
	p.file = nil
	return err
}
