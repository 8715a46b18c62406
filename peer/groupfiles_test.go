package peer_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/disk"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
)

// writeFile makes a file of so many bytes, which are others with another seed.
func writeFile(t *testing.T, folder, name string, size int64, seed byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.CopyN(file, rand.NewChaCha8([32]byte{seed}), size)
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func sumOf(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

func sameFile(t *testing.T, sent, got string) {
	t.Helper()
	if sumOf(t, sent) != sumOf(t, got) {
		t.Errorf("%s is not %s", got, sent)
	}
}

func sendFiles(t *testing.T, g *peer.Group, paths ...string) protocol.EventID {
	t.Helper()
	found, skipped, err := disk.Find(paths)
	if err != nil || skipped != nil {
		t.Fatal(err, skipped)
	}
	id, err := g.SendFiles(t.Context(), found, peer.FileWords{Text: "have a look"}, nil)
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	return id
}

// offered waits until it is known what the next files are that somebody says.
func offered(t *testing.T, g *peer.Group) peer.Notice {
	t.Helper()
	return until(t, g, "a file", func(n peer.Notice) bool { return n.Kind == peer.NoticeFile && n.File != nil })
}

func receive(t *testing.T, g *peer.Group, id protocol.EventID, folder string) []string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute) // virtual
	defer stop()
	names, err := g.Receive(ctx, id, folder)
	if err != nil {
		f, _ := g.File(t.Context(), id)
		t.Fatalf("receive: %v: %+v", err, f)
	}
	return names
}

func TestFilesInGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 2)
		ana, ben := all[0], all[1]
		from, into := t.TempDir(), t.TempDir()
		one := writeFile(t, from, "Grüße/one.bin", 1<<20+1, 1)
		writeFile(t, from, "Grüße/empty", 0, 1)
		id := sendFiles(t, ana, filepath.Dir(one))
		n := offered(t, ben)
		if n.Entry.ID != id || n.Entry.Text != "have a look" || n.Member.Name != "m0" || n.Entry.File == nil {
			t.Errorf("[F1] %+v", n)
		}
		if f := n.File; f.State != peer.FileOffered || len(f.Entries) != 2 || f.Size != 1<<20+1 {
			t.Errorf("[F6] %+v", f)
		}
		names := receive(t, ben, id, into)
		if len(names) != 2 || names[1] != "Grüße/one.bin" {
			t.Fatalf("names %q", names)
		}
		sameFile(t, one, filepath.Join(into, names[1]))
		until(t, ana, "that it has arrived", func(n peer.Notice) bool {
			return n.File != nil && len(n.File.Arrived) == 1 && n.File.Arrived[0] == ben.Identity()
		})
		f, err := ben.File(t.Context(), id)
		if err != nil || f.State != peer.FileHere || f.Here != f.Size || f.Err != nil {
			t.Errorf("%+v %v", f, err)
		}
		if _, err := ben.Receive(t.Context(), id, into); !errors.Is(err, peer.ErrFileHere) {
			t.Errorf("once more: %v", err)
		}
		// Ana leaves for ever; who comes then gets it from Ben.
		_ = ana.Close()
		eve := enterGroup(t, w, "Eve", ben.Secret())
		offered(t, eve)
		var got bytes.Buffer
		if err := eve.ReceiveTo(t.Context(), id, &got); err != nil {
			t.Fatal(err)
		}
		if sha256.Sum256(got.Bytes()) != sumOf(t, one) {
			t.Errorf("what is streamed is another")
		}
	})
}
