package local

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// command says what to run as a child.
type command struct {
	args []string // the program, by name or path, and its arguments
	env  []string // added to this process's environment, and winning over it
	dir  string   // "" is this process's
}

// process is one running child, in a process group of its own, so that a Ctrl-C at the terminal reaches
// it through us alone and its own children end with it. On Linux it also ends when this process dies.
type process struct {
	pid  int
	done chan struct{} // closed when it has ended and its output is read
	err  error         // how it ended; read after done
}

// startProcess runs a child and copies what it prints into out.
func startProcess(c command, out io.Writer) (*process, error) {
	started := make(chan error, 1)
	p := &process{done: make(chan struct{})}
	go p.run(c, out, started)
	if err := <-started; err != nil {
		<-p.done
		return nil, fmt.Errorf("local: starting %s: %w", c.args[0], err)
	}
	return p, nil
}

// run starts the child and waits for its end, on one thread: the signal that Linux sends a child at its
// parent's death is sent at the death of the thread that started it.
func (p *process) run(c command, out io.Writer, started chan<- error) {
	defer close(p.done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command(c.args[0], c.args[1:]...) //nolint:noctx // our own services; stop ends them, in a group
	cmd.Env = append(childEnviron(os.Environ()), c.env...)
	cmd.Dir = c.dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second // a grandchild may hold the output open
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	p.pid = cmd.Process.Pid
	started <- nil
	p.err = cmd.Wait()
	if errors.Is(p.err, exec.ErrWaitDelay) {
		p.err = nil
	}
	killGroup(p.pid) // whoever it left behind
}

// stop asks the child to end, insists after grace, and returns when it has ended.
func (p *process) stop(grace time.Duration) {
	terminateGroup(p.pid)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
		return
	case <-timer.C:
	}
	killGroup(p.pid)
	<-p.done
}

// childEnviron is this process's environment without what could lead a child to Google: no credentials.
func childEnviron(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return name == "GOOGLE_APPLICATION_CREDENTIALS"
	})
}
