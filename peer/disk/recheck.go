package disk

import (
	"context"
	"errors"

	"github.com/parley-chat/parley/room/files"
)

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
