package durable

import (
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/parley-chat/parley/emulator/internal/store"
)

// Append implements [store.Journal]. It fails after Close, and when something could not be written before.
func (f *File) Append(e store.Entry, done func(error)) error {
	puts, err := putsOf(e)
	if err != nil {
		return err
	}
	return f.enqueue(job{puts: puts, done: done})
}

// enqueue hands a job to the writer. The queue is bounded by who fills it: a store has a bounded number of commits in
// it, and whoever writes to a bucket waits.
func (f *File) enqueue(j job) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed != nil {
		return f.failed
	}
	f.queue = append(f.queue, j)
	f.wake()
	return nil
}

// wake tells the writer to look.
func (f *File) wake() {
	select {
	case f.more <- struct{}{}:
	default: // it was told already, and has not looked yet
	}
}

// write writes what is queued until the file is closed, or a write has failed, and the queue is empty.
func (f *File) write() {
	defer close(f.stopped)
	var failed error
	for range f.more {
		jobs, last := f.take()
		if failed == nil && len(jobs) > 0 {
			if failed = f.transact(jobs); failed != nil {
				f.refuse(failed)
			}
		}
		for _, j := range jobs {
			j.done(failed)
		}
		if last {
			return
		}
	}
}

// take empties the queue; last says that nothing will be queued any more.
func (f *File) take() (jobs []job, last bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	jobs, f.queue = f.queue, nil
	return jobs, f.failed != nil
}

// transact writes jobs in one transaction, or none of them.
func (f *File) transact(jobs []job) error {
	next := f.summed
	err := guarded(func() error {
		return f.db.Update(func(tx *bbolt.Tx) error {
			records, states := tx.Bucket([]byte(recordsBucket)), tx.Bucket([]byte(stateBucket))
			for _, j := range jobs {
				for _, p := range j.puts {
					if err := next.replace(records, p); err != nil {
						return err
					}
				}
			}
			next = next.at(tx)
			return states.Put([]byte(stateKey), next.encode())
		})
	})
	if err != nil {
		return fmt.Errorf("durable: write: %w", err)
	}
	f.summed = next
	return nil
}

// replace writes a record, and counts it instead of what it was before.
func (s *state) replace(records *bbolt.Bucket, p put) error {
	if old := records.Get(p.key); old != nil {
		s.remove(p.key, old)
	}
	if p.value == nil {
		return records.Delete(p.key)
	}
	s.add(p.key, p.value)
	return records.Put(p.key, p.value)
}

// refuse takes nothing from now on, for this reason. What was queued meanwhile is answered when it is taken.
func (f *File) refuse(reason error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed == nil {
		f.failed = reason
		f.wake()
	}
}
