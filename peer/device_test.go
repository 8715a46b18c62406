package peer_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

func TestLoadDevice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley", "device.pem")
	made, err := peer.LoadDevice(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("[H1] mode %v, %v", info.Mode(), err)
	}
	again, err := peer.LoadDevice(path, rand.Reader)
	if err != nil || again.Identity() != made.Identity() {
		t.Errorf("read back: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".device-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Processes that start at once are one device.
func TestLoadDeviceAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.pem")
	identities := make([]protocol.Identity, 8)
	var all sync.WaitGroup
	for i := range identities {
		all.Go(func() {
			if d, err := peer.LoadDevice(path, rand.Reader); err != nil {
				t.Error(err)
			} else {
				identities[i] = d.Identity()
			}
		})
	}
	all.Wait()
	for _, id := range identities {
		if id != identities[0] {
			t.Fatal("two devices of one file")
		}
	}
}

func TestLoadDeviceRefuses(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good.pem")
	if _, err := peer.LoadDevice(good, rand.Reader); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want error
	}{
		"[H1] others may read it":  {string(key), 0o640, peer.ErrDeviceExposed},
		"[H1] others may write it": {string(key), 0o602, peer.ErrDeviceExposed},
		"empty":                    {"", 0o600, nil},
		"not PEM":                  {"key", 0o600, nil},
		"cut short":                {string(key[:60]), 0o600, nil},
		"another kind of key":      {strings.Replace(string(key), "MC4", "MC5", 1), 0o600, nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "device.pem")
			if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil { // past the umask
				t.Fatal(err)
			}
			_, err := peer.LoadDevice(path, rand.Reader)
			if err == nil || (c.want != nil && !errors.Is(err, c.want)) {
				t.Errorf("got %v", err)
			}
			if err != nil && len(c.text) > 60 && strings.Contains(err.Error(), c.text[30:50]) {
				t.Error("the error repeats the key")
			}
			if kept, _ := os.ReadFile(path); string(kept) != c.text {
				t.Error("the file was changed")
			}
		})
	}
}
