// Keeper keeps a room open: it is there when nobody else is, lets in whoever has the link, and has what was said
// before, also after it was started anew. The folder that it is given holds who it is and what was said.
//
//	go run ./examples/keeper FOLDER
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol"
)

func main() {
	api := flag.String("api", site.DefaultAPI, "where the API is")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := keep(ctx, *api, flag.Arg(0)); err != nil && ctx.Err() == nil {
		log.Print(err)
	}
}

func keep(ctx context.Context, api, folder string) (err error) {
	device, err := peer.LoadDevice(filepath.Join(folder, "device.pem"), rand.Reader)
	if err != nil {
		return err
	}
	archive, err := peer.OpenArchive(filepath.Join(folder, "room"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	at, err := site.Open(ctx, api, nil)
	if err != nil {
		return err
	}
	defer at.Close()
	room, err := open(ctx, at.Services(), &peer.Options{
		Name: "Keeper", Device: device, Archive: archive, Loopback: site.IsLocal(api),
	})
	if err != nil {
		return err
	}
	defer room.Close()
	log.New(os.Stdout, "", 0).Print(room.Secret().Link(strings.TrimSuffix(api, "api")))
	for {
		n, err := room.Next(ctx)
		if err != nil {
			return err
		}
		if n.Kind == peer.NoticeCame || n.Kind == peer.NoticeLeft {
			log.Printf("%q %s", n.Member.Name, n.Kind)
		}
	}
}

// open goes on with the room that is kept, or makes one.
func open(ctx context.Context, s peer.Services, o *peer.Options) (*peer.Group, error) {
	if secret, kept := o.Archive.Secret(); kept {
		return peer.EnterGroup(ctx, s, secret, o)
	}
	return peer.CreateGroup(ctx, s, protocol.RoomSettings{Name: "The open room"}, o)
}
