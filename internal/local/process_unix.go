//go:build unix

package local

import "syscall"

// terminateGroup and killGroup signal every process of a group. One that has ended already is no error.
func terminateGroup(pgid int) { _ = syscall.Kill(-pgid, syscall.SIGTERM) }

func killGroup(pgid int) { _ = syscall.Kill(-pgid, syscall.SIGKILL) }
