package disk

import (
	"errors"
	"os"
	"slices"
	"strconv"

	"github.com/parley-chat/parley/room/files"
)

const (
	// syncBytes is after how many bytes the disk is told to keep them: what a loss of power may cost.
	syncBytes = 64 << 20
	// smallBytes is what files have that are not vouched for before they are whole: to tell the disk to keep each takes
	// longer than to hash it again.
	smallBytes = 1 << 20
)

// part is the file that was written last.
type part struct {
	file  *os.File // nil if there is none
	entry int
}

// Write writes a block of the content, whose digest the caller has checked, unless it is there. It fails with
// files.ErrSealed if the manifest is wrong about it, with a *SpaceError when the disk is full, with ErrClosed, or as
// the disk does. What was written before stays; when there is room again, NewSink goes on.
func (s *Sink) Write(index int, block []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil || s.hasLocked(index) {
		return s.failed
	}
	content, err := s.set.Open(s.content[:0], index, block)
	if err != nil {
		return err
	}
	s.content = content
	piece, _ := s.set.Piece(index)
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
