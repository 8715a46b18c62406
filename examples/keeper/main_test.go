package main

import (
	"os"
	"strings"
	"testing"

	"github.com/parley-chat/parley/examples/exampletest"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

func TestMain(m *testing.M) {
	os.Exit(exampletest.Main(m, main))
}

// enter enters the room that the keeper, which begins, has open.
func enter(t *testing.T, api, folder string) (room *peer.Group, link string, stop func()) {
	t.Helper()
	out, stop := exampletest.Start(t, "-api", api, folder)
	link, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	secret, err := protocol.ParseRoomCode(strings.TrimSpace(link))
	if err != nil {
		t.Fatalf("%q: %v", link, err)
	}
	services, o := exampletest.Somebody(t, api)
	room, err = peer.EnterGroup(t.Context(), services, secret, o)
	if err != nil {
		t.Fatal(err)
	}
	return room, link, stop
}

func TestKeeper(t *testing.T) {
	api, folder := exampletest.Deployment(t), t.TempDir()
	room, first, stop := enter(t, api, folder)
	if _, err := room.Say(t.Context(), "remember this"); err != nil {
		t.Fatal(err)
	}
	_ = room.Close()
	stop()
	room, second, _ := enter(t, api, folder)
	defer room.Close()
	if first != second {
		t.Errorf("started anew it has another room: %q and %q", first, second)
	}
	n := exampletest.Await(t, room, func(n peer.Notice) bool { return n.Kind == peer.NoticeText })
	if n.Entry.Text != "remember this" || !n.Earlier {
		t.Errorf("it remembers %q", n.Entry.Text)
	}
}
