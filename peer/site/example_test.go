package site_test

import (
	"context"
	"fmt"
	"log"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
)

// Meets a stranger, says hello and shows what comes back until they leave.
func Example() {
	ctx := context.Background()
	at, err := site.Open(ctx, site.DefaultAPI, nil)
	if err != nil {
		log.Print(err)
		return
	}
	defer at.Close()
	conn, err := peer.QuickMatch(ctx, at.Services(), nil)
	if err != nil {
		log.Print(peer.NameOf(err), err)
		return
	}
	defer conn.Close()
	if err := conn.Send(ctx, "Hello"); err != nil {
		log.Print(err)
		return
	}
	for {
		text, err := conn.Receive(ctx)
		if err != nil {
			return // peer.ErrPeerLeft, or peer.NameOf(err) is peer.PeerLost
		}
		fmt.Println(text)
	}
}
