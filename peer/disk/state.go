package disk

import (
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/parley-chat/parley/protocol"
)

const (
	stateName  = "state"
	stateMagic = "parley-part 1\n\x00\x00"
)

// state is which blocks are there, beside the files that they are in: a head that says which set it is, then two
// bitmaps. A bit only ever becomes 1 while a process runs, so whatever part of what was written last is on the disk
// after a crash is true. The sink's mutex guards it.
type state struct {
	file *os.File
	// written are blocks that the system has been given; vouched those of them that the disk has said it keeps.
	written, vouched bitmap
}

// openState reads the state, or begins one. It fails with ErrOther where the state is another set's.
func openState(stage *os.Root, set protocol.BlockID, blocks int) (*state, error) {
	file, err := stage.OpenFile(stateName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	s := &state{file: file, written: newBitmap(blocks), vouched: newBitmap(blocks)}
	if err := s.read(append([]byte(stateMagic), set[:]...)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

// headBytes is where the bitmaps begin.
const headBytes = len(stateMagic) + len(protocol.BlockID{})

func (s *state) read(head []byte) error {
	raw, err := io.ReadAll(io.LimitReader(s.file, int64(headBytes+2*len(s.written)+1)))
	if err != nil {
		return err
	}
	if len(raw) < headBytes+2*len(s.written) { // just made, or killed while it was: nothing is there
		if _, err := s.file.WriteAt(append(head, make([]byte, 2*len(s.written))...), 0); err != nil {
			return err
		}
		return s.file.Sync()
	}
	if !bytes.Equal(raw[:headBytes], head) || len(raw) > headBytes+2*len(s.written) {
		return ErrOther
	}
	copy(s.written, raw[headBytes:])
	copy(s.vouched, raw[headBytes+len(s.written):])
	for i := range s.vouched {
		s.vouched[i] &= s.written[i]
	}
	return nil
}

// mark keeps that a block has been written.
func (s *state) mark(block int) error {
	s.written.set(block)
	_, err := s.file.WriteAt(s.written[block/8:block/8+1], int64(headBytes+block/8))
	return err
}

// vouch keeps that the disk has some blocks.
func (s *state) vouch(blocks []int) error {
	if len(blocks) == 0 {
		return nil
	}
	first, last := len(s.vouched), 0
	for _, block := range blocks {
		s.vouched.set(block)
		first, last = min(first, block/8), max(last, block/8)
	}
	if _, err := s.file.WriteAt(s.vouched[first:last+1], int64(headBytes+len(s.written)+first)); err != nil {
		return err
	}
	return s.file.Sync()
}

// forget keeps that a block is not there after all. Before anything else is done, save must be called.
func (s *state) forget(block int) {
	s.written.clear(block)
	s.vouched.clear(block)
}

// save writes both bitmaps.
func (s *state) save() error {
	if _, err := s.file.WriteAt(append(bytes.Clone(s.written), s.vouched...), int64(headBytes)); err != nil {
		return err
	}
	return s.file.Sync()
}
