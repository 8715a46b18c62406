package disk

import "golang.org/x/sys/windows"

// errQuota is what Windows says when a disk is full, where others say ENOSPC.
const errQuota = windows.ERROR_DISK_FULL

// freeSpace is how many bytes fit into a folder; -1 if the disk does not tell.
func freeSpace(folder string) int64 {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return -1
	}
	var free uint64
	if windows.GetDiskFreeSpaceEx(name, &free, nil, nil) != nil {
		return -1
	}
	return int64(free)
}
