package emulatortests

import (
	"context"
	"crypto/rand"
	"testing"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

func TestLinkRoom(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	host, err := peer.Create(ctx, someone(t).Services(), nil)
	if err != nil {
		t.Fatal(err)
	}
	closeRoom(t, host)
	link := host.Secret().Link("https://parley.example/")

	guest, a, b := enters(ctx, t, host, link)
	talk(t, a, b)

	t.Run("[K5] a third is refused: room_full", func(t *testing.T) {
		third, err := peer.Enter(ctx, someone(t).Services(), host.Secret(), nil)
		if err == nil {
			closeRoom(t, third)
			_, err = third.Next(ctx)
		}
		if peer.NameOf(err) != peer.RoomFull {
			t.Errorf("got %v, want room_full", err)
		}
	})
	t.Run("[K6] when the other leaves, the room waits for the next", func(t *testing.T) {
		if err := guest.Close(); err != nil {
			t.Fatal(err)
		}
		awaitEnd(t, a)
		_, again, next := enters(ctx, t, host, link)
		talk(t, again, next)
	})
}

// enters brings a new guest into the host's room by its link, and returns the host's end and the guest's.
func enters(ctx context.Context, t *testing.T, host *peer.Room, link string) (
	guest *peer.Room, hosts, guests *peer.Conn,
) {
	t.Helper()
	secret, err := protocol.ParseRoomCode(link)
	if err != nil {
		t.Fatal(err)
	}
	guest, err = peer.Enter(ctx, someone(t).Services(), secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	closeRoom(t, guest)
	if guests, err = guest.Next(ctx); err != nil {
		t.Fatal(err)
	}
	if hosts, err = host.Next(ctx); err != nil {
		t.Fatal(err)
	}
	return guest, hosts, guests
}

func closeRoom(t *testing.T, r *peer.Room) {
	t.Helper()
	t.Cleanup(func() { _ = r.Close() }) // how it ended is what the test is about
}

func TestNoSuchRoom(t *testing.T) {
	secret, err := protocol.NewRoomSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, err = peer.Enter(t.Context(), someone(t).Services(), secret, nil)
	if peer.NameOf(err) != peer.RoomNotFound {
		t.Errorf("[K3] got %v, want room_not_found", err)
	}
}
