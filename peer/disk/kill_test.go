package disk_test

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/parley-chat/parley/peer/disk"
)

var (
	killedFrom = flag.String("killed-from", "", "for a process that is killed: what it reads")
	killedTo   = flag.String("killed-to", "", "for a process that is killed: the folder that it writes to")
	killedAt   = flag.Int("killed-at", 0, "for a process that is killed: after how many blocks it says so")
)

// TestKilledChild is the process that is killed. It writes blocks and says when it has so many, then goes on, and waits
// before it would be done.
func TestKilledChild(t *testing.T) {
	if *killedFrom == "" {
		return // it is no test by itself
	}
	src := source(t, *killedFrom)
	dst := sink(t, *killedTo, src.Set(), disk.Options{})
	order := shuffled(src.Set())
	give(t, src, dst, order[:*killedAt])
	fmt.Fprintln(os.Stderr, "now")
	give(t, src, dst, order[*killedAt:len(order)-1])
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// A process that is killed has lost nothing that it had said it has, and what arrives in the end is the file.
func TestKilled(t *testing.T) {
	from := filepath.Join(t.TempDir(), "film")
	write(t, filepath.Join(from, "large"), 24<<20+5)
	write(t, filepath.Join(from, "small"), 5)
	src := source(t, from)
	blocks := len(shuffled(src.Set()))
	for _, percent := range []int{1, 37, 99} {
		t.Run(strconv.Itoa(percent), func(t *testing.T) {
			to := t.TempDir()
			least := max(1, blocks*percent/100)
			killAfter(t, from, to, least)
			dst := sink(t, to, src.Set(), disk.Options{})
			there := blocks - give(t, src, dst, shuffled(src.Set()))
			if there < least || there == blocks {
				t.Errorf("%d of %d blocks were there, want at least %d", there, blocks, least)
			}
			if _, err := dst.Finish(); err != nil {
				t.Fatal(err)
			}
			check(t, dst.Close())
			wantSame(t, sums(t, to), sums(t, filepath.Dir(from)))
		})
	}
}

// killAfter starts a process that writes, and kills it when it says that it has so many blocks.
func killAfter(t *testing.T, from, to string, blocks int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledChild$",
		"-killed-from", from, "-killed-to", to, "-killed-at", strconv.Itoa(blocks))
	said, err := child.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil || line != "now\n" {
		t.Errorf("it said %q, %v", line, err)
	}
	check(t, child.Process.Kill())
	if err := child.Wait(); err == nil {
		t.Error("it ended before it was killed")
	}
	_ = stdin.Close() // it is gone
}

// A process that ended while names were given has done some of it. Whatever it had done, the next ends it: nothing has
// two names, and none is lost.
func TestEndedWhileNamed(t *testing.T) {
	from := tree(t)
	src := source(t, from)
	for steps := range src.Set().Manifest().Entries {
		to := t.TempDir()
		first := sink(t, to, src.Set(), disk.Options{})
		give(t, src, first, shuffled(src.Set()))
		disk.FinishSome(first, steps)
		check(t, first.Close())

		dst := sink(t, to, src.Set(), disk.Options{})
		if dst.Left() != 0 {
			t.Errorf("after %d names %d bytes are missing", steps, dst.Left())
		}
		if _, err := dst.Finish(); err != nil {
			t.Fatal(err)
		}
		check(t, dst.Close())
		wantSame(t, sums(t, to), sums(t, filepath.Dir(from)))
	}
}
