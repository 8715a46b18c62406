package peer_test

import (
	"context"
	"fmt"

	"github.com/parley-chat/parley/peer"
	"github.com/parley-chat/parley/peer/disk"
)

// A room that is entered as in the example of EnterGroup.
var kitchen *peer.Group

// A folder for whoever is in the room, or comes into it while this side stays.
func ExampleGroup_SendFiles() {
	ctx := context.Background()
	found, skipped, err := disk.Find([]string{"holiday"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("left out:", skipped)
	if _, err := kitchen.SendFiles(ctx, found, peer.FileWords{Text: "The pictures"}, nil); err != nil {
		fmt.Println(err)
	}
}

// A bot that keeps all that is sent in its room.
func ExampleGroup_Receive() {
	ctx := context.Background()
	for {
		n, err := kitchen.Next(ctx)
		if err != nil {
			return // the room's end
		}
		if n.Kind != peer.NoticeFile || n.File == nil || n.File.State != peer.FileOffered {
			continue
		}
		go func() {
			names, err := kitchen.Receive(ctx, n.Entry.ID, "inbox") // goes on where it was cut off
			fmt.Println(names, err)
		}()
	}
}
