package durable

import (
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// load reads all records, and compares them with their sum. The error is [ErrDamaged].
func (f *File) load() error {
	f.saved = map[string]store.Saved{}
	return f.db.View(func(tx *bbolt.Tx) error {
		records, states := tx.Bucket([]byte(recordsBucket)), tx.Bucket([]byte(stateBucket))
		if records == nil || states == nil {
			return damaged("a bucket is missing")
		}
		var err error
		if f.summed, err = decodeState(states.Get([]byte(stateKey))); err != nil {
			return err
		}
		found := state{}.at(tx)
		if err := records.ForEach(func(key, value []byte) error { found.add(key, value); return nil }); err != nil {
			return err
		}
		if found != f.summed {
			return damaged("it has %d records of %d, or not those that were written", found.count, f.summed.count)
		}
		return records.ForEach(func(key, value []byte) error { return decode(f.saved, key, value) })
	})
}

// Databases implements [store.Journal]: those that were not asked for yet, in order.
func (f *File) Databases() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.saved))
}

// Saved implements [store.Journal]. It gives its documents away: another call for the same database has none.
func (f *File) Saved(database string) store.Saved {
	f.mu.Lock()
	defer f.mu.Unlock()
	saved := f.saved[database]
	delete(f.saved, database)
	return saved
}
