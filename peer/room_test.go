package peer_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/peertest"
	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/signaling"
)

func create(t *testing.T, w *peertest.World, uid string) *peer.Room {
	t.Helper()
	o, _ := w.Options(t)
	r, err := peer.Create(t.Context(), w.Services(uid), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func enter(t *testing.T, w *peertest.World, uid string, secret protocol.RoomSecret) *peer.Room {
	t.Helper()
	o, _ := w.Options(t)
	r, err := peer.Enter(t.Context(), w.Services(uid), secret, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func next(t *testing.T, r *peer.Room) *peer.Conn {
	t.Helper()
	c, err := r.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func nextFails(t *testing.T, r *peer.Room, name peer.Failure) {
	t.Helper()
	if _, err := r.Next(t.Context()); peer.NameOf(err) != name {
		t.Fatalf("next: %v, want %s", err, name)
	}
}

func TestRoom(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		guest := enter(t, w, "guest", host.Secret())
		atHost, atGuest := next(t, host), next(t, guest)
		send(t, atGuest, "may I come in?")
		want(t, atHost, "may I come in?")
		synctest.Wait()
		if left := memory(w).Paths(); len(left) != 3 {
			t.Errorf("[D11] besides the room and its two members: %v", left)
		}

		if err := guest.Close(); err != nil {
			t.Fatal(err)
		}
		wantEnd(t, atHost, is(peer.ErrPeerLeft))
		if left := memory(w).Paths(); len(left) != 2 {
			t.Errorf("[K6] a member stays who left: %v", left)
		}
		again := enter(t, w, "somebody", host.Secret())
		send(t, next(t, again), "[K6] free for the next")
		want(t, next(t, host), "[K6] free for the next")
	})
}

func TestRoomIsNotThere(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		secret, err := protocol.NewRoomSecret(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		o, _ := w.Options(t)
		_, err = peer.Enter(t.Context(), w.Services("me"), secret, o)
		if peer.NameOf(err) != peer.RoomNotFound {
			t.Errorf("[K3] absent: %v", err)
		}
		host := create(t, w, "host")
		ref := signaling.MeshRoom(w.Store, host.Secret().RoomID())
		if err := ref.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		nextFails(t, host, peer.RoomOver)
		_, err = peer.Enter(t.Context(), w.Services("me"), host.Secret(), o)
		if peer.NameOf(err) != peer.RoomOver {
			t.Errorf("[K3] closed: %v", err)
		}
	})
}

func TestRoomExpired(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		_ = host.Close()
		time.Sleep(24 * time.Hour) // virtual
		o, _ := w.Options(t)
		_, err := peer.Enter(t.Context(), w.Services("me"), host.Secret(), o)
		if peer.NameOf(err) != peer.RoomOver {
			t.Errorf("[K3] past expireAt: %v", err)
		}
	})
}

func TestRoomExpiresWhileInside(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		guest := enter(t, w, "guest", host.Secret())
		atHost, atGuest := next(t, host), next(t, guest)
		soon := time.Now().Add(time.Minute)
		update(t, w, "rooms/"+string(host.Secret().RoomID()), signaling.Fields{"expireAt": soon})
		time.Sleep(2 * time.Minute) // virtual
		send(t, atHost, "[K3] who talks goes on")
		want(t, atGuest, "[K3] who talks goes on")
		_ = atGuest.Close()
		nextFails(t, host, peer.RoomOver)
		nextFails(t, guest, peer.RoomOver)
	})
}

func TestRoomIsFull(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		guest := enter(t, w, "guest", host.Secret())
		atHost, atGuest := next(t, host), next(t, guest)
		third := enter(t, w, "third", host.Secret())
		nextFails(t, third, peer.RoomFull)
		<-third.Done()
		send(t, atHost, "[K5] the two go on")
		want(t, atGuest, "[K5] the two go on")
	})
}

// A member that vanished is called in vain; the caller goes on waiting, and is called by who comes later.
func TestStaleMember(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		ref := signaling.MeshRoom(w.Store, host.Secret().RoomID())
		_ = host.Close()
		if err := ref.Enter(t.Context(), "ghost", protocol.Key{}, time.Now()); err != nil {
			t.Fatal(err)
		}
		second := enter(t, w, "second", host.Secret())
		time.Sleep(11 * time.Second) // virtual
		synctest.Wait()
		if left := memory(w).Paths(); len(left) != 3 {
			t.Errorf("[K4] besides the room and two members: %v", left)
		}
		for _, pause := range []int{20, 40, 80, 160, 300} {
			time.Sleep(time.Duration(pause) * time.Second) // virtual
			synctest.Wait()
			if left := memory(w).Paths(); len(left) != 4 {
				t.Errorf("[K4] not called again after %d s: %v", pause, left)
			}
			time.Sleep(10 * time.Second) // virtual
		}
		time.Sleep(time.Hour) // virtual
		synctest.Wait()
		if left := memory(w).Paths(); len(left) != 3 {
			t.Errorf("[K4] called for ever: %v", left)
		}
		third := enter(t, w, "third", host.Secret())
		send(t, next(t, third), "[K4] still waiting")
		want(t, next(t, second), "[K4] still waiting")
	})
}

func TestReload(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		guestOptions, cable := w.Options(t)
		guest, err := peer.Enter(t.Context(), w.Services("guest"), host.Secret(), guestOptions)
		if err != nil {
			t.Fatal(err)
		}
		defer guest.Close()
		first := next(t, host)
		cable.Cut() // the tab is gone without a word …
		again := enter(t, w, "guest", host.Secret())
		send(t, next(t, again), "[K5] it is me")
		wantEnd(t, first, is(peer.ErrReplaced))
		want(t, next(t, host), "[K5] it is me")
	})
}

// The host, though earlier, calls once it has entered anew: it is the later one then.
func TestHostReloads(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		secret := host.Secret()
		guest := enter(t, w, "guest", secret)
		atGuest := next(t, guest)
		_ = next(t, host).Close()
		wantEnd(t, atGuest, is(peer.ErrPeerLeft))
		_ = host.Close()
		back := enter(t, w, "host", secret)
		send(t, next(t, back), "back")
		want(t, next(t, guest), "back")
	})
}

func TestRoomGivenUp(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := host.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("next: %v", err)
		}
		guest := enter(t, w, "guest", host.Secret())
		_ = guest.Close() // in the midst of calling
		_ = host.Close()
		if _, err := host.Next(t.Context()); !errors.Is(err, peer.ErrClosed) {
			t.Errorf("next after Close: %v", err)
		}
	})
}

func TestRoomCannotConnect(t *testing.T) {
	inWorld(t, func(t *testing.T, w *peertest.World) {
		host := create(t, w, "host")
		cut, cable := w.Options(t)
		cable.Cut()
		guest, err := peer.Enter(t.Context(), w.Services("guest"), host.Secret(), cut)
		if err != nil {
			t.Fatal(err)
		}
		nextFails(t, guest, peer.ConnectionFailed)
		nextFails(t, host, peer.ConnectionFailed)
		_ = guest.Close()
		third := enter(t, w, "third", host.Secret())
		send(t, next(t, third), "the room goes on")
		want(t, next(t, host), "the room goes on")
	})
}
