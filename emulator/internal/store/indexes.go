package store

import (
	"maps"
	"sync/atomic"

	"github.com/parley-chat/parley/emulator/internal/query"
)

// maxIndexes is how many indexes a database has; the one that was not used for longest makes room for another.
const maxIndexes = 16

// indexes are those of one version of the database. They are there from some moment on: a query makes one for those
// to come. Reading needs no lock; the store's mu guards changes.
type indexes struct {
	all atomic.Pointer[map[indexKey]*index]
}

// get gives an index, nil if there is none. i may be nil.
func (i *indexes) get(key indexKey) *index {
	if i == nil || i.all.Load() == nil {
		return nil
	}
	return (*i.all.Load())[key]
}

// with are the indexes after changes.
func (i *indexes) with(changes []Change, root string) *indexes {
	after := &indexes{}
	if now := i.all.Load(); now != nil {
		all := make(map[indexKey]*index, len(*now))
		for key, x := range *now {
			all[key] = x.with(changes, root)
		}
		after.all.Store(&all)
	}
	return after
}

// put adds an index.
func (i *indexes) put(added *index) {
	all := map[indexKey]*index{}
	if now := i.all.Load(); now != nil {
		maps.Copy(all, *now)
	}
	if len(all) == maxIndexes {
		oldest := added
		for _, x := range all {
			if x.used.Load() < oldest.used.Load() {
				oldest = x
			}
		}
		delete(all, oldest.indexKey)
	}
	all[added.indexKey] = added
	i.all.Store(&all)
}

// withoutIndexes is a snapshot that is kept for those who look back: what its indexes do not share with newer ones
// would be kept with it.
func (s Snapshot) withoutIndexes() Snapshot {
	s.indexes = nil
	return s
}

// indexing makes the indexes of a database, in the goroutines of the queries that had to look at much.
type indexing struct {
	from  int           // how many documents a query has looked at in vain before there is an index
	count atomic.Uint64 // of uses of any index

	building map[indexKey][]Change // guarded by the store's mu: what was committed since each began
}

// committed notes a commit for the indexes that are being made. Called with the store's mu held.
func (i *indexing) committed(changes []Change) {
	for key := range i.building {
		i.building[key] = append(i.building[key], changes...)
	}
}

// index makes an index, unless it is there or somebody else is at it. It reads the database without a lock and then
// takes over what was committed meanwhile.
func (s *Store) index(key indexKey, r query.IndexRange) {
	s.mu.Lock()
	_, building := s.indexing.building[key]
	from := s.current
	if building || s.closed || from.indexes.get(key) != nil {
		s.mu.Unlock()
		return
	}
	s.indexing.building[key] = nil
	s.mu.Unlock()

	made := newIndex(key, r.Field)
	for d := range from.within(key) {
		made.add(d)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	made = made.with(s.indexing.building[key], s.root)
	delete(s.indexing.building, key)
	made.used.Store(s.indexing.count.Add(1))
	s.current.indexes.put(made)
}
