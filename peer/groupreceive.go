package peer

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/files"
)

// KnowFile waits until it is known what files an entry speaks of, and asks for that where it does not come by itself
// (SPEC F6). While nobody who knows is there, it waits. It fails as [Group.Receive] does.
func (g *Group) KnowFile(ctx context.Context, id protocol.EventID) (File, error) {
	if _, err := g.knowSet(ctx, id); err != nil {
		return File{}, err
	}
	return g.File(ctx, id)
}

// knowSet waits for the manifest.
func (g *Group) knowSet(ctx context.Context, id protocol.EventID) (*fileSet, error) {
	var s *fileSet
	wait := make(chan struct{})
	if err := g.files.ask(ctx, func() {
		said := g.files.said[id]
		if said == nil {
			return
		}
		s = said.set
		if s.files != nil || errors.Is(s.failed, ErrFileBroken) {
			close(wait)
			return
		}
		s.asked = true
		s.waits = append(s.waits, wait)
		g.files.perform(g.files.exchange.Want(s.root))
	}); err != nil {
		return nil, err
	}
	if s == nil {
		return nil, ErrFileUnknown
	}
	select {
	case <-wait:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-g.files.done:
		return nil, ErrClosed
	}
	var failed error
	if err := g.files.ask(ctx, func() {
		if s.files == nil {
			failed = s.failed
		}
	}); err != nil {
		return nil, err
	}
	return s, failed
}

// Receive gets the files that an entry speaks of into a folder that is there, and gives their names in it, once all is
// checked and written; names that are there are not written over. While nobody who has them is in the room it waits.
// What came before ctx ends, or the process, stays in the folder, and Receive goes on with it when it is called again.
// It fails with ctx's error, [ErrFileUnknown], [ErrFileBroken], [ErrFileDeleted], [ErrFileStopped], [ErrFileHere],
// [ErrClosed], with a [disk.SpaceError] when there is not enough space, or as the disk does. Afterwards this side gives
// the files to others, as long as they stay as they are.
func (g *Group) Receive(ctx context.Context, id protocol.EventID, folder string) ([]string, error) {
	var names []string
	err := g.receive(ctx, id, folder, func(sink *disk.Sink) *blockStore {
		return &blockStore{
			Block: sink.Block, write: sink.Write, close: sink.Close, discard: sink.Discard,
			finish: func() (err error) {
				names, err = sink.Finish()
				return err
			},
		}
	})
	return names, err
}

// ReceiveTo is [Group.Receive] to a writer, which gets the files one after the other as they come. They are kept in a
// temporary folder until the room's end here, for others. What came is gone when it fails, with w's error too.
func (g *Group) ReceiveTo(ctx context.Context, id protocol.EventID, w io.Writer) error {
	folder, err := os.MkdirTemp("", "parley-*")
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	written := make(chan error, 1)
	streams := false
	err = g.receive(ctx, id, folder, func(sink *disk.Sink) *blockStore {
		streams = true
		go func() {
			err := sink.Stream(ctx, w)
			if err != nil {
				stop(err)
			}
			written <- err
		}()
		discard := func() error { return errors.Join(sink.Discard(), os.RemoveAll(folder)) }
		return &blockStore{
			Block: sink.Block, write: sink.Write, close: discard, discard: discard, finish: func() error { return nil },
		}
	})
	if !streams {
		return errors.Join(err, os.RemoveAll(folder))
	}
	if err != nil {
		stop(err)
	}
	streamed := <-written
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return errors.Join(err, streamed)
}

// receive gets files into a folder, and returns when the store that begin makes has been finished.
func (g *Group) receive(
	ctx context.Context, id protocol.EventID, folder string, begin func(*disk.Sink) *blockStore,
) error {
	s, err := g.knowSet(ctx, id)
	if err != nil {
		return err
	}
	var set *files.Set
	if err := g.files.ask(ctx, func() {
		if set = s.files; s.store != nil {
			err = ErrFileHere
		}
	}); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	sink, err := disk.NewSink(ctx, folder, set, disk.Options{})
	if err != nil {
		return err
	}
	store, r := begin(sink), &receipt{done: make(chan struct{})}
	here, present := sink.Bits(), set.Manifest().Size()-sink.Left()
	asked := g.files.ask(ctx, func() { err = g.files.receive(s, store, r, here, present) })
	if err = errors.Join(asked, err); err != nil {
		return errors.Join(err, store.close())
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		g.files.post(func() { g.files.stopReceipt(s, r, ctx.Err()) })
		select {
		case <-r.done:
		case <-g.files.done:
		}
	case <-g.files.done:
	}
	select {
	case <-r.done:
		return r.err
	default:
		return ErrClosed
	}
}

// receive begins to fill a store.
func (f *groupFiles) receive(s *fileSet, store *blockStore, r *receipt, here bits, present int64) error {
	switch {
	case f.sets[s.root] != s:
		return ErrFileDeleted
	case s.store != nil:
		return ErrFileHere
	}
	store.uses = 1
	s.store, s.receipt, s.failed, s.here, s.whole = store, r, nil, present, false
	f.perform(f.exchange.Have(s.root, here))
	f.perform(f.exchange.Want(s.root))
	return nil
}

func (f *groupFiles) stopReceipt(s *fileSet, r *receipt, err error) {
	if s.receipt == r {
		f.stop(s, err)
	}
}

// StopFile ends what goes on with the files of an entry: [Group.Receive] fails with [ErrFileStopped], and what this
// side has of them is not given to others any more; it stays on the disk. They can be received again. It fails with
// [ErrFileUnknown], ctx's error, and [ErrClosed].
func (g *Group) StopFile(ctx context.Context, id protocol.EventID) error {
	return g.withFile(ctx, id, func(s *fileSet) { g.files.stop(s, ErrFileStopped) })
}

// DeclineFile is [Group.StopFile], and lets others know that this side does not want the files.
func (g *Group) DeclineFile(ctx context.Context, id protocol.EventID) error {
	return g.withFile(ctx, id, func(s *fileSet) {
		g.files.stop(s, ErrFileStopped)
		g.files.perform(g.files.exchange.Decline(s.root))
	})
}

func (g *Group) withFile(ctx context.Context, id protocol.EventID, do func(*fileSet)) error {
	err := ErrFileUnknown
	asked := g.files.ask(ctx, func() {
		if said := g.files.said[id]; said != nil {
			err = nil
			do(said.set)
		}
	})
	return errors.Join(asked, err)
}
