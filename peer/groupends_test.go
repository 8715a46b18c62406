package peer_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

// ofDevice are the options of a member with a device, whose name is its uid.
func ofDevice(t *testing.T, w *peertest.World, uid string) (*peer.Options, *peertest.Cable) {
	t.Helper()
	device, err := peer.NewDevice(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o, cable := w.Options(t)
	o.Name, o.Device = uid, device
	return o, cable
}

// entersAs tries to enter, which fails.
func entersAs(
	t *testing.T, w *peertest.World, uid string, secret protocol.RoomSecret, o *peer.Options, want peer.Failure,
) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute) // virtual
	defer stop()
	g, err := peer.EnterGroup(ctx, w.Services(uid), secret, o)
	if g != nil {
		_ = g.Close()
	}
	if peer.NameOf(err) != want {
		t.Errorf("%s enters: %v, want %s", uid, err, want)
	}
}

func ends(t *testing.T, g *peer.Group, want peer.Failure) {
	t.Helper()
	select {
	case <-g.Done():
	case <-time.After(time.Minute): // virtual
		t.Fatalf("it has not ended as %s", want)
	}
	if peer.NameOf(g.Err()) != want {
		t.Errorf("ended with %v, want %s", g.Err(), want)
	}
}

func TestRemovedFromGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 2)
		ana, ben := all[0], all[1]
		old := ana.Secret()
		o, _ := ofDevice(t, w, "Eve")
		eve := enterWith(t, w, "eve", old, o)
		everybodyHears(t, append(all, eve), "before")
		if _, err := ana.Remove(t.Context(), eve.Identity()); err != nil {
			t.Fatal(err)
		}
		ends(t, eve, peer.Removed)
		until(t, ben, "the new code", func(n peer.Notice) bool { return n.Kind == peer.NoticeMoved })
		if ana.Secret() == old || ben.Secret() != ana.Secret() {
			t.Error("[R8] the room is not at another code")
		}
		say(t, ana, "after")
		hears(t, ben, "m0", "after")
		for {
			n, err := eve.Next(t.Context())
			if err != nil {
				break
			}
			if n.Entry.Text == "after" {
				t.Error("[R8] the removed one reads on")
			}
		}
		time.Sleep(10 * time.Second) // virtual
		again, _ := ofDevice(t, w, "Eve")
		entersAs(t, w, "eve", old, again, peer.RoomLocked)
		again.Device = o.Device
		entersAs(t, w, "eve", old, again, peer.Removed)
		carl := enterGroup(t, w, "Carl", ana.Secret())
		everybodyHears(t, append(all, carl), "at the new code")
	})
}

func TestLockedGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		o, _ := ofDevice(t, w, "Ben")
		ben := enterWith(t, w, "ben", ana.Secret(), o)
		locked := someRoom()
		locked.Locked = true
		if _, err := ana.Configure(t.Context(), locked); err != nil {
			t.Fatal(err)
		}
		until(t, ben, "the lock", func(n peer.Notice) bool {
			return n.Kind == peer.NoticeSettings && n.Entry.Settings.Locked
		})
		_ = ana.Close()
		other, _ := ofDevice(t, w, "Carl")
		entersAs(t, w, "carl", ana.Secret(), other, peer.RoomLocked)
	})
}

// Who vanished comes back with the same device, and is the same member.
func TestReturnToGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 2)
		o, cable := ofDevice(t, w, "Ben")
		before := enterWith(t, w, "ben", all[0].Secret(), o)
		everybodyHears(t, append(all, before), "before")
		cable.Cut()
		say(t, all[0], "while Ben is away")
		again, _ := w.Options(t)
		again.Name, again.Device = o.Name, o.Device
		ben := enterWith(t, w, "ben", all[0].Secret(), again)
		if n := hears(t, ben, "m0", "while Ben is away"); !n.Earlier {
			t.Errorf("%+v", n)
		}
		everybodyHears(t, append(all, ben), "again")
		if m := ben.Members(); len(m) != 3 {
			t.Errorf("members %+v", m)
		}
	})
}

// A connection that breaks is made anew without anybody's doing.
func TestCutOffFromGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 2)
		o, cable := ofDevice(t, w, "Ben")
		ben := enterWith(t, w, "ben", all[0].Secret(), o)
		everybodyHears(t, append(all, ben), "before")
		cable.Cut()
		time.Sleep(3 * time.Minute) // virtual
		say(t, all[0], "while Ben is cut off")
		say(t, ben, "while nobody hears Ben")
		cable.Mend()
		hears(t, ben, "m0", "while Ben is cut off")
		hears(t, all[1], "Ben", "while nobody hears Ben")
	})
}

// Once everybody is there nobody needs the store.
func TestGroupWithoutStore(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		var away atomic.Bool
		memory(w).SetFault(func(signaling.Write) error {
			if away.Load() {
				return signaling.ErrUnavailable
			}
			return nil
		})
		all := growGroup(t, w, 3)
		time.Sleep(20 * time.Second) // virtual
		away.Store(true)
		everybodyHears(t, all, "without the store")
		_ = all[0].Close()
		time.Sleep(time.Minute) // virtual
		everybodyHears(t, all[1:], "and without a door")
		away.Store(false)
		time.Sleep(time.Minute) // virtual
		late := enterGroup(t, w, "late", all[1].Secret())
		everybodyHears(t, append(all[1:], late), "with it")
	})
}

func TestNoGroupThere(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		secret, err := protocol.NewRoomSecret(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		o, _ := w.Options(t)
		entersAs(t, w, "me", secret, o, peer.RoomNotFound)
		ana := createGroup(t, w, "Ana")
		_ = ana.Close()
		ctx, stop := context.WithTimeout(t.Context(), time.Minute) // virtual
		defer stop()
		if _, err := peer.EnterGroup(ctx, w.Services("me"), ana.Secret(), o); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("[R3] where nobody is: %v", err)
		}
		time.Sleep(24 * time.Hour) // virtual
		entersAs(t, w, "me", ana.Secret(), o, peer.RoomOver)
	})
}

func TestFullGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		o, _ := ofDevice(t, w, "Ana")
		o.SetLimit(2)
		ana, err := peer.CreateGroup(t.Context(), w.Services("ana"), someRoom(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer ana.Close()
		ben := enterGroup(t, w, "Ben", ana.Secret())
		until(t, ana, "Ben", kind(peer.NoticeCame, "Ben"))
		other, _ := ofDevice(t, w, "Carl")
		entersAs(t, w, "carl", ana.Secret(), other, peer.RoomFull)
		everybodyHears(t, []*peer.Group{ana, ben}, "the two go on")
	})
}

// [R4] Two who come where nobody knows the room meet, and wait for somebody who does.
func TestNobodyKnowsGroup(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		ana := createGroup(t, w, "Ana")
		_ = ana.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // virtual
		defer cancel()
		var entering sync.WaitGroup
		for _, uid := range []string{"Ben", "Carl"} {
			o, _ := ofDevice(t, w, uid)
			entering.Go(func() {
				g, err := peer.EnterGroup(ctx, w.Services(uid), ana.Secret(), o)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: %v", uid, err)
				}
				if g != nil {
					_ = g.Close()
				}
			})
		}
		entering.Wait()
	})
}

// A door that vanished is called in vain, and another one then (SPEC R3).
func TestDoorThatVanished(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		all := growGroup(t, w, 2)
		o, cable := ofDevice(t, w, "door")
		ghost := enterWith(t, w, "door", all[0].Secret(), o)
		time.Sleep(20 * time.Second) // virtual
		_ = all[0].Close()           // so that another one becomes a door, perhaps the one that vanishes
		time.Sleep(20 * time.Second) // virtual
		cable.Cut()
		begun := time.Now()
		late := enterGroup(t, w, "late", ghost.Secret())
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("[R3] entering took %s", took)
		}
		everybodyHears(t, []*peer.Group{all[1], late}, "past it")
	})
}
