package peer

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/member"
)

// FileWords is what is said with files.
type FileWords struct {
	// Text is at most 10 000 characters; empty is none.
	Text string
	// Reply is what they answer; nil if nothing.
	Reply *protocol.EventID
}

// SendFiles says files, which [disk.Find] has found, and gives the event's id: those who are in the room and want them
// get them from this side, and from one another, until the room's end here. It first reads them once; progress is told
// now and then how many bytes that were, and may be nil. It fails as [Group.Say] and [disk.Read] do. A file that is
// changed afterwards is not given to anybody any more ([ErrFileChanged] in [File]).
func (g *Group) SendFiles(
	ctx context.Context, found []disk.File, words FileWords, progress func(done int64),
) (protocol.EventID, error) {
	var key protocol.FileKey
	if _, err := io.ReadFull(g.d.o.Random, key[:]); err != nil {
		return protocol.EventID{}, fmt.Errorf("peer: a file's key: %w", err)
	}
	if progress == nil {
		progress = func(int64) {}
	}
	source, err := disk.Read(ctx, key, found, progress)
	if err != nil {
		return protocol.EventID{}, err
	}
	if err := g.files.ask(ctx, func() { g.files.serve(source, key) }); err != nil {
		return protocol.EventID{}, errors.Join(err, source.Close())
	}
	said := protocol.SaidFile{Root: source.Set().Root(), Key: key, Text: words.Text, Reply: words.Reply}
	id, err := g.tell(ctx, func(m *member.Member) (protocol.EventID, []member.Action, error) { return m.SayFile(said) })
	if err != nil {
		g.files.post(func() { g.files.unserve(said.Root) })
	}
	return id, err
}

// serve gives files to others.
func (f *groupFiles) serve(source *disk.Source, key protocol.FileKey) {
	set := source.Set()
	s := f.newSet(set.Root())
	s.key, s.files, s.here = key, set, set.Manifest().Size()
	s.store = &blockStore{Block: source.Block, close: source.Close, discard: source.Close, uses: 1}
	f.perform(f.exchange.Serve(s.root, set.Blocks()[1:]))
}

// unserve takes back what nobody was told of.
func (f *groupFiles) unserve(root protocol.BlockID) {
	if s := f.sets[root]; s != nil && len(s.said) == 0 {
		f.forgetSet(s, ErrFileStopped)
	}
}
