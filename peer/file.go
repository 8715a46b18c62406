package peer

import (
	"context"
	"errors"
	"slices"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/files"
)

// What becomes of files in a room, but for that of disks ([disk.ErrNoSpace]) and of the room itself.
var (
	// ErrFileUnknown: no such entry speaks of files, as far as is known here, or it was deleted.
	ErrFileUnknown = errors.New("peer: no such file is known")
	// ErrFileBroken: what was said of the files is wrong. Nobody can bring them.
	ErrFileBroken = errors.New("peer: the file is broken")
	// ErrFileChanged: a file of this side is not what was said of it any more, so it is not given to others.
	ErrFileChanged = errors.New("peer: the file has changed")
	// ErrFileDeleted: who said the files has taken that back, or it is over.
	ErrFileDeleted = errors.New("peer: the file was deleted")
	// ErrFileStopped: [Group.StopFile] or [Group.DeclineFile] was called.
	ErrFileStopped = errors.New("peer: the file was stopped")
	// ErrFileHere: the files are on this side already, or being received.
	ErrFileHere = errors.New("peer: the file is here, or coming")
)

// FileState says how it stands with files on this side.
type FileState string

// The states.
const (
	FileSaid      FileState = "said"      // it is not known yet what they are
	FileOffered   FileState = "offered"   // nobody has asked for them here
	FileReceiving FileState = "receiving" // they come, or nobody who has them is there
	FileHere      FileState = "here"      // all is on this side's disk, and given to others
	FileFailed    FileState = "failed"    // nothing comes any more, for Err
)

// File is how it stands with files that were said in a room.
type File struct {
	// ID is the entry that speaks of them.
	ID    protocol.EventID
	State FileState
	// Entries are the files, and Size the bytes of all of them; none, and 0, with FileSaid. They are shared: nobody
	// changes them.
	Entries []files.Entry
	Size    int64
	// Here is how many bytes are on this side, and Rate how many come in a second, over the last five.
	Here, Rate int64
	// Given is how many of the bytes others have by now, as far as this side has given them, or heard of it.
	Given int64
	// Holders are those who are linked to this side and have said something of the files, by identity.
	Holders []Holder
	// Arrived are those who have said that all has arrived, and was checked: also those who have left since.
	Arrived []protocol.Identity
	// Err is set with FileFailed.
	Err error
}

// Holder is what somebody has said that they have of files.
type Holder struct {
	ID protocol.Identity
	// All of it, or about so many Bytes.
	All   bool
	Bytes int64
	// Wants: they want the rest. Declined: they want nothing of it.
	Wants, Declined bool
}

// File tells how it stands with the files that an entry speaks of. It fails with [ErrFileUnknown], ctx's error, and
// [ErrClosed] after the room's end.
func (g *Group) File(ctx context.Context, id protocol.EventID) (File, error) {
	var found File
	err := ErrFileUnknown
	asked := g.files.ask(ctx, func() {
		if said := g.files.said[id]; said != nil {
			found, err = g.files.file(said), nil
		}
	})
	if asked != nil {
		return File{}, asked
	}
	return found, err
}

// file is how it stands with what was said.
func (f *groupFiles) file(said *saidFile) File {
	s := said.set
	now := File{ID: said.entry.ID, State: FileSaid, Err: s.failed, Arrived: slices.Clone(s.arrived)}
	if s.files == nil {
		if s.failed != nil {
			now.State = FileFailed
		}
		return now
	}
	if said.file().Key != s.key {
		now.State, now.Err = FileFailed, ErrFileBroken
		return now
	}
	p := f.exchange.Progress(s.root)
	m := s.files.Manifest()
	now.Entries, now.Size, now.Here, now.Rate = m.Entries, m.Size(), s.here, int64(p.Rate)
	switch {
	case s.failed != nil:
		now.State = FileFailed
	case s.store == nil:
		now.State = FileOffered
	case s.whole && s.receipt == nil:
		now.State, now.Here = FileHere, now.Size
	default:
		now.State = FileReceiving
	}
	most := int64(0)
	for _, n := range p.Neighbours {
		h := Holder{ID: n.Peer, All: n.All, Wants: n.Wants, Declined: n.Declined, Bytes: now.Size}
		if !n.All {
			h.Bytes = min(now.Size, int64(max(0, n.Has-len(s.files.Head())))*files.PieceBytes)
		}
		if n.Wants || n.All {
			most = max(most, h.Bytes)
		}
		now.Holders = append(now.Holders, h)
	}
	now.Given = min(now.Size, most+s.givenBytes)
	return now
}
