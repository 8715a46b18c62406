package disk

import (
	"errors"
	"fmt"
	"syscall"
)

// ErrNoSpace means that a disk is full, or too full for what is to come. A *SpaceError says how much is needed.
var ErrNoSpace = errors.New("disk: not enough space")

// SpaceError says how much space is missing. It is ErrNoSpace.
type SpaceError struct {
	// Need is how many bytes are still to be written, Free how many the disk takes; -1 where nobody knows.
	Need, Free int64
}

// Error says both figures.
func (e *SpaceError) Error() string {
	return fmt.Sprintf("%v: %d bytes are needed, %d are free", ErrNoSpace, e.Need, e.Free)
}

// Is makes it ErrNoSpace.
func (e *SpaceError) Is(target error) bool { return target == ErrNoSpace }

// spaceError makes a *SpaceError of what a full disk says, and leaves other errors.
func spaceError(err error, folder string, need int64) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, errQuota) {
		return &SpaceError{Need: need, Free: freeSpace(folder)}
	}
	return err
}
