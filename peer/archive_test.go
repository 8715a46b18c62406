package peer_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// archived are the options of a member that keeps what is said in a file.
func archived(t *testing.T, w *peertest.World, device *peer.Device, file string) *peer.Options {
	t.Helper()
	archive, err := peer.OpenArchive(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	})
	o, _ := w.Options(t)
	o.Name, o.Device, o.Archive = "Ana", device, archive
	return o
}

// A room lasts as long as somebody has kept it, also when its document in the store is gone (SPEC R11).
func TestArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rooms", "kitchen")
	inWorld(t, func(t *testing.T, w *peertest.World) {
		o, _ := ofDevice(t, w, "Ana")
		first := archived(t, w, o.Device, file)
		ana, err := peer.CreateGroup(t.Context(), w.Services("ana"), someRoom(), first)
		if err != nil {
			t.Fatal(err)
		}
		ben, _ := ofDevice(t, w, "Ben")
		before := enterWith(t, w, "ben", ana.Secret(), ben)
		everybodyHears(t, []*peer.Group{ana, before}, "the first day")
		secret := say(t, ana, "nobody is to keep this")
		say(t, ana, "but this")
		hears(t, before, "Ana", "but this")
		if _, err := ana.Delete(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		_, _ = ana.Close(), before.Close()
		time.Sleep(24 * time.Hour) // virtual
		for _, path := range memory(w).Paths() {
			if err := w.Store.Commit(t.Context(), signaling.Write{Op: signaling.Delete, Path: path}); err != nil {
				t.Fatal(err)
			}
		}

		again := archived(t, w, o.Device, file)
		_, err = peer.CreateGroup(t.Context(), w.Services("ana"), someRoom(), again)
		if !errors.Is(err, peer.ErrArchiveUsed) {
			t.Errorf("created over it: %v", err)
		}
		where, kept := again.Archive.Secret()
		if !kept || where != ana.Secret() {
			t.Fatal("the archive does not know its room")
		}
		ana = enterWith(t, w, "ana", where, again)
		if n := len(ana.Members()); n != 2 {
			t.Errorf("%d members", n)
		}
		time.Sleep(time.Minute) // virtual
		back := enterWith(t, w, "ben", where, ben)
		if n := hears(t, back, "Ana", "but this"); !n.Earlier {
			t.Errorf("%+v", n)
		}
		everybodyHears(t, []*peer.Group{ana, back}, "the next day")
		for _, g := range []*peer.Group{ana, back} {
			_ = g.Close()
			for n, err := g.Next(t.Context()); err == nil; n, err = g.Next(t.Context()) {
				if n.Kind == peer.NoticeFault {
					t.Errorf("[E12] %s broke %s", n.Member.Name, n.Rule)
				}
			}
		}
	})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: others can read it", info.Mode(), err)
	}
	// The root, Ana's name, Ben's admission, four times «…day», two texts, the deletion, Ben let in again.
	if n := strings.Count(string(text), `"event"`); n < 9 {
		t.Errorf("%d events are kept", n)
	}
}

// Both members of a room come back at once from what they have kept, each to a room that nobody is in.
func TestArchivesOfBoth(t *testing.T) {
	dir := t.TempDir()
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana, _ := ofDevice(t, w, "Ana")
		ben, _ := ofDevice(t, w, "Ben")
		both := map[string]*peer.Options{
			"ana": archived(t, w, ana.Device, filepath.Join(dir, "ana")),
			"ben": archived(t, w, ben.Device, filepath.Join(dir, "ben")),
		}
		both["ben"].Name = "Ben"
		first := createWith(t, w, "ana", both["ana"])
		second := enterWith(t, w, "ben", first.Secret(), both["ben"])
		everybodyHears(t, []*peer.Group{first, second}, "the first day")
		for day := range 3 {
			secret := first.Secret()
			_, _ = first.Close(), second.Close()
			time.Sleep(25 * time.Hour) // virtual
			var back sync.WaitGroup
			back.Go(func() { first = comesBack(t, w, "ana", secret, both["ana"]) })
			back.Go(func() { second = comesBack(t, w, "ben", secret, both["ben"]) })
			back.Wait()
			if first == nil || second == nil {
				t.Fatal("one of the two is not back")
			}
			everybodyHears(t, []*peer.Group{first, second}, fmt.Sprint("day ", day))
			if a, b := first.Members(), second.Members(); len(a) != 2 || len(b) != 2 {
				t.Errorf("members %+v and %+v", a, b)
			}
		}
	})
}

// comesBack enters with an archive, and hears first what that has. It gives nil if it does not get in.
func comesBack(
	t *testing.T, w *peertest.World, uid string, secret protocol.RoomSecret, o *peer.Options,
) *peer.Group {
	ctx, stop := context.WithTimeout(t.Context(), time.Minute) // virtual
	defer stop()
	g, err := peer.EnterGroup(ctx, w.Services(uid), secret, o)
	if err != nil {
		t.Errorf("%s comes back: %v", uid, err)
		return nil
	}
	t.Cleanup(func() { _ = g.Close() })
	texts := 0
	for ; texts < 2; texts++ {
		n, err := g.Next(ctx)
		for err == nil && n.Kind != peer.NoticeText {
			n, err = g.Next(ctx)
		}
		if err != nil || !n.Earlier {
			t.Errorf("%s hears %+v, %v, want what was kept", uid, n, err)
		}
	}
	return g
}

// What was deleted is taken out of the file.
func TestArchiveForgets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kitchen")
	size := func() int64 {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	inWorld(t, func(t *testing.T, w *peertest.World) {
		o, _ := ofDevice(t, w, "Ana")
		ana, err := peer.CreateGroup(t.Context(), w.Services("ana"), someRoom(), archived(t, w, o.Device, file))
		if err != nil {
			t.Fatal(err)
		}
		defer ana.Close()
		id := say(t, ana, strings.Repeat("long ", 1000))
		before := size()
		if _, err := ana.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // virtual
		if after := size(); after > before-4000 {
			t.Errorf("[E11] %d bytes before, %d after", before, after)
		}
		id = say(t, ana, strings.Repeat("long ", 1000))
		before = size()
		if _, err := ana.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		_ = ana.Close()
		if after := size(); after > before-4000 {
			t.Errorf("[E11] %d bytes before, %d after the end", before, after)
		}
	})
}

// A file that was cut off while it was written is of use still.
func TestArchiveCutOff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kitchen")
	inWorld(t, func(t *testing.T, w *peertest.World) {
		o, _ := ofDevice(t, w, "Ana")
		ana, err := peer.CreateGroup(t.Context(), w.Services("ana"), someRoom(), archived(t, w, o.Device, file))
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			say(t, ana, "a text")
		}
		secret := ana.Secret()
		_ = ana.Close()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, cut := range []int{len(text) - 1, len(text) - 60, len(text) - 500, len(text) / 2} {
			if err := os.WriteFile(file, text[:cut], 0o600); err != nil {
				t.Fatal(err)
			}
			back := enterWith(t, w, "ana", secret, archived(t, w, o.Device, file))
			say(t, back, "still here")
			_ = back.Close()
		}
	})
}

// unreachable is a store that is away as long as the test says so.
type unreachable struct {
	signaling.Store

	away atomic.Bool
}

func (u *unreachable) Get(ctx context.Context, path string) (signaling.Document, error) {
	if u.away.Load() {
		return signaling.Document{}, signaling.ErrUnavailable
	}
	return u.Store.Get(ctx, path)
}

func (u *unreachable) Commit(ctx context.Context, writes ...signaling.Write) error {
	if u.away.Load() {
		return signaling.ErrUnavailable
	}
	return u.Store.Commit(ctx, writes...)
}

// Who has kept the room is in it also while the store is away, and is found when that is back.
func TestArchiveWithoutStore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kitchen")
	inWorld(t, func(t *testing.T, w *peertest.World) {
		store := &unreachable{Store: w.Store}
		w.Store = store
		o, _ := ofDevice(t, w, "Ana")
		ana, err := peer.CreateGroup(t.Context(), w.Services("ana"), someRoom(), archived(t, w, o.Device, file))
		if err != nil {
			t.Fatal(err)
		}
		secret := ana.Secret()
		_ = ana.Close()
		store.away.Store(true)
		ben, _ := ofDevice(t, w, "Ben")
		entersAs(t, w, "ben", secret, ben, peer.StoreUnavailable)
		ana = enterWith(t, w, "ana", secret, archived(t, w, o.Device, file))
		say(t, ana, "to myself")
		if n := hears(t, ana, "Ana", "to myself"); n.Earlier {
			t.Error("what is said now was said before")
		}
		time.Sleep(time.Minute) // virtual
		store.away.Store(false)
		time.Sleep(time.Minute) // virtual
		hears(t, enterWith(t, w, "ben", secret, ben), "Ana", "to myself")
	})
}
