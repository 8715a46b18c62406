package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// writeFile makes a file of so many bytes that nobody can guess.
func writeFile(t *testing.T, path string, size int64) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.CopyN(file, rand.NewChaCha8([32]byte{byte(size)}), size)
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

func sumOf(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// file reads the next such event about files.
func (c *chatting) file(event string) fileEvent {
	c.t.Helper()
	var e fileEvent
	c.read(event, &e)
	return e
}

func (c *chatting) endsWith(want int) {
	c.t.Helper()
	if code := c.ends(); code != want {
		c.t.Errorf("exit %d, want %d, after %v", code, want, c.trail[max(0, len(c.trail)-5):])
	}
}

func TestFiles(t *testing.T) {
	stack := parley(t, nil, "run", "-json", "-memory", "-without", "web")
	_, _, url := stack.untilReady()
	api := url + "/api"
	send := func(t *testing.T, args ...string) *chatting {
		return startJSON(t, "send", append([]string{"-api", api}, args...)...)
	}
	receive := func(t *testing.T, args ...string) *chatting {
		return startJSON(t, "receive", append([]string{"-api", api}, args...)...)
	}

	t.Run("a folder, words and a pipe", func(t *testing.T) {
		dir, into := t.TempDir(), filepath.Join(t.TempDir(), "new")
		if err := os.MkdirAll(filepath.Join(dir, "Grüße"), 0o700); err != nil {
			t.Fatal(err)
		}
		one := filepath.Join(dir, "Grüße", "one.bin")
		writeFile(t, one, 1_000_003)
		ana := send(t, "-text", "have a look", "-until", "2", "-name", "Ana", filepath.Dir(one))
		link := ana.until("room").Link
		ana.file("sent")
		ben := receive(t, "-into", into, link)
		if e := ben.file("file"); e.Text != "have a look" || e.From != "Ana" || e.Total != 1_000_003 {
			t.Errorf("offered %+v", e)
		}
		if e := ben.file("received"); len(e.Files) != 1 || e.Files[0] != "Grüße/one.bin" {
			t.Fatalf("received %+v", e)
		}
		ben.endsWith(exitOK)
		if sumOf(t, filepath.Join(into, "Grüße", "one.bin")) != sumOf(t, one) {
			t.Error("another file has come")
		}
		cmd := exec.Command(os.Args[0], "receive", "-api", api, link, "-o", "-")
		cmd.Env = withoutEmulators()
		piped, err := cmd.Output()
		if err != nil || sha256.Sum256(piped) != sumOf(t, one) {
			t.Errorf("piped %d bytes: %v", len(piped), err)
		}
		ana.file("arrived")
		ana.file("arrived")
		ana.endsWith(exitOK)
	})
	t.Run("killed, and again", func(t *testing.T) {
		dir, into := t.TempDir(), t.TempDir()
		path := filepath.Join(dir, "large.bin")
		writeFile(t, path, 96<<20)
		ana := send(t, path)
		link := ana.until("room").Link
		ana.file("sent")
		ben := receive(t, "-into", into, link)
		for e := ben.file("progress"); e.Bytes == 0; e = ben.file("progress") {
		}
		ben.cmd.Process.Kill()
		ben.cmd.Wait()
		if _, err := os.Stat(filepath.Join(into, "large.bin")); err == nil {
			t.Fatal("it was there before it could be killed")
		}
		again := receive(t, "-into", into, link)
		if e := again.file("progress"); e.Bytes == 0 {
			t.Errorf("it began anew: %+v", e)
		}
		again.file("received")
		again.endsWith(exitOK)
		ana.endsWith(exitOK)
		if sumOf(t, filepath.Join(into, "large.bin")) != sumOf(t, path) {
			t.Error("another file has come")
		}
	})
	t.Run("the sender is gone", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "piped")
		writeFile(t, path, 3<<20)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ana := send(t, "-")
		if _, err := io.Copy(ana.input, bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		ana.input.Close()
		link := ana.until("room").Link
		ben := receive(t, "-stay", "-into", filepath.Join(dir, "ben"), link)
		ben.file("received")
		ana.endsWith(exitOK)
		receive(t, "-into", filepath.Join(dir, "eve"), link).endsWith(exitOK)
		if sumOf(t, filepath.Join(dir, "eve", "stdin")) != sumOf(t, path) {
			t.Error("another file has come")
		}
		ben.cmd.Process.Signal(os.Interrupt)
		ben.endsWith(exitOK)
	})
	t.Run("two who send", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "one")
		writeFile(t, path, 3<<20)
		ana := send(t, path, "-until", "forever")
		link := ana.until("room").Link
		ana.file("sent")
		ben := send(t, path, "-until", "forever", "-room", link)
		ben.file("sent")
		eve := receive(t, "-into", filepath.Join(dir, "eve"), link)
		eve.file("received")
		eve.file("received")
		eve.endsWith(exitOK)
	})
	t.Run("asked wrongly, and nothing sent", func(t *testing.T) {
		for _, args := range [][]string{{"send"}, {"send", "-until", "0", "x"}, {"receive"}, {"receive", "a", "b"}} {
			startJSON(t, args[0], args[1:]...).endsWith(exitUsage)
		}
		send(t, filepath.Join(t.TempDir(), "none")).endsWith(exitFailed)
		host := startChat(t, "-api", api, "-create")
		receive(t, "-wait", "1ms", host.until("room").Link).endsWith(exitNothing)
	})
}
