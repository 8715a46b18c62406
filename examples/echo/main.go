// Echo is a bot in a room of many: it answers each text with the same text.
//
//	go run ./examples/echo ROOM-LINK
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

func main() {
	api := flag.String("api", site.DefaultAPI, "where the API is")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := echo(ctx, *api, flag.Arg(0)); err != nil && ctx.Err() == nil {
		log.Print(err)
	}
}

func echo(ctx context.Context, api, link string) error {
	secret, err := protocol.ParseRoomCode(link)
	if err != nil {
		return err
	}
	at, err := site.Open(ctx, api, nil)
	if err != nil {
		return err
	}
	defer at.Close()
	room, err := peer.EnterGroup(ctx, at.Services(), secret, &peer.Options{Name: "Echo", Loopback: site.IsLocal(api)})
	if err != nil {
		return err
	}
	defer room.Close()
	for {
		n, err := room.Next(ctx)
		if err != nil {
			return err
		}
		// Not its own texts, nor what was said before it came; and no replies, or two of them would answer each other.
		if n.Kind != peer.NoticeText || n.Member.Self || n.Earlier || n.Entry.Reply != nil {
			continue
		}
		if _, err := room.Reply(ctx, n.Entry.ID, n.Entry.Text); err != nil {
			return err
		}
	}
}
