package disk_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/parley-chat/parley/peer/disk"
)

var fullFrom = flag.String("full-from", "", "for a process with a small disk of its own: what it reads")

// A disk that becomes full in the middle says so by name; what was there stays, and when there is room the rest comes.
// The disk is one in memory, which a process may have in namespaces of its own.
func TestFullDisk(t *testing.T) {
	if *fullFrom != "" {
		fillDisk(t, *fullFrom)
		return
	}
	path := filepath.Join(t.TempDir(), "a")
	write(t, path, 4<<20)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDisk$", "-test.v", "-full-from", path)
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v (it needs user namespaces)\n%s", err, out)
	}
}

func fillDisk(t *testing.T, path string) {
	t.Helper()
	src := source(t, path)
	to := t.TempDir()
	size := func(mib int) string { return fmt.Sprintf("size=%dm", mib) }
	if err := syscall.Mount("tmpfs", to, "tmpfs", 0, size(5)); err != nil {
		t.Fatal(err)
	}
	defer func() { check(t, syscall.Unmount(to, 0)) }()
	dst := sink(t, to, src.Set(), disk.Options{})
	write(t, filepath.Join(to, "of somebody else"), 3<<20)
	order := shuffled(src.Set())
	there := 0
	for ; there < len(order); there++ {
		block, err := src.Block(order[there])
		check(t, err)
		err = dst.Write(order[there], block)
		if found, ok := errors.AsType[*disk.SpaceError](err); ok {
			if found.Need != dst.Left() || found.Free >= found.Need {
				t.Errorf("it says %v", found)
			}
			break
		}
		check(t, err)
	}
	if there < 4 || there == len(order) {
		t.Fatalf("full after %d blocks", there)
	}
	check(t, dst.Close())
	if err := syscall.Mount("tmpfs", to, "tmpfs", syscall.MS_REMOUNT, size(50)); err != nil {
		t.Fatal(err)
	}
	dst = sink(t, to, src.Set(), disk.Options{})
	if given := give(t, src, dst, order); given != len(order)-there {
		t.Errorf("%d blocks were missing, want %d", given, len(order)-there)
	}
	_, err := dst.Finish()
	check(t, err)
	check(t, dst.Close())
	if sums(t, to)["a"] != sums(t, filepath.Dir(path))["a"] {
		t.Error("another file arrived")
	}
}
