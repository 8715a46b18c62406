package local

import (
	"os/exec"
	"syscall"
)

// ownGroup gives the child a process group, and has it killed when the thread that starts it dies.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
