package peer_test

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

// A bot in a room: it thanks for each text that is said while it is there.
func ExampleEnterGroup() {
	ctx := context.Background()
	secret, err := protocol.ParseRoomCode("http://localhost:4000/#r=AZ8xSrlzp4VvR5Y1tFhDN3c")
	if err != nil {
		fmt.Println(err)
		return
	}
	at, err := site.Open(ctx, site.DefaultAPI, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer at.Close()
	room, err := peer.EnterGroup(ctx, at.Services(), secret, &peer.Options{Name: "Thanks", Loopback: true})
	if err != nil {
		fmt.Println(err) // peer.NameOf tells what it is: room_not_found, room_full …
		return
	}
	defer room.Close()
	for {
		n, err := room.Next(ctx)
		if err != nil {
			fmt.Println(err) // the room's end, such as removed
			return
		}
		if n.Kind != peer.NoticeText || n.Member.Self || n.Earlier {
			continue
		}
		if _, err := room.React(ctx, n.Entry.ID, "🙏", true); err != nil {
			fmt.Println(err)
			return
		}
	}
}

// A bot that makes a room of its own, and goes on with it when it is started another day.
func ExampleCreateGroup() {
	ctx := context.Background()
	archive, err := peer.OpenArchive("bot/room")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer archive.Close()
	at, err := site.Open(ctx, site.DefaultAPI, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer at.Close()
	device, err := peer.LoadDevice("bot/device.pem", rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	o := &peer.Options{Name: "Host", Device: device, Archive: archive, Loopback: true}
	var room *peer.Group
	if secret, kept := archive.Secret(); kept {
		room, err = peer.EnterGroup(ctx, at.Services(), secret, o)
	} else {
		room, err = peer.CreateGroup(ctx, at.Services(), protocol.RoomSettings{Name: "Open house"}, o)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer room.Close()
	fmt.Println(room.Secret().Link("http://localhost:4000/"))
	<-room.Done()
}

// A bot for strangers: it says hello to one, and hears what they say until they leave.
func ExampleQuickMatch() {
	ctx := context.Background()
	at, err := site.Open(ctx, site.DefaultAPI, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer at.Close()
	conn, err := peer.QuickMatch(ctx, at.Services(), &peer.Options{Loopback: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	if err := conn.Send(ctx, "Hello"); err != nil {
		fmt.Println(err)
		return
	}
	for text, err := conn.Receive(ctx); err == nil; text, err = conn.Receive(ctx) {
		fmt.Println(text)
	}
}
