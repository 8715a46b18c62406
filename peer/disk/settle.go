package disk

import (
	"errors"
	"os"
	"strconv"
	"sync"
)

// settlers are how many files the disk is told at once to keep: for one after the other it takes milliseconds each.
const settlers = 32

// settle makes the parts what they will be, those that have no name yet, and has the disk keep them.
func (s *Sink) settle() error {
	entries := make(chan int)
	errs := make([]error, settlers)
	var working sync.WaitGroup
	for i := range settlers {
		working.Go(func() {
			for entry := range entries {
				if errs[i] == nil {
					errs[i] = s.settleOne(entry)
				}
			}
		})
	}
	for entry := range s.set.Manifest().Entries {
		if _, placed := s.place(entry); !placed {
			entries <- entry
		}
	}
	close(entries)
	working.Wait()
	return errors.Join(errs...)
}

func (s *Sink) settleOne(entry int) error {
	name := strconv.Itoa(entry)
	file, err := s.stage.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o666) // makes an empty one
	if err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if modified := s.set.Manifest().Entries[entry].Modified; !modified.IsZero() {
		return s.stage.Chtimes(name, modified, modified)
	}
	return nil
}
