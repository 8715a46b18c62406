package peer

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/room/blocks"
	"github.com/parley-chat/parley/room/files"
)

// Bounds of what comes without being asked for (SPEC F6): a manifest, all of them, and how many.
const (
	maxOwnParts = 4 // of a manifest, beside its root
	maxOwnHeads = 64 << 20
	maxOwnSets  = 1024
	// maxKeysTried bounds the keys that are tried on a root: an honest one has one.
	maxKeysTried = 16
)

// saidFile is an event that speaks of a set.
type saidFile struct {
	entry   Entry // as it was when it came
	member  Member
	earlier bool
	set     *fileSet
}

func (s *saidFile) file() protocol.SaidFile { return *s.entry.File }

// fileSet is what this side has of a set, and does with it. The goroutine of groupFiles owns it.
type fileSet struct {
	root protocol.BlockID
	said []*saidFile // that speak of it; none for a moment only

	// opening is of the key that opens the root; key is that one. raw are blocks of the manifest by index.
	key       protocol.FileKey
	opening   *files.Opening
	raw       map[int][]byte
	headBytes int
	asked     bool // a person wants the manifest, however long it is
	files     *files.Set
	waits     []chan struct{} // closed when files or failed is set

	store      *blockStore // where the content is; nil: nowhere
	receipt    *receipt    // nil: nobody waits for it here
	here       int64       // bytes of the content that are there
	whole      bool        // all is, as far as the exchange knows
	given      bits        // blocks that somebody was given, and how many bytes of files they hold
	givenBytes int64
	arrived    []protocol.Identity
	failed     error // why nothing comes of it any more
}

// blockStore is where the content of a set is.
type blockStore struct {
	Block   func(index int) ([]byte, error)
	write   func(index int, block []byte) error // nil: nothing can be written
	finish  func() error                        // is called when all is there
	close   func() error
	discard func() error

	uses int    // the set, and jobs
	let  func() // lets go of it; set when the set does
}

// receipt is what somebody waits for.
type receipt struct {
	done      chan struct{} // closed when all has come, or will not
	err       error         // is set before that
	finishing bool
}

func (r *receipt) end(err error) {
	r.err = err
	close(r.done)
}

// head gives a block of the manifest.
func (s *fileSet) head(index int) ([]byte, bool) {
	if s.files == nil {
		return s.raw[index], true
	}
	if heads := s.files.Head(); index < len(heads) {
		return heads[index], true
	}
	return nil, false
}

// end lets go of everything at the room's end; no job runs any more.
func (s *fileSet) end(err error) {
	if s.store != nil {
		closing := s.store.close()
		if s.receipt != nil {
			s.receipt.end(errors.Join(err, closing))
		}
	}
	s.failed = err
	s.open()
}

// open lets those go on who wait for the manifest.
func (s *fileSet) open() {
	for _, w := range s.waits {
		close(w)
	}
	s.waits = nil
}

// note takes an entry that speaks of files, or does not any more.
func (f *groupFiles) note(e Entry, member Member, earlier bool) {
	before := f.said[e.ID]
	switch {
	case e.File == nil && before != nil:
		f.unsay(before)
	case e.File != nil && before != nil:
		before.entry = e
	case e.File != nil:
		f.say(&saidFile{entry: e, member: member, earlier: earlier})
	}
}

func (f *groupFiles) say(said *saidFile) {
	root := said.file().Root
	s := f.sets[root]
	if s == nil {
		s = f.newSet(root)
	}
	said.set = s
	s.said = append(s.said, said)
	f.said[said.entry.ID] = said
	switch {
	case s.files != nil:
		f.tell(said)
	case s.raw[0] != nil && s.opening == nil:
		f.openRoot(s)
	case len(f.sets) <= maxOwnSets && f.heads < maxOwnHeads:
		f.perform(f.exchange.Want(root))
	}
}

func (f *groupFiles) newSet(root protocol.BlockID) *fileSet {
	s := &fileSet{root: root, raw: map[int][]byte{}}
	f.sets[root] = s
	return s
}

// unsay is for an event that was deleted, or is over (SPEC F1).
func (f *groupFiles) unsay(said *saidFile) {
	s := said.set
	delete(f.said, said.entry.ID)
	s.said = slices.DeleteFunc(s.said, func(other *saidFile) bool { return other == said })
	if len(s.said) == 0 {
		f.forgetSet(s, ErrFileDeleted)
		s.failed = ErrFileDeleted
		s.open()
	}
}

// keepHead takes a block of the manifest.
func (f *groupFiles) keepHead(s *fileSet, a blocks.Keep) {
	s.raw[a.Index] = a.Bytes
	s.headBytes += len(a.Bytes)
	f.heads += len(a.Bytes)
	f.perform(f.exchange.Kept(a.Task, true))
	if a.Index == 0 {
		f.openRoot(s)
		return
	}
	if s.opening != nil {
		set, err := s.opening.Add(a.Index, a.Bytes)
		f.opened(s, set, err)
	}
}

// openRoot tries the keys that events say of a set: who repeats another's root with a wrong key makes nothing wrong.
func (f *groupFiles) openRoot(s *fileSet) {
	err := files.ErrSealed
	for _, said := range s.said[:min(len(s.said), maxKeysTried)] {
		opening, wrong := files.NewOpening(s.root, said.file().Key)
		if wrong != nil {
			continue
		}
		var set *files.Set
		if set, err = opening.Add(0, s.raw[0]); err == nil {
			s.key, s.opening, s.failed = said.file().Key, opening, nil
			if set == nil {
				f.extend(s, opening.Blocks()[1:])
			}
			f.opened(s, set, nil)
			return
		}
	}
	f.opened(s, nil, err)
}

// extend asks for the other blocks of a manifest, unless they are too many to come by themselves.
func (f *groupFiles) extend(s *fileSet, parts []protocol.BlockID) {
	if len(parts) > maxOwnParts && !s.asked {
		f.perform(f.exchange.Pause(s.root))
	}
	actions, _ := f.exchange.Extend(s.root, parts, false)
	f.perform(actions)
}

// opened goes on when the manifest is whole, or cannot be read.
func (f *groupFiles) opened(s *fileSet, set *files.Set, err error) {
	switch {
	case err != nil:
		s.failed = errors.Join(ErrFileBroken, err)
		f.perform(f.exchange.Pause(s.root))
		s.open()
		f.tellAll(s)
	case set != nil:
		f.perform(f.exchange.Pause(s.root)) // the content only when somebody wants it
		s.files, s.raw, s.opening = set, nil, nil
		actions, _ := f.exchange.Extend(s.root, set.Blocks()[len(set.Head()):], true)
		f.perform(actions)
		s.open()
		f.tellAll(s)
	}
}

// tellAll gives notice of how it stands with a set, to those who wait for notices of what speaks of it.
func (f *groupFiles) tellAll(s *fileSet) {
	for _, said := range s.said {
		f.tell(said)
	}
}

func (f *groupFiles) tell(said *saidFile) {
	now := f.file(said)
	f.notices.put(Notice{
		Kind: NoticeFile, Entry: said.entry, Member: said.member, Earlier: said.earlier, File: &now,
	})
}

// changed takes what is new of a set.
func (f *groupFiles) changed(s *fileSet) {
	p := f.exchange.Progress(s.root)
	tell := false
	for _, n := range p.Neighbours {
		if n.All && !slices.Contains(s.arrived, n.Peer) {
			s.arrived = append(s.arrived, n.Peer)
			tell = s.files != nil
		}
	}
	if whole := p.Complete() && s.store != nil; whole && !s.whole {
		s.whole = true
		f.finish(s)
	}
	if tell {
		f.tellAll(s)
	}
}

// finish ends what is received when all is there.
func (f *groupFiles) finish(s *fileSet) {
	r, store := s.receipt, s.store
	if r == nil || r.finishing {
		return
	}
	r.finishing = true
	store.uses++
	f.jobs = append(f.jobs, func() func() {
		err := store.finish()
		return func() {
			f.release(store)
			if s.receipt != r {
				return // it was stopped meanwhile
			}
			if err != nil {
				f.stop(s, err)
				return
			}
			s.receipt = nil
			r.end(nil)
			f.tellAll(s)
		}
	})
}

// unreadable is for a block that could not be read.
func (f *groupFiles) unreadable(s *fileSet, store *blockStore, err error) {
	if s.store != store || f.sets[s.root] != s {
		return
	}
	if errors.Is(err, disk.ErrChanged) {
		f.stop(s, errors.Join(ErrFileChanged, err))
	}
}

// stop ends what goes on with the content of a set: what this side has of it is not served any more, and stays where it
// is. The manifest stays.
func (f *groupFiles) stop(s *fileSet, err error) {
	f.perform(f.exchange.Drop(s.root))
	f.finishStore(s, err, false)
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		s.failed = err
	}
	if s.files != nil {
		actions, _ := f.exchange.Extend(s.root, s.files.Blocks()[1:], true)
		f.perform(actions)
		f.perform(f.exchange.Have(s.root, firstBits(len(s.files.Head()))))
	}
	f.tellAll(s)
}

// finishStore lets go of the content, when no job uses it any more, and then ends the receipt.
func (f *groupFiles) finishStore(s *fileSet, err error, discard bool) {
	store, r := s.store, s.receipt
	s.store, s.receipt, s.here, s.whole, s.given, s.givenBytes = nil, nil, 0, false, nil, 0
	if store == nil {
		return
	}
	let := store.close
	if discard {
		let = store.discard
	}
	store.let = sync.OnceFunc(func() {
		closing := let()
		if r != nil {
			r.end(errors.Join(err, closing))
		}
	})
	f.leaving[store] = struct{}{}
	f.release(store)
}

// release lets go of a store when the last that uses it does.
func (f *groupFiles) release(store *blockStore) {
	if store.uses--; store.uses > 0 {
		return
	}
	f.jobs = append(f.jobs, func() func() {
		store.let()
		return func() { delete(f.leaving, store) }
	})
}
