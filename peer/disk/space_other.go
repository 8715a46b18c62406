//go:build !linux && !darwin && !windows

package disk

import "syscall"

// errQuota is what a disk says that has room, and not for this person.
const errQuota = syscall.EDQUOT

// freeSpace is unknown here: a full disk is noticed when it is full.
func freeSpace(string) int64 { return -1 }
