//go:build linux || darwin

package disk

import "syscall"

// errQuota is what a disk says that has room, and not for this person.
const errQuota = syscall.EDQUOT

// freeSpace is how many bytes fit into a folder; -1 if the disk does not tell.
func freeSpace(folder string) int64 {
	var fs syscall.Statfs_t
	if syscall.Statfs(folder, &fs) != nil {
		return -1
	}
	return int64(fs.Bavail) * int64(fs.Bsize) //nolint:gosec,unconvert // below 2⁶³; an uint32 on darwin
}
