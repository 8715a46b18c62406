package peer_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
)

// Five get a file at once, while two talk.
func TestFileToMany(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 6)
		time.Sleep(10 * time.Second) // virtual
		path := writeFile(t, t.TempDir(), "large.bin", 6<<20+5, 2)
		id := sendFiles(t, all[0], path)
		var receivers sync.WaitGroup
		folders := make([]string, len(all))
		for i, g := range all[1:] {
			offered(t, g)
			folders[i] = t.TempDir()
			receivers.Go(func() {
				if _, err := g.Receive(t.Context(), id, folders[i]); err != nil {
					t.Errorf("receiver %d: %v", i, err)
				}
			})
		}
		begun := time.Now()
		say(t, all[1], "how far is it?")
		hears(t, all[0], "m1", "how far is it?")
		if took := time.Since(begun); took > 100*time.Millisecond {
			t.Errorf("[B3] a text takes %s", took)
		}
		receivers.Wait()
		for _, folder := range folders[:5] {
			sameFile(t, path, filepath.Join(folder, "large.bin"))
		}
		until(t, all[0], "that it has arrived at all", func(n peer.Notice) bool {
			return n.File != nil && len(n.File.Arrived) == 5
		})
	})
}

func TestFileDeletedAndChanged(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 2)
		folder := t.TempDir()
		path := writeFile(t, folder, "one", 300_000, 3)
		gone := sendFiles(t, all[0], path)
		offered(t, all[1])
		if _, err := all[0].Delete(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
		until(t, all[1], "the deletion", func(n peer.Notice) bool { return n.Entry.ID == gone && n.Entry.Deleted })
		if _, err := all[1].Receive(t.Context(), gone, t.TempDir()); !errors.Is(err, peer.ErrFileUnknown) {
			t.Errorf("[F1] what was deleted: %v", err)
		}
		id := sendFiles(t, all[0], path)
		offered(t, all[1])
		if err := os.WriteFile(path, make([]byte, 300_000), 0o600); err != nil {
			t.Fatal(err)
		}
		into := t.TempDir()
		ended := make(chan error, 1)
		go func() {
			_, err := all[1].Receive(t.Context(), id, into)
			ended <- err
		}()
		n := until(t, all[0], "the change", func(n peer.Notice) bool { return n.File != nil && n.File.Err != nil })
		if !errors.Is(n.File.Err, peer.ErrFileChanged) || n.File.State != peer.FileFailed {
			t.Errorf("[F7] %+v", n.File)
		}
		if err := all[1].StopFile(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, peer.ErrFileStopped) {
			t.Errorf("stopped: %v", err)
		}
	})
}
