package main

import (
	"os"
	"testing"

	"github.com/parley-chat/parley/examples/exampletest"
	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/protocol"
)

func TestMain(m *testing.M) {
	os.Exit(exampletest.Main(m, main))
}

func TestEcho(t *testing.T) {
	api := exampletest.Deployment(t)
	services, o := exampletest.Somebody(t, api)
	room, err := peer.CreateGroup(t.Context(), services, protocol.RoomSettings{}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer room.Close()
	if _, err := room.Say(t.Context(), "before it came"); err != nil {
		t.Fatal(err)
	}
	exampletest.Start(t, "-api", api, room.Secret().Link(api))
	exampletest.Await(t, room, func(n peer.Notice) bool { return n.Kind == peer.NoticeCame })
	id, err := room.Say(t.Context(), "Grüß dich")
	if err != nil {
		t.Fatal(err)
	}
	n := exampletest.Await(t, room, func(n peer.Notice) bool { return n.Kind == peer.NoticeText && !n.Member.Self })
	if n.Member.Name != "Echo" || n.Entry.Text != "Grüß dich" || n.Entry.Reply == nil || *n.Entry.Reply != id {
		t.Errorf("%q: %q in reply to %v", n.Member.Name, n.Entry.Text, n.Entry.Reply)
	}
}
