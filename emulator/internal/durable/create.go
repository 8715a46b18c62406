package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"
)

// ensure makes the directory and in it a file without records, if there is none. The file gets its name when it is
// whole: an empty file of that name was cut short, and is no new one.
func ensure(dir, path string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("durable: %w", err)
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("durable: %w", err)
	}
	made, err := os.CreateTemp(dir, "new-*")
	if err != nil {
		return fmt.Errorf("durable: %w", err)
	}
	defer func() { _ = os.Remove(made.Name()) }() // what stays is in nobody's way
	if err := made.Close(); err != nil {
		return fmt.Errorf("durable: %w", err)
	}
	if err := initialize(made.Name()); err != nil {
		return err
	}
	// A link, since a rename would take the place of what another process has made meanwhile.
	if err := os.Link(made.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("durable: %w", err)
	}
	return syncDirectory(dir)
}

// initialize writes the two buckets.
func initialize(path string) error {
	db, err := open(path, &bbolt.Options{})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucket([]byte(recordsBucket)); err != nil {
			return err
		}
		b, err := tx.CreateBucket([]byte(stateBucket))
		if err != nil {
			return err
		}
		return b.Put([]byte(stateKey), state{}.at(tx).encode())
	})
	return errors.Join(err, db.Close())
}

// syncDirectory makes a new name in a directory outlive a power cut.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("durable: %w", err)
	}
	defer func() { _ = d.Close() }() // it was only read
	if err := d.Sync(); err != nil {
		return fmt.Errorf("durable: sync %s: %w", dir, err)
	}
	return nil
}
