package durable

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// Bucket keeps a few keys and values of somebody who has no documents. It is safe for concurrent use.
type Bucket struct {
	file   *File
	prefix []byte // of its records' keys
}

// Bucket gives the bucket of that name, which must not have a zero byte. Each name is one bucket.
func (f *File) Bucket(name string) *Bucket {
	return &Bucket{file: f, prefix: append(entryKind.key(name), 0)}
}

// Put keeps a value, in the place of what the key had, and returns when it is kept. The error is [ErrClosed], or why
// the file cannot be written any more.
func (b *Bucket) Put(key string, value []byte) error {
	return b.change(key, append([]byte{}, value...))
}

// Delete forgets a key, and returns when that is kept. Errors as of Put; a key that is not there is none.
func (b *Bucket) Delete(key string) error { return b.change(key, nil) }

func (b *Bucket) change(key string, value []byte) error {
	done := make(chan error, 1)
	err := b.file.enqueue(job{
		puts: []put{{key: b.key(key), value: value}}, done: func(err error) { done <- err },
	})
	if err != nil {
		return err
	}
	return <-done
}

func (b *Bucket) key(name string) []byte { return append(bytes.Clone(b.prefix), name...) }

// Load gives the values of all keys, in the order of the keys.
func (b *Bucket) Load() ([][]byte, error) {
	var all [][]byte
	err := guarded(func() error {
		return b.file.db.View(func(tx *bbolt.Tx) error {
			c := tx.Bucket([]byte(recordsBucket)).Cursor()
			for key, value := c.Seek(b.prefix); bytes.HasPrefix(key, b.prefix); key, value = c.Next() {
				all = append(all, bytes.Clone(value))
			}
			return nil
		})
	})
	return all, err
}
