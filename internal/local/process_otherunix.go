//go:build unix && !linux

package local

import (
	"os/exec"
	"syscall"
)

// ownGroup gives the child a process group. When this process is killed the child stays.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
